import { expect, it } from 'vitest';
import { band, linear, linePath, range, stepPath, ticks } from './extent';

it.each([
  [0, 420, 5, [0, 100, 200, 300, 400]],
  [1.7, 2.8, 5, [1.75, 2, 2.25, 2.5, 2.75]],
  [-1, 1, 4, [-1, -0.5, 0, 0.5, 1]],
  [5, 5, 4, [5]],
])('round ticks from %f to %f', (lo, hi, about, want) => expect(ticks(lo, hi, about)).toEqual(want));

it('gives values air, and starts at zero where zero is near', () => {
  expect(range([100, 200])).toEqual([90, 210]);
  expect(range([50, 200])[0]).toBe(0);
  expect(range([7])[0]).toBeLessThanOrEqual(7);
  expect(range([])).toEqual([0, 1]);
});

it('draws lines, steps and bands', () => {
  const x = linear([0, 2], [0, 20]);
  const y = linear([0, 10], [10, 0]);
  const points = [{ x: 0, y: 0 }, { x: 2, y: 10 }];
  expect(linePath(points, x, y)).toBe('M0 10L20 0');
  expect(stepPath(points, x, y)).toBe('M0 10H20V0');
  expect(band([{ x: 0, y: 0 }, { x: 2, y: 2 }], [{ x: 0, y: 4 }, { x: 2, y: 6 }], x, y)).toBe('M0 6L20 4L20 8L0 10Z');
  expect(band([], [], x, y)).toBe('');
});
