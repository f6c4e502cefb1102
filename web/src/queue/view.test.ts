import { describe, expect, it } from 'vitest';
import { next, shown, sorted, type Row } from './view';

const row = (id: string, more: Partial<Row> = {}): Row => ({
  id, version: '1', item: 'i', itemName: 'i', city: 'c', course: 'standard', state: 's', stateName: 's', phase: 'handling', applicant: 'a', by: 'clerk', byName: 'clerk', holder: '', office: 'o', officeName: 'o',
  since: '', late: false, risk: false, assumed: false, ended: false, opened: `2026-11-0${id}`, changed: '', withName: 'o', takes: false, due: '2026-11-30', left: 5, ...more,
});
const rest = (id: string): Row => {
  const { due: _, left: __, ...r } = row(id);
  return r;
};
const ids = (list: Row[]) => list.map((r) => r.id).join('');

describe('the queue', () => {
  const rows = [row('1'), row('2', { left: -2, late: true }), row('3', { paused: '2026-11-20', left: 1 }), rest('4'), row('5', { left: 0, risk: true }), row('6', { ended: true, left: -9, late: true })];

  it('has the most urgent first; what is paused or ended does not press', () => expect(ids(sorted(rows, 'due', 'en'))).toBe('251436'));
  it('can go by age', () => expect(ids(sorted([...rows].reverse(), 'opened', 'en'))).toBe('123456'));
  it('leaves what it sorts as it was', () => {
    const before = ids(rows);
    sorted(rows, 'due', 'en');
    expect(ids(rows)).toBe(before);
  });
  it('has heaps', () => {
    const heap = (s: 'all' | 'late' | 'risk') => ids(rows.filter((r) => shown(r, s, 'me')));
    expect([heap('all'), heap('late'), heap('risk')]).toEqual(['123456', '2', '5']);
  });
  it('has mine: what a clerk is to do and I took', () => {
    expect(shown(row('1', { holder: 'me' }), 'mine', 'me')).toBe(true);
    expect(shown(row('1', { holder: 'me', by: 'applicant' }), 'mine', 'me')).toBe(false);
    expect(shown(row('1', { holder: '' }), 'mine', '')).toBe(false);
  });
});

it.each<[number, number, 'j' | 'k', number]>([[3, -1, 'j', 0], [3, -1, 'k', 2], [3, 0, 'j', 1], [3, 2, 'j', 2], [3, 0, 'k', 0], [0, -1, 'j', -1]])('of %i, from %i by %s to %i', (n, now, key, want) => expect(next(n, now, key)).toBe(want));
