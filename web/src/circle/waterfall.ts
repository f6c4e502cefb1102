// From before to after, a step for each work: where each bar begins and ends.
import { ticks } from '../draw/extent';

export interface Step {
  id: string;
  value: number;
  error?: number; // standard error
}

export interface Bar extends Step {
  from: number;
  to: number;
  lo: number; // of the 95 % interval of where it ends
  hi: number;
}

export interface Fall {
  bars: Bar[];
  residual: Bar;
  domain: [number, number];
  ticks: number[];
}

/** Works that change something, and those that change nothing and were not drawn at random. */
export function parted<T extends Step>(works: T[]): { moving: T[]; idle: T[] } {
  const moves = (w: T) => Math.abs(w.value) > 1e-9 || !!w.error;
  return { moving: works.filter(moves), idle: works.filter((w) => !moves(w)) };
}

const sides = 1.96; // standard errors on each side of a 95 % interval

/** Bars that follow each other from before; what they leave of after is the residual. */
export function fall(before: number, after: number, steps: Step[]): Fall {
  let at = before;
  const bars = steps.map((s) => bar(s, at, (at += s.value)));
  const residual = bar({ id: '', value: after - at }, at, after);
  const domain = around([before, after, ...bars.flatMap((b) => [b.from, b.to, b.lo, b.hi]), residual.from, residual.to]);
  return { bars, residual, domain, ticks: ticks(domain[0], domain[1], 4) };
}

function bar(s: Step, from: number, to: number): Bar {
  const half = (s.error ?? 0) * sides;
  return { ...s, from, to, lo: to - half, hi: to + half };
}

/** The range of values with some air. The axis need not begin at zero: changes are what is read off. */
function around(values: number[]): [number, number] {
  const lo = Math.min(...values);
  const hi = Math.max(...values);
  const air = (hi - lo || Math.abs(hi) || 1) * 0.06;
  return [lo - air, hi + air];
}

/** Where a value lies on the axis, in percent. */
export function place(f: Fall, v: number): number {
  return ((v - f.domain[0]) / (f.domain[1] - f.domain[0])) * 100;
}
