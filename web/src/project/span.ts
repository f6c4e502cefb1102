// The time that a project's dated steps cover, for the timeline.
import type { Standing } from '../door/types';
import { addMonths, dayNumber } from '../words/day';

export interface Mark {
  day: string;
  kind: 'promise' | 'actual' | 'ceremony';
  label: { zh: string; en: string };
  known: string;
  milestone: string;
}

export function marks(p: Standing, asOf: string): Mark[] {
  const out: Mark[] = [];
  for (const m of p.milestones) {
    for (const d of m.planned) out.push({ day: d.date, kind: 'promise', label: m.name, known: d.known, milestone: m.kind });
    if (m.actual && m.actual.date <= asOf) {
      out.push({ day: m.actual.date, kind: m.kind === 'ceremony' ? 'ceremony' : 'actual', label: m.name, known: m.actual.known, milestone: m.kind });
    }
  }
  // a promise may also come from the sections that a project builds
  for (const day of p.dueBasis === 'milestone' ? [p.due, p.expected] : [p.expected]) {
    if (day && !out.some((m) => m.kind === 'promise' && m.day === day)) {
      out.push({ day, kind: 'promise', label: { zh: '', en: '' }, known: '', milestone: 'open' });
    }
  }
  if (p.done && !out.some((m) => m.kind === 'actual' && m.day === p.done)) {
    out.push({ day: p.done, kind: 'actual', label: { zh: '', en: '' }, known: p.done, milestone: p.phase });
  }
  return out.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
}

/** The common scale of the timeline: the plan with half a year around it, and everything promised later. */
export function spanOf(list: Standing[], from: string, until: string): { from: number; until: number } {
  const days = list.flatMap((p) => p.milestones.flatMap((m) => [...m.planned.map((d) => d.date), ...(m.actual ? [m.actual.date] : [])]));
  const early = days.reduce((a, b) => (b < a ? b : a), addMonths(from, -6));
  const late = days.reduce((a, b) => (b > a ? b : a), addMonths(until, 6));
  const floor = addMonths(from, -36); // what began long before the plan is cut at three years
  return { from: dayNumber(`${(early < floor ? floor : early).slice(0, 4)}-01-01`), until: dayNumber(addMonths(late, 3)) };
}
