// Cases in a list: their order, and the heaps that they make.
import type { CaseRow } from '../door/cases';

export interface Row extends CaseRow {
  withName: string; // who is to act, in words
  takes: boolean; // whoever looks may take it
}

export type Sort = 'due' | 'opened' | 'item' | 'state';
export const sorts: Sort[] = ['due', 'opened', 'item', 'state'];
export type Show = 'all' | 'mine' | 'late' | 'risk';
export const shows: Show[] = ['all', 'mine', 'late', 'risk'];

/** The most urgent first: late ones, then by what is left; paused ones and those without a limit last. */
function urgency(r: Row): number {
  if (r.ended) return 1e9;
  if (r.paused) return 1e6;
  return r.left ?? 1e5;
}

export function sorted(rows: readonly Row[], by: Sort, lang: string): Row[] {
  const text = new Intl.Collator(lang).compare;
  const compare: Record<Sort, (a: Row, b: Row) => number> = {
    due: (a, b) => urgency(a) - urgency(b),
    opened: (a, b) => a.opened.localeCompare(b.opened),
    item: (a, b) => text(a.itemName, b.itemName),
    state: (a, b) => text(a.stateName, b.stateName),
  };
  return [...rows].sort((a, b) => compare[by](a, b) || urgency(a) - urgency(b) || a.id.localeCompare(b.id));
}

export function mine(r: Row, name: string | undefined): boolean {
  return !!name && r.by === 'clerk' && r.holder === name;
}

/** What belongs to one of the heaps. */
export function shown(r: Row, show: Show, name: string | undefined): boolean {
  switch (show) {
    case 'mine': return mine(r, name);
    case 'late': return !!r.late && !r.paused && !r.ended;
    case 'risk': return !!r.risk && !r.late && !r.paused && !r.ended;
    default: return true;
  }
}

/** The link that j or k leads to from the one that has the focus; at an end it stays. */
export function next(count: number, now: number, key: 'j' | 'k'): number {
  if (count === 0) return -1;
  if (now < 0) return key === 'j' ? 0 : count - 1;
  return Math.min(count - 1, Math.max(0, now + (key === 'j' ? 1 : -1)));
}
