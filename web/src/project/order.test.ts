import { expect, it } from 'vitest';
import type { Standing } from '../door/types';
import { choose, order } from './order';

const p = (id: string, more: Partial<Standing>): Standing =>
  ({ id, name: { zh: id, en: id }, field: 'f3', verb: 'plan', state: 'pending', due: '2026-12-31', dueBasis: 'horizon', cities: [], milestones: [], ...more }) as Standing;

const all = [
  p('a', { verb: 'study', state: 'kept', done: '2023-01-01', slipMonths: -2, cities: ['x'] }),
  p('b', { verb: 'finish', state: 'late', due: '2024-09-30', slipMonths: 25.8 }),
  p('c', { verb: 'finish', state: 'unknown', field: 'f5' }),
];
const ids = (list: Standing[]) => list.map((x) => x.id).join('');

it.each([
  ['due', 'abc'], ['slip', 'bac'], ['verb', 'bca'], ['state', 'bca'], ['name', 'abc'],
] as const)('sorted by %s: %s', (by, want) => expect(ids(order(all, by, (x) => x.name.en, 'en'))).toBe(want));

it('filters by any of them together', () => {
  const none = { state: '', field: '', city: '', verb: '', q: '' };
  expect(ids(choose(all, none))).toBe('abc');
  expect(ids(choose(all, { ...none, verb: 'finish' }))).toBe('bc');
  expect(ids(choose(all, { ...none, verb: 'finish', field: 'f5' }))).toBe('c');
  expect(ids(choose(all, { ...none, city: 'x' }))).toBe('a');
  expect(ids(choose(all, { ...none, state: 'late', q: 'B' }))).toBe('b');
});
