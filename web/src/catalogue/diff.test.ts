import { describe, expect, it } from 'vitest';
import { changes, plain } from './diff';
import type { Json } from './pointer';

const item: Json = { name: { zh: '甲', en: 'a' }, limits: { promised: { count: 5 } }, materials: [{ id: 'x', copies: 1 }, { id: 'y', copies: 2 }], modes: ['online'], quota: { zh: '', en: '' } };

describe('what a version changes', () => {
  const by = (after: Record<string, Json>) => changes(item, { ...(item as Record<string, Json>), ...after });

  it('is nothing where nothing changed', () => expect(changes(item, structuredClone(item))).toEqual([]));
  it('is not what was empty and stays so', () => {
    expect(by({ quota: null as never })).toEqual([]);
    expect(changes({}, { booking: false, fees: [], visits: 0 })).toEqual([]);
  });
  it('is told at its place', () => {
    expect(by({ limits: { promised: { count: 3 } } })).toEqual([{ at: '/limits/promised/count', before: '5', after: '3' }]);
    expect(by({ name: { zh: '甲', en: 'b' } })).toEqual([{ at: '/name', before: '甲 / a', after: '甲 / b' }]);
    expect(by({ modes: ['online', 'joint'] })).toEqual([{ at: '/modes', before: 'online', after: 'online, joint' }]);
  });
  it('tells rows by their id', () => {
    expect(by({ materials: [{ id: 'z', copies: 1 }, { id: 'x', copies: 1 }, { id: 'y', copies: 3 }] })).toEqual([
      { at: '/materials/0', before: '', after: 'z · 1' }, { at: '/materials/2/copies', before: '2', after: '3' },
    ]);
    expect(by({ materials: [{ id: 'y', copies: 2 }] })).toEqual([{ at: '/materials/0', before: 'x · 1', after: '' }]);
    expect(by({ materials: [] })).toHaveLength(2);
  });
});

it.each<[Json, string]>([[null, ''], [true, 'true'], [[1, 2], '1, 2'], [{ zh: '', en: 'x' }, 'x'], [{ a: 1, b: { zh: '乙', en: '' } }, '1 · 乙']])('%j on one line', (v, want) => expect(plain(v)).toBe(want));
