import { describe, expect, it } from 'vitest';
import type { CircleFrame } from '../door/circles';
import { change } from '../route/match';
import { askedOf, comparisonParams, dated, shareParams, stateParams, switched, wayOf, weighed } from './ask';

const text = (s: string) => ({ zh: s, en: s });
const frame: CircleFrame = {
  network: 'drawn', first: '2021-12-31', today: '2026-11-23', modes: ['transit', 'car'], sideMetres: 1000, basis: [],
  rule: { id: 'v1', name: text('v1'), digest: '', threshold: 0.8, parameters: [] },
  centres: [{ city: 'east', name: text('East'), point: [1, 0] }, { city: 'west', name: text('West'), point: [0, 0] }],
  indicators: [
    { id: 'half', circle: 'half-hour', name: text('half'), definition: text(''), unit: 'share', headline: true },
    { id: 'own', circle: 'one-hour', name: text('own'), definition: text(''), unit: 'share', headline: false },
    { id: 'hour', circle: 'one-hour', name: text('hour'), definition: text(''), unit: 'share', headline: true },
  ],
  works: ['a', 'b', 'c'].map((id) => ({ id, name: text(id), kind: 'rail' as const, cities: [], served: true, opened: '2023-06-28' })),
};
const asked = (query: string) => {
  const q = new URLSearchParams(query);
  return askedOf((k) => q.get(k) ?? '', frame);
};

describe('what is asked', () => {
  it('is today, by the first mode, when the address says nothing', () => {
    const a = asked('');
    expect([a.asOf, a.mode, a.base, a.layer, a.threshold, a.indicator, a.method, a.budget, a.sharing, a.reach]).toEqual(['2026-11-23', 'transit', null, 'nearest', 0.8, 'hour', 'shapley', 0, false, false]);
  });

  it('follows the address', () => {
    const a = asked('asOf=2023-12-31&mode=car&with=a&without=b,c&layer=west&threshold=75&cell=0.5,0.5&indicator=own&method=add-first&budget=300&shares=yes&reach=yes&ground=yes');
    expect(stateParams(a, a.mode)).toEqual({ asOf: '2023-12-31', mode: 'car', with: 'a', without: 'b,c' });
    expect([a.layer, a.threshold, a.cell, a.indicator, a.method, a.budget, a.sharing, a.reach, a.ground]).toEqual(['west', 0.75, [0.5, 0.5], 'own', 'add-first', 3e10, true, true, true]);
    expect(shareParams(a)).toMatchObject({ indicator: 'own', method: 'add-first', budget: 3e10 });
  });

  it.each([
    ['a day that is none', 'asOf=2023-02-30', (a: ReturnType<typeof asked>) => a.asOf, '2026-11-23'],
    ['a mode that is not offered', 'mode=boat', (a: ReturnType<typeof asked>) => a.mode, 'transit'],
    ['works that do not exist', 'with=a,zz', (a: ReturnType<typeof asked>) => a.with, ['a']],
    ['a work both in and out', 'with=a&without=a', (a: ReturnType<typeof asked>) => [a.with, a.without], [[], ['a']]],
    ['a threshold under a half', 'threshold=20', (a: ReturnType<typeof asked>) => a.threshold, 0.8],
    ['a layer of differences from nothing', 'layer=change', (a: ReturnType<typeof asked>) => a.layer, 'nearest'],
    ['a budget below nothing', 'budget=-3', (a: ReturnType<typeof asked>) => a.budget, 0],
  ])('takes no %s', (_, query, of, want) => expect(of(asked(query))).toEqual(want));

  it('counts the people within reach where the map shows them', () => expect(asked('layer=reach').reach).toBe(true));

  it('holds the plan complete apart from days', () => {
    expect(asked('plan=yes&asOf=2023-12-31').asOf).toBe('plan');
    expect(dated('plan', frame)).toEqual({ plan: 'yes' });
    expect(dated('2026-11-23', frame)).toEqual({ plan: '', asOf: '' });
  });
});

describe('what it is compared with', () => {
  it.each([
    ['a day, as works opened by themselves', 'with=a&base=2021-12-31', { asOf: '2021-12-31', with: [], without: [] }],
    ['the plan', 'base=plan', { asOf: 'plan', with: [], without: [] }],
    ['the same day without switches', 'plan=yes&without=b&base=dates', { asOf: 'plan', with: [], without: [] }],
    ['the same state less a work', 'asOf=2023-12-31&with=a,b&without=c&base=-a', { asOf: '2023-12-31', with: ['b'], without: ['c', 'a'] }],
  ])('%s', (_, query, base) => expect(asked(query).base).toEqual(base));

  it.each(['-zz', 'yesterday', ''])('is nothing for %j', (base) => expect(asked(`base=${base}`).base).toBeNull());

  it('is asked for beside the state', () => {
    expect(comparisonParams(asked('asOf=2023-12-31&mode=car&with=a&base=-a'))).toEqual({ asOf: '2023-12-31', mode: 'car', with: 'a', without: '', baseAsOf: '2023-12-31', baseWith: '', baseWithout: 'a' });
  });
});

describe('what is written', () => {
  it('comes back when it is read', () => {
    let q = new URLSearchParams('asOf=2023-12-31');
    const read = () => askedOf((k) => q.get(k) ?? '', frame);
    for (const [id, way] of [['b', 'off'], ['a', 'on'], ['c', 'off'], ['b', 'on'], ['c', 'date']] as const) {
      q = change(q, switched(read(), id, way));
      expect(wayOf(read(), id)).toBe(way);
    }
    expect(q.toString()).toBe('asOf=2023-12-31&with=a%2Cb');
    for (const percent of [50, 63, 80, 100]) {
      q = change(q, weighed(percent / 100, frame));
      expect(read().threshold).toBe(percent / 100);
    }
    expect(weighed(0.8, frame)).toEqual({ threshold: '' });
  });
});
