import { describe, expect, it } from 'vitest';
import { csv, heaps, satisfaction, total, type Line } from './figures';

const line = (item: string, office: string, more: Partial<Line>): Line => ({ item, itemName: item, office, drafts: 0, open: 0, late: 0, risk: 0, decided: 0, ended: 0, rated: 0, stars: 0, ...more });
const lines = [line('a', 'x', { open: 5, risk: 1, rated: 2, stars: 9 }), line('a', 'y', { open: 1 }), line('b', 'x', { open: 2, late: 1, rated: 1, stars: 3 })];

describe('figures', () => {
  it('are put together, the late ones first', () => {
    expect(heaps(lines, 'item').map((h) => [h.key, h.open, h.late])).toEqual([['b', 2, 1], ['a', 6, 0]]);
    expect(heaps(lines, 'office').map((h) => [h.key, h.open])).toEqual([['x', 7], ['y', 1]]);
  });
  it('are the same in all, however they are put together', () => {
    for (const by of ['item', 'office'] as const) expect(total(heaps(lines, by))).toEqual(total(lines));
  });
  it('say nothing of satisfaction where nobody rated', () => {
    expect(satisfaction(total(lines))).toBe(4);
    expect(satisfaction({ rated: 0, stars: 0 })).toBeNull();
  });
});

it('a table is written so that a spreadsheet reads it, and runs nothing', () => {
  expect(csv(['a', 'b'], [['x,"y"', 1], ['=1+1', -2]])).toBe('\ufeffa,b\r\n"x,""y""",1\r\n\'=1+1,-2\r\n');
});
