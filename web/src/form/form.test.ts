import { describe, expect, it } from 'vitest';
import type { Form } from '../case/form';
import { pruned, without } from './filling.svelte';
import { typedFen, typedNumber, yuanText } from './numbers';
import { keyOf, taken, type Offer } from './offer';

const text = (s: string) => ({ zh: s, en: s });
const form: Form = {
  id: 'f', title: text('f'), layout: [{ id: 's', title: text('s'), fields: [
    { at: '/kind', label: text('kind'), widget: 'radio' },
    { at: '/employer', label: text('employer'), widget: 'text', when: [{ at: '/kind', in: ['work'] }] },
    { at: '/is/rural', label: text('rural'), widget: 'yesno' },
    { at: '/people', label: text('people'), widget: 'list', fields: [{ at: '/name', label: text('name'), widget: 'text' }, { at: '/number', label: text('number'), widget: 'citizen' }] },
  ] }],
};

describe('what goes to the node', () => {
  it.each([
    ['nothing', {}, {}],
    ['what is asked', { kind: 'work', employer: 'A' }, { kind: 'work', employer: 'A' }],
    ['not what is asked no more', { kind: 'spouse', employer: 'A' }, { kind: 'spouse' }],
    ['not what nobody asked', { kind: 'work', other: 1 }, { kind: 'work' }],
    ['no empty texts', { kind: '', is: { rural: false } }, { is: { rural: false } }],
    ['rows without their empty fields', { people: [{ name: 'A', number: '', x: 1 }, {}] }, { people: [{ name: 'A' }, {}] }],
    ['no empty lists', { people: [] }, {}],
  ])('%s', (_, answers, want) => expect(pruned(form, answers as never)).toEqual(want));
});

it('keeps what is sound of a form: a question at fault is left out whole', () => {
  const answers = { kind: 'work', employer: 'A', people: [{ name: 'A' }, { name: 'B' }] };
  expect(without(form, answers, [{ at: '/employer', detail: '' }])).toEqual({ kind: 'work', people: answers.people });
  expect(without(form, answers, [{ at: '/people/1/name', detail: '' }])).toEqual({ kind: 'work', employer: 'A' });
  expect(without(form, answers, [{ at: '', detail: '' }, { at: '/none', detail: '' }])).toEqual(answers);
});

describe('numbers', () => {
  it.each([['12', 12], ['1,200.5', 1200.5], ['-3', -3], ['', undefined], ['1.2万', '1.2万'], ['12345678901234567890', '12345678901234567890']])('%s', (typed, want) => expect(typedNumber(typed)).toBe(want));
  it.each([['12', 1200], ['12.5', 1250], ['12.34', 1234], ['0.07', 7], ['12.345', '12.345'], ['', undefined], ['-1', '-1']])('%s yuan', (typed, want) => expect(typedFen(typed)).toBe(want));
  it.each([[1200, '12'], [1250, '12.50'], [7, '0.07'], ['x', 'x'], [undefined, '']])('%s fen', (value, want) => expect(yuanText(value as never)).toBe(want));
  it('of money come back as they went', () => {
    for (let fen = 0; fen < 3000; fen += 7) expect(typedFen(yuanText(fen))).toBe(fen);
  });
});

describe('rows that are offered', () => {
  const offer: Offer = { title: 'household', key: 'number', rows: [{ key: '1', label: 'A', row: { number: '1', name: 'A' } }, { key: '2', label: 'B', row: { number: '2', name: 'B' } }] };
  it('are taken in once and out again', () => {
    const typed = { number: '9', name: 'X' };
    const one = taken(offer, [typed], offer.rows[0]!, true);
    expect(one.map((r) => keyOf(offer, r))).toEqual(['9', '1']);
    expect(taken(offer, one, offer.rows[0]!, true)).toEqual(one);
    expect(taken(offer, one, offer.rows[0]!, false)).toEqual([typed]);
    expect(keyOf(offer, 'text')).toBe('');
  });
});
