// Scales and ticks for the page's own small charts.
import { dayNumber, yearFraction } from '../words/day';
import type { SeriesPoint } from '../door/types';

export interface Point {
  x: number; // years, 2025.0 is 1 January 2025
  y: number;
}

export function pointsOf(series: SeriesPoint[]): Point[] {
  return series.map((p) => ({ x: yearFraction(p.date), y: p.value }));
}

export function linear(from: [number, number], to: [number, number]): (v: number) => number {
  const span = from[1] - from[0] || 1;
  return (v) => to[0] + ((v - from[0]) / span) * (to[1] - to[0]);
}

/** Round steps (1, 2, 2.5, 5 times a power of ten) that cover the range. */
export function ticks(lo: number, hi: number, about: number): number[] {
  if (!(hi > lo)) return [lo];
  const rough = (hi - lo) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((s) => s * power).find((s) => s >= rough * 0.999) ?? 10 * power;
  const out: number[] = [];
  for (let v = Math.ceil(lo / step - 1e-9) * step; v <= hi + step * 1e-9; v += step) out.push(Number(v.toPrecision(12)));
  return out;
}

/** The range of values with some air, from zero where zero is near. */
export function range(values: number[]): [number, number] {
  const lo = Math.min(...values);
  const hi = Math.max(...values);
  if (!Number.isFinite(lo)) return [0, 1];
  const span = hi - lo || Math.abs(hi) || 1;
  const bottom = lo >= 0 && lo - 0.6 * span <= 0 ? 0 : lo - 0.1 * span;
  return [bottom, hi + 0.1 * span];
}

const f = (v: number) => Math.round(v * 100) / 100;

export function linePath(points: Point[], x: (v: number) => number, y: (v: number) => number): string {
  return points.map((p, i) => `${i ? 'L' : 'M'}${f(x(p.x))} ${f(y(p.y))}`).join('');
}

/** A value that holds until the next one: openings come in steps. */
export function stepPath(points: Point[], x: (v: number) => number, y: (v: number) => number): string {
  return points.map((p, i) => (i ? `H${f(x(p.x))}V${f(y(p.y))}` : `M${f(x(p.x))} ${f(y(p.y))}`)).join('');
}

/** The area between two lines over the same x. */
export function band(lo: Point[], hi: Point[], x: (v: number) => number, y: (v: number) => number): string {
  if (!lo.length) return '';
  return `${linePath(hi, x, y)}${linePath([...lo].reverse(), x, y).replace('M', 'L')}Z`;
}

export function daysBetween(a: string, b: string): number {
  return dayNumber(b) - dayNumber(a);
}
