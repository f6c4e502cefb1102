import { describe, expect, it } from 'vitest';
import { addMonths, dayNumber, dayOf, formatDay, formatPeriod, fromYearFraction, isDay, stepMonth, yearFraction } from './day';

describe('calendar days', () => {
  it.each([
    ['2024-01-31', 1, '2024-02-29'],
    ['2023-01-31', 1, '2023-02-28'],
    ['2024-12-15', 1, '2025-01-15'],
    ['2024-03-31', -1, '2024-02-29'],
    ['2022-06-28', 12, '2023-06-28'],
  ])('%s and %i months is %s', (day, n, want) => expect(addMonths(day, n)).toBe(want));

  it('steps from month end to month end', () => {
    expect(stepMonth('2023-11-30', 1)).toBe('2023-12-31');
    expect(stepMonth('2023-12-31', -1)).toBe('2023-11-30');
    expect(stepMonth('2023-12-30', 1)).toBe('2024-01-30');
  });

  it('tells days from other text', () => {
    for (const good of ['2024-02-29', '1999-12-31']) expect(isDay(good)).toBe(true);
    for (const bad of ['2023-02-29', '2024-13-01', '2024-1-1', 'today', '', null]) expect(isDay(bad)).toBe(false);
  });

  it('keeps every day through its number and its fraction of a year', () => {
    for (let n = dayNumber('2019-12-25'); n < dayNumber('2029-01-10'); n++) {
      expect(dayNumber(dayOf(n))).toBe(n);
      expect(fromYearFraction(yearFraction(dayOf(n)))).toBe(dayOf(n));
    }
    expect(yearFraction('2025-01-01')).toBe(2025);
  });

  it.each([
    ['2026-11-23', '2026年11月23日', '23 Nov 2026'],
    ['2022-06-01', '2022年6月1日', '1 Jun 2022'],
    ['2022-09-06', '2022年9月6日', '6 Sep 2022'],
  ])('writes %s', (day, zh, en) => {
    expect(formatDay(day, 'zh-CN')).toBe(zh);
    expect(formatDay(day, 'en')).toBe(en);
  });

  it.each([
    ['2022', '2022年', '2022'],
    ['2022-Q2', '2022年二季度', 'Q2 2022'],
    ['2022-06', '2022年6月', 'Jun 2022'],
    ['2022-06-28', '2022年6月28日', '28 Jun 2022'],
  ])('writes the period %s', (period, zh, en) => {
    expect(formatPeriod(period, 'zh-CN')).toBe(zh);
    expect(formatPeriod(period, 'en')).toBe(en);
  });
});
