import { describe, expect, it } from 'vitest';
import { asked, blank, filler, holds, type Question } from './form';

const q = (at: string, more: Partial<Question> = {}): Question => ({ at, label: { zh: at, en: at }, widget: 'text', ...more });

describe('questions', () => {
  const section = { when: [{ at: '/kind', in: ['work', 'spouse'] }], fields: [q('/name'), q('/employer', { when: [{ at: '/kind', in: ['work'] }] }), q('/rural', { when: [{ at: '/is/rural', in: ['true'] }] })] };
  const at = (answers: Record<string, never> | object) => asked(section, answers as never).map((x) => x.at);
  it('are asked where their conditions hold', () => {
    expect(at({ kind: 'work' })).toEqual(['/name', '/employer']);
    expect(at({ kind: 'spouse', is: { rural: true } })).toEqual(['/name', '/rural']);
    expect(at({ kind: 'study' })).toEqual([]);
    expect(at({})).toEqual([]);
  });
  it('weigh what is not there as empty', () => {
    expect(holds([{ at: '/none', in: ['', 'x'] }], {})).toBe(true);
    expect(holds([{ at: '/list', in: ['1'] }], { list: [1] })).toBe(false);
    expect(holds(null, undefined)).toBe(true);
  });
});

it.each([['11100000XXGAB00010001/address', { type: '11100000XXGAB00010001', attribute: 'address' }], ['/x', null], [undefined, null]])('%s fills', (fill, want) => expect(filler(fill === undefined ? {} : { fill })).toEqual(want));
it.each([['', true], [[], true], [null, true], [0, false], [false, false]])('%j blank: %s', (v, want) => expect(blank(v as never)).toBe(want));
