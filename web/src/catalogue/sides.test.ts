import { describe, expect, it } from 'vitest';
import { same, shown, side, type Words } from './sides';

const w: Words = { text: (k, a) => `${k}${a ? ` ${Object.values(a).join()}` : ''}`, code: (_, c) => `<${c}>`, lang: 'en' };
const item = {
  name: { zh: '甲', en: 'a' }, scope: 'city', modes: ['online', 'joint'], limits: { promised: { count: 5, unit: 'working' }, statutory: { count: 0 } },
  materials: [{ name: { zh: '身份证', en: 'card' }, required: true }, { name: { zh: '照片', en: '' }, required: false }], fees: [{ name: { zh: '工本费', en: 'card fee' }, amount: 2050 }],
};

describe('a side', () => {
  it.each([
    ['name', ['a']], ['promised', ['web.catalogue.limit.working 5']], ['statutory', ['web.catalogue.limit.none']], ['modes', ['<online>', '<joint>']], ['scope', ['<city>']],
    ['materials', ['card', '照片web.catalogue.optional']], ['fees', ['card fee 20.50 web.unit.yuan']], ['places', []], ['consult', ['']],
  ] as const)('%s', (field, want) => expect(side(item, field, w)).toEqual(want));

  it('can be asked for of an empty item too', () => {
    for (const f of shown) expect(() => side({}, f, w)).not.toThrow();
  });
});

it('sides are alike or not', () => {
  expect(same([['a', 'b'], ['a', 'b']])).toBe(true);
  expect(same([['a'], ['a', 'b']])).toBe(false);
});
