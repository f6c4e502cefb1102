import { describe, expect, it } from 'vitest';
import type { CaseTrend, TrendLine } from '../door/cases';
import { age, charts, inTime, itemsOf, periods, perOf, runs } from './trend';

const line = (item: string, from: string, more: Partial<TrendLine> = {}): TrendLine => ({ item, itemName: item, from, unit: 'working-days', cases: 5, inTime: 4, median: 3, decile: 8, least: 10, most: 10, ...more });
const city = (lines: TrendLine[], here = true): CaseTrend => ({ city: 'x', at: '2026-11-26T00:00:00Z', here, lines });

describe('a trend', () => {
  it('has the items with the most cases first', () => {
    expect(itemsOf([city([line('a', '2026-10-01')]), city([line('b', '2026-10-01', { cases: 9 }), line('a', '2026-09-01')], false)]).map((i) => [i.id, i.cases])).toEqual([['a', 10], ['b', 9]]);
  });
  it('keeps working days and all days apart', () => {
    expect(charts(city([line('a', '2026-10-01'), line('a', '2026-10-01', { unit: 'days' }), line('b', '2026-10-01')]), 'a').map((l) => l.map((x) => x.unit))).toEqual([['working-days'], ['days']]);
  });
  it('has every period between its ends', () => {
    expect(periods([line('a', '2026-12-01'), line('a', '2026-10-01')], 'month').map((p) => [p.from, p.line?.cases])).toEqual([['2026-10-01', 5], ['2026-11-01', undefined], ['2026-12-01', 5]]);
    expect(periods([line('a', '2026-11-16'), line('a', '2026-11-30')], 'week').map((p) => p.from)).toEqual(['2026-11-16', '2026-11-23', '2026-11-30']);
    expect(periods([], 'month')).toEqual([]);
  });
  it('draws no line over a gap', () => {
    expect(runs([1, undefined, 2, 3]).map((r) => r.map((p) => p.at))).toEqual([[0], [2, 3]]);
  });
  it('counts what was in time over all cases', () => {
    expect(inTime([line('a', '2026-10-01'), line('a', '2026-11-01', { cases: 15, inTime: 15 })])).toBe(0.95);
    expect(inTime([])).toBeNull();
  });
  it('is by week where the months are few, unless somebody chose', () => {
    expect(perOf(null, [city([line('a', '2026-10-01'), line('b', '2026-10-01')])])).toBe('week');
    expect(perOf('month', [city([line('a', '2026-10-01')])])).toBe('month');
    expect(perOf(null, [city([line('a', '2026-08-01'), line('a', '2026-09-01'), line('a', '2026-10-01')])])).toBe('month');
    expect(perOf('week', [city([line('a', '2026-08-01'), line('a', '2026-09-01'), line('a', '2026-10-01')])])).toBe('week');
    for (const chosen of [null, 'week']) expect(perOf(chosen, [city([]), city([line('a', '2026-10-01')], false)])).toBe('month');
  });
});

it('figures have an age, and are old after a day and a half', () => {
  expect(age('2026-11-26T00:00:00Z', '2026-11-26T03:10:00Z', 'en')).toEqual({ text: '3 hours ago', old: false });
  expect(age('2026-11-26T03:10:20Z', '2026-11-26T03:10:00Z', 'en').text).toBe('this minute');
  expect(age('2026-11-24T00:00:00Z', '2026-11-26T03:10:00Z', 'zh-CN')).toEqual({ text: '2天前', old: true });
});
