import { describe, expect, it } from 'vitest';
import { at, join, put, within, type Json } from './pointer';

const item: Json = { name: { zh: '甲', en: 'a' }, materials: [{ id: 'x' }, { id: 'y' }], 'a/b': 1 };

describe('a place in an item', () => {
  it.each([['', item], ['/name/zh', '甲'], ['/materials/1/id', 'y'], ['/a~1b', 1], ['/none/there', undefined], ['/materials/7', undefined]] as const)('%s', (p, want) => expect(at(item, p)).toEqual(want));

  it('is changed in a copy', () => {
    const before = structuredClone(item);
    expect(at(put(item, '/materials/0/id', 'z'), '/materials/0/id')).toBe('z');
    expect(at(put(item, '/materials/2', { id: 'n' }), '/materials')).toHaveLength(3);
    expect(at(put(item, '/materials/0', undefined), '/materials')).toEqual([{ id: 'y' }]);
    expect(put(item, '/limits/promised/count', 5)).toMatchObject({ limits: { promised: { count: 5 } } });
    expect(put(item, '/name', undefined)).not.toHaveProperty('name');
    expect(item).toEqual(before);
  });

  it('is named so that it is found again', () => expect(at({ 'a~/b': 2 }, join('', 'a~/b'))).toBe(2));
  it('holds what lies within', () => {
    expect(within('/name/zh', '/name')).toBe(true);
    expect(within('/names', '/name')).toBe(false);
  });
});
