import { describe, expect, it } from 'vitest';
import type { Check } from '../door/licences';
import { acceptable, age, compares, left, looks, shown, waiting } from './verdict';

const named = (code: string) => ({ code, name: code });

describe('an outcome', () => {
  it('has a tone and a shape of its own', () => {
    const all = ['accepted', 'not-accepted', 'cannot-tell'].map(looks);
    expect(new Set(all.map((l) => l.tone)).size).toBe(3);
    expect(new Set(all.map((l) => l.icon)).size).toBe(3);
  });

  it('that nobody knows is never shown as accepted', () => {
    for (const code of ['', 'ACCEPTED', 'acceptable']) expect(looks(code)).toEqual(looks('cannot-tell'));
  });
});

describe('an age', () => {
  it.each([
    [0, 'seconds', 0], [59, 'seconds', 59], [60, 'minutes', 1], [3599, 'minutes', 59], [7199, 'hours', 1], [86_399, 'hours', 23], [86_400, 'days', 1], [-5, 'seconds', 0],
  ])('of %d s is in %s', (s, unit, n) => expect(age(s)).toEqual({ unit, n }));

  it('never says more than it is', () => {
    const long = { days: 86_400, hours: 3600, minutes: 60, seconds: 1 };
    for (let s = 0; s < 400_000; s += 977) {
      const a = age(s);
      expect(a.n * long[a.unit]).toBeLessThanOrEqual(s);
      expect((a.n + 1) * long[a.unit]).toBeGreaterThan(s);
    }
  });
});

describe('what is left', () => {
  const until = '2026-11-26T08:35:00Z';
  it.each([[300_000, '5:00'], [249_500, '4:10'], [9000, '0:09'], [0, '0:00'], [-1000, '0:00']])('%d ms', (ms, text) => expect(left(until, Date.parse(until) - ms)).toBe(text));
});

describe('a slip', () => {
  it('is compared with an identity card, what a wallet shows is not', () => {
    expect(compares({ form: 'slip', signed: true, outcome: named('accepted') })).toBe(true);
    expect(compares({ form: 'slip', signed: true, outcome: named('cannot-tell') })).toBe(true);
    expect(compares({ form: 'slip', signed: false, outcome: named('cannot-tell') })).toBe(false);
    expect(compares({ form: 'wallet', signed: true, outcome: named('accepted') })).toBe(false);
  });
});

describe('a case', () => {
  const accepted = { case: 'A-1', at: '2026-11-26T08:31:00Z' };
  it.each([
    ['accepted', true, undefined, true], ['accepted', true, accepted, false], ['accepted', false, undefined, false], ['cannot-tell', true, undefined, false], ['not-accepted', true, undefined, false],
  ])('%s, signed %s, %o', (code, signed, before, want) => expect(acceptable({ outcome: named(code), signed, ...(before ? { accepted: before } : {}) })).toBe(want));
});

describe('a value', () => {
  it.each([[true, 'yes'], [false, 'no'], [['a', 'b'], 'a; b'], [0, '0'], ['', '–'], [undefined, '–'], ['x', 'x']])('%o', (v, text) => expect(shown(v, 'yes', 'no', '; ')).toBe(text));
});

it('an objection waits until it is answered', () => {
  const said = { text: 't', at: '2026-11-26T08:31:00Z' };
  const list = [{ id: 'a', objection: said }, { id: 'b', objection: said, answer: said }, { id: 'c' }] as Check[];
  expect(waiting(list).map((c) => c.id)).toEqual(['a']);
});
