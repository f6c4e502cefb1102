import { describe, expect, it } from 'vitest';
import type { CircleCells, VerdictRow } from '../door/circles';
import { columnsOf } from './bins';
import { happened, spanOf } from './days';
import { peopleText, pointsText, shareText, valueText } from './figures';
import { ordered } from './order';
import { grid } from './picture';
import { boundsOfPeople, cellAt, halfSide, squareOf, squares } from './squares';
import { byMinutes } from './scales';
import { flipsAt, realised, variations } from './verdict';
import { fall, parted, place } from './waterfall';

describe('the waterfall', () => {
  const steps = [{ id: 'a', value: 0.02 }, { id: 'b', value: -0.005 }, { id: 'c', value: 0.01 }];

  it('puts each step where the one before ended, and ends at after', () => {
    const f = fall(0.78, 0.81, steps);
    expect(f.bars.map((b) => [b.id, b.from.toFixed(3), b.to.toFixed(3)])).toEqual([['a', '0.780', '0.800'], ['b', '0.800', '0.795'], ['c', '0.795', '0.805']]);
    expect(f.residual.value).toBeCloseTo(0.005);
    expect(f.residual.to).toBe(0.81);
  });

  it('leaves nothing over where the shares add up', () => expect(fall(0.78, 0.805, steps).residual.value).toBeCloseTo(0, 12));

  it('has room for every bar and its error', () => {
    const f = fall(0.78, 0.805, steps.map((s) => ({ ...s, error: 0.004 })));
    for (const b of [...f.bars, f.residual]) for (const v of [b.from, b.to, b.lo, b.hi]) expect(place(f, v)).toSatisfy((p: number) => p >= 0 && p <= 100);
    expect(f.bars[0]!.hi - f.bars[0]!.lo).toBeCloseTo(2 * 1.96 * 0.004);
  });

  it('parts works that change nothing from those that do, but keeps what was only drawn at random', () => {
    const { moving, idle } = parted([...steps, { id: 'd', value: 0 }, { id: 'e', value: -1e-12 }, { id: 'f', value: 0, error: 0.001 }]);
    expect([moving.map((w) => w.id), idle.map((w) => w.id)]).toEqual([['a', 'b', 'c', 'f'], ['d', 'e']]);
  });

  it('stands without any step or change', () => {
    const f = fall(0.5, 0.5, []);
    expect(place(f, 0.5)).toBeCloseTo(50);
    expect(f.ticks.length).toBeGreaterThan(0);
  });
});

describe('verdicts', () => {
  it('turn exactly at the threshold', () => {
    expect([realised(0.8, 0.8), realised(0.7999, 0.8), realised(null, 0.8)]).toEqual([true, false, null]);
    for (const v of [0.8, 0.834, 0.29, 1]) {
      expect(realised(v, flipsAt(v) / 100)).toBe(true);
      expect(realised(v, (flipsAt(v) + 1) / 100)).toBe(false);
    }
  });

  it('vary with the minutes, the shortest first, and know those of the rule', () => {
    const row = (minutes: number, share: number, id = 'h'): VerdictRow => ({ id, minutes, share, threshold: 0.8, realised: share >= 0.8 });
    const got = variations([row(65, 0.88), row(55, 0.79), row(60, 0.84), row(60, 0.1, 'other')], 'h', 0.84, 0.85);
    expect(got).toEqual([{ minutes: 55, share: 0.79, realised: false, rule: false }, { minutes: 60, share: 0.84, realised: false, rule: true }, { minutes: 65, share: 0.88, realised: true, rule: false }]);
  });
});

