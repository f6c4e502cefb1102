import { describe, expect, it } from 'vitest';
import { happenings, neighbour } from './events';
import { onKey, scaleOf, settle, share, years } from './scale';

const scale = scaleOf('2022-01-01', '2026-12-31', '2026-11-23');

describe('the common scale', () => {
  it('goes from a year before the plan to its end, or to today', () => {
    expect(share(scale, '2021-01-01')).toBe(0);
    expect(share(scale, '2026-12-31')).toBe(1);
    expect(share(scale, '1999-01-01')).toBe(0);
    expect(share(scaleOf('2022-01-01', '2026-12-31', '2028-02-01'), '2028-02-01')).toBe(1);
    expect(years(scale).map((y) => y.year)).toEqual([2021, 2022, 2023, 2024, 2025, 2026]);
  });

  it.each([
    ['ArrowRight', false, '2023-12-31', '2024-01-31'],
    ['ArrowLeft', false, '2023-12-31', '2023-11-30'],
    ['ArrowRight', true, '2023-12-31', '2024-01-01'],
    ['PageUp', false, '2023-12-31', '2024-12-31'],
    ['PageDown', false, '2023-12-15', '2022-12-15'],
    ['Home', false, '2023-12-31', '2021-01-01'],
    ['End', false, '2023-12-31', '2026-12-31'],
    ['ArrowRight', false, '2026-12-31', '2026-12-31'],
    ['a', false, '2023-12-31', null],
  ])('%s (shift %s) on %s leads to %s', (key, shift, day, want) => expect(onKey(key, shift, day, scale)).toBe(want));

  it('settles near the end of a month', () => {
    expect(settle('2024-02-27')).toBe('2024-02-29');
    expect(settle('2024-03-02')).toBe('2024-02-29');
    expect(settle('2024-03-15')).toBe('2024-03-15');
  });
});

it('marks what happened on its day and on the day it was known', () => {
  const name = { zh: '甲', en: 'A' };
  const h = happenings(
    [
      {
        name, milestones: [{ id: 'open', kind: 'open', name, planned: [{ date: '2024-09-30', known: '2020-08-12', grade: 'b' }], actual: { date: '2025-01-01', known: '2025-01-05', grade: 'b' } }],
      } as never,
    ],
    [{ lineName: name, name, opened: '2023-06-28' } as never],
  );
  expect(h.asOf.map((e) => e.day)).toEqual(['2023-06-28', '2025-01-01']);
  expect(h.believedOn.map((e) => e.day)).toEqual(['2020-08-12', '2023-06-28', '2025-01-05']);
  expect(neighbour(h.asOf, '2023-06-28', 1)?.day).toBe('2025-01-01');
  expect(neighbour(h.asOf, '2023-06-28', -1)).toBeUndefined();
});
