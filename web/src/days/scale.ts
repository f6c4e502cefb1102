// The common scale of both days: from a year before the plan to its end, or to
// today where that is later.
import { addMonths, dayNumber, dayOf, monthEnd, parts, stepMonth, type Day } from '../words/day';

export interface Scale {
  from: number;
  until: number;
}

export function scaleOf(from: Day, until: Day, today: Day): Scale {
  const first = addMonths(from, -12).slice(0, 4) + '-01-01';
  return { from: dayNumber(first), until: Math.max(dayNumber(until), dayNumber(today)) };
}

/** Where a day lies on the scale, from 0 to 1. */
export function share(scale: Scale, day: Day): number {
  return Math.min(1, Math.max(0, (dayNumber(day) - scale.from) / (scale.until - scale.from)));
}

/** The first days of the years on the scale. */
export function years(scale: Scale): { year: number; share: number }[] {
  const out = [];
  for (let y = parts(dayOf(scale.from))[0]; ; y++) {
    const day = `${y}-01-01`;
    if (dayNumber(day) > scale.until) return out;
    out.push({ year: y, share: share(scale, day) });
  }
}

/** What a key does to a day on the slider: months by arrows, years by pages, days with Shift. */
export function onKey(key: string, shift: boolean, day: Day, scale: Scale): Day | null {
  const n = dayNumber(day);
  const bound = (d: Day) => dayOf(Math.min(scale.until, Math.max(scale.from, dayNumber(d))));
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return bound(shift ? dayOf(n + 1) : stepMonth(day, 1));
    case 'ArrowLeft':
    case 'ArrowDown':
      return bound(shift ? dayOf(n - 1) : stepMonth(day, -1));
    case 'PageUp':
      return bound(stepMonth(day, 12));
    case 'PageDown':
      return bound(stepMonth(day, -12));
    case 'Home':
      return dayOf(scale.from);
    case 'End':
      return dayOf(scale.until);
  }
  return null;
}

/** A dragged day settles on a month's end when it is near one: what figures are stated for. */
export function settle(day: Day): Day {
  const end = monthEnd(day);
  const before = monthEnd(addMonths(day, -1));
  const n = dayNumber(day);
  if (dayNumber(end) - n <= 3) return end;
  if (n - dayNumber(before) <= 3) return before;
  return day;
}