describe('squares', () => {
  const cells = { sideMetres: 1000, points: [[113, 28], [113.02, 28]], people: [1, 2], nearest: [5, 50] } as unknown as CircleCells;

  it('are a kilometre wide and high on the ground', () => {
    // the usual series for the length of a degree on WGS-84, another way to the same lengths
    for (const lat of [0, 28, 45, 60]) {
      const cos = (k: number) => Math.cos((k * lat * Math.PI) / 180);
      const [dx, dy] = halfSide(1000, lat);
      expect(2 * dx * (111_412.84 * cos(1) - 93.5 * cos(3) + 0.118 * cos(5))).toBeCloseTo(1000, 1);
      expect(2 * dy * (111_132.92 - 559.82 * cos(2) + 1.175 * cos(4) - 0.0023 * cos(6))).toBeCloseTo(1000, 1);
    }
  });

  it('leave no gap between neighbours, and overlap by little', () => {
    const [dx] = halfSide(1000, 28);
    const [east, west] = [squareOf([113, 28], 1000)[1]![0]!, squareOf([113 + 2 * dx, 28], 1000)[0]![0]!];
    expect(east - west).toBeGreaterThan(0);
    expect((east - west) / (2 * dx)).toBeLessThan(0.02);
  });

  it('carry the class of their cell', () => expect(squares(cells, byMinutes(cells.nearest)).features.map((f) => f.properties!.c)).toEqual([0, 3]));

  it('begin in view where people live', () => {
    const points = [[0, 0], [1, 1], [2, 1.5], [3, 9]];
    expect(boundsOfPeople({ ...cells, points, people: [2, 50, 46, 2] })).toEqual([1, 1, 2, 1.5]);
    expect(boundsOfPeople({ ...cells, points, people: [10, 40, 40, 10] })).toEqual([0, 0, 3, 9]);
    expect(boundsOfPeople({ ...cells, points, people: [0, 0, 0, 0] })).toEqual([0, 0, 3, 9]);
    expect(boundsOfPeople({ ...cells, points: [], people: [] })).toBeNull();
  });

  it('are found by a point inside, and not beside', () => {
    expect([cellAt(cells, [113.0041, 28.004]), cellAt(cells, [113.019, 28]), cellAt(cells, [113.01, 28]), cellAt(cells, null)]).toEqual([0, 1, -1, -1]);
  });
});

describe('the distribution', () => {
  it('counts those who never arrive among all', () => {
    const d = columnsOf([{ until: 10, people: 30 }, { until: 5, people: 20 }, { until: 0, people: 50 }]);
    expect(d).toEqual({ columns: [{ from: 0, until: 5, people: 20, below: 0.2 }, { from: 5, until: 10, people: 30, below: 0.5 }], never: 50, total: 100 });
  });
});

describe('days', () => {
  const name = { zh: '', en: '' };
  const work = (id: string, opened?: string, planned?: string) => ({ id, name, kind: 'rail' as const, cities: [], served: true, ...(opened ? { opened } : {}), ...(planned ? { planned } : {}) });
  const works = [work('a', '2023-06-28'), work('b', undefined, '2028-06-30'), work('c', '2022-01-26'), work('d', '2023-06-28', '2023-01-01'), work('e')];

  it('are those of openings, each once', () => expect(happened(works).map((o) => [o.day, o.names.length, o.planned])).toEqual([['2022-01-26', 1, false], ['2023-06-28', 2, false], ['2028-06-30', 1, true]]));

  it('reach to the last opening, and beyond it to the plan complete', () => {
    const s = spanOf({ first: '2021-12-31', today: '2026-11-23', works } as never, '2026-12-31');
    expect(s.until - s.from).toBe(2373);
    expect(s.end).toBeGreaterThan(s.until);
  });
});

describe('order', () => {
  it('puts rows without a figure last, up and down', () => {
    const rows = [{ v: 2 }, { v: null }, { v: 3 }, { v: 1 }];
    expect(ordered(rows, (r) => r.v, false).map((r) => r.v)).toEqual([1, 2, 3, null]);
    expect(ordered(rows, (r) => r.v, true).map((r) => r.v)).toEqual([3, 2, 1, null]);
  });
});

describe('words', () => {
  const word = (key: string, args: Record<string, string | number> = {}) => `${key.split('.').at(-1)}${Object.values(args).join()}`;

  it('tell figures as each language writes them', () => {
    expect(shareText(0.8342, 'en')).toBe('83.4%');
    expect(shareText(null, 'en')).toBe('–');
    expect(pointsText(-0.0231, 'en', word)).toBe('points−2.3');
    expect(peopleText(14_031_234, 'zh-CN', word)).toBe('1,403\u00a010k-people');
    expect(valueText(0.41234, 'ratio', 'en', word)).toBe('0.41');
  });
});

describe('the key of the picture', () => {
  it.each([[1000, 7, 200, 4, 2], [360, 7, 200, 1, 7], [2000, 2, 200, 2, 1]])('%s wide with %s entries', (width, entries, widest, columns, rows) => {
    const g = grid(width, entries, widest);
    expect([g.columns, g.rows]).toEqual([columns, rows]);
  });
});
