// Classes by which cells are coloured, and what each stands for.
import type { CircleCells } from '../door/circles';
import { ticks } from '../draw/extent';

/** A class of values: more than from, up to until. */
export interface Class {
  token: string; // its colour
  from: number;
  until: number;
}

export interface Colouring {
  kind: 'minutes' | 'reach' | 'half' | 'change';
  classes: Class[];
  of: Int16Array; // the class of each cell
}

/** Limits in minutes; the half hour and the hour are limits of the circles. */
export const limits = [15, 30, 45, 60, 90, 120];
const changes = [-20, -10, -5, -1, 1, 5, 10, 20];
export const never = -1;

const minuteClasses: Class[] = [...limits.map((until, i) => ({ token: `--time-${i + 1}`, from: limits[i - 1] ?? 0, until })), { token: '--time-7', from: 120, until: Infinity }];

/** The classes of differences: sooner, alike, later, then within reach at last, no longer. */
export const newly = 9;
export const lost = 10;
const changeClasses: Class[] = [
  ...['--sooner-4', '--sooner-3', '--sooner-2', '--sooner-1', '--alike', '--later-1', '--later-2', '--later-3', '--later-4'].map((token, i) => ({
    token, from: changes[i - 1] ?? -Infinity, until: changes[i] ?? Infinity,
  })),
  { token: '--newly', from: NaN, until: NaN },
  { token: '--lost', from: NaN, until: NaN },
];

export function byMinutes(minutes: number[]): Colouring {
  return { kind: 'minutes', classes: minuteClasses, of: Int16Array.from(minutes, (m) => (m < 0 ? limits.length : classOf(limits, m))) };
}

export function byHalf(half: boolean[]): Colouring {
  return { kind: 'half', classes: [{ token: '--time-2', from: 1, until: 1 }, { token: '--time-7', from: 0, until: 0 }], of: Int16Array.from(half, (h) => (h ? 0 : 1)) };
}

/** Round classes from nothing to the most; the most first, so that the strong colour stands for much. */
export function byReach(reach: number[]): Colouring {
  const steps = ticks(0, Math.max(1, ...spread(reach)), 5).slice(1);
  const bounds = steps.length ? steps : [1];
  const top = bounds.length;
  const tokens = ['--time-1', '--time-2', '--time-3', '--time-4', '--time-5', '--time-6', '--time-7'];
  const classes = Array.from({ length: top + 1 }, (_, i): Class => {
    const k = top - i;
    return { token: tokens[Math.min(i, tokens.length - 1)]!, from: bounds[k - 1] ?? 0, until: bounds[k] ?? Infinity };
  });
  return { kind: 'reach', classes, of: Int16Array.from(reach, (r) => top - bounds.filter((b) => r > b).length) };
}

/** Minutes now less minutes before: below zero is sooner. Both are in the same order of cells. */
export function byChange(before: number[], now: number[]): Colouring {
  return { kind: 'change', classes: changeClasses, of: Int16Array.from(now, (n, i) => changeClass(before[i] ?? never, n)) };
}

function changeClass(before: number, now: number): number {
  if (before < 0 && now < 0) return 4;
  if (before < 0) return newly;
  if (now < 0) return lost;
  const d = now - before;
  return changes.filter((c) => (c < 0 ? d > c : d >= c)).length;
}

function classOf(bounds: number[], v: number): number {
  const i = bounds.findIndex((b) => v <= b);
  return i < 0 ? bounds.length : i;
}

/** The largest of many numbers, where Math.max would be handed too many at once. */
function spread(values: number[]): number[] {
  return values.length ? [values.reduce((a, b) => Math.max(a, b))] : [];
}

/** The people in each class. */
export function peopleIn(c: Colouring, people: number[]): number[] {
  const out = new Array<number>(c.classes.length).fill(0);
  c.of.forEach((k, i) => (out[k] = (out[k] ?? 0) + (people[i] ?? 0)));
  return out;
}

/** How the cells are coloured by a layer; null while what it needs is not there. */
export function colouring(layer: string, cells: CircleCells, base: CircleCells | undefined): Colouring | null {
  if (layer === 'half') return byHalf(cells.half);
  if (layer === 'reach') return cells.reach.length ? byReach(cells.reach) : null;
  if (layer === 'change') return base && base.nearest.length === cells.nearest.length ? byChange(base.nearest, cells.nearest) : null;
  const k = cells.centres.indexOf(layer);
  return byMinutes(k < 0 ? cells.nearest : (cells.minutes[k] ?? []));
}
