// The days of the slider: when works open, and where the slider begins and ends.
import type { CircleFrame, Work } from '../door/circles';
import type { Text } from '../door/types';
import { dayNumber, type Day } from '../words/day';

export interface Opening {
  day: Day;
  names: Text[];
  planned: boolean; // none of them is open yet
}

/** Openings by day, planned ones among them. */
export function happened(works: Work[]): Opening[] {
  const by = new Map<Day, Opening>();
  for (const w of works) {
    const day = w.opened ?? w.planned;
    if (!day) continue;
    const o = by.get(day) ?? { day, names: [], planned: true };
    o.names.push(w.name);
    o.planned &&= !w.opened;
    by.set(day, o);
  }
  return [...by.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}

export interface Span {
  from: number;
  until: number; // the last day that is asked about as a day
  end: number; // beyond it: when all works of the plan are open
}

/** From the eve of the plan to its end, to today, or to the last opening, whichever is last; then a stop for the whole plan. */
export function spanOf(frame: CircleFrame, until: Day): Span {
  const from = dayNumber(frame.first);
  const last = Math.max(dayNumber(until), dayNumber(frame.today), ...happened(frame.works).map((o) => dayNumber(o.day)));
  return { from, until: last, end: last + Math.max(20, Math.round((last - from) * 0.03)) };
}
