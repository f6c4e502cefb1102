import { describe, expect, it } from 'vitest';
import { fills, proposed, wants, type Held } from './wants';

const field = (at: string, fill?: string) => ({ at, label: { zh: '', en: '' }, widget: 'text', ...(fill ? { fill } : {}) });
const form = { layout: [{ id: 's', title: { zh: '', en: '' }, fields: [field('/a', 'T/address'), field('/b', 'T/holder.name'), field('/c', 'U/x'), field('/d', 'T/address'), field('/e')] }] } as never;
const held = (id: string, code: string, state = 'valid'): Held => ({ id, type: { code, name: code }, state: { code: state }, number: id });
const material = (id: string, ...types: string[]) => ({ id, name: { zh: id, en: id }, types, required: true, there: false }) as never;

describe('what licences are wanted for', () => {
  it('is each material, then what fills the form', () => {
    const list = wants([material('m', 'T', 'V'), material('paper')], form, [held('1', 'T'), held('2', 'T', 'revoked'), held('3', 'U')], []);
    expect(list.map((w) => [w.key, w.held.map((h) => h.id)])).toEqual([['m', ['1']], ['U', ['3']]]);
  });
  it('knows what was shared', () => {
    const shares = [{ material: 'm', type: { code: 'T', name: 'T' } }] as never;
    expect(wants([material('m', 'T')], undefined, [], shares)[0]?.shared).toBeTruthy();
  });
  it('asks for nothing that nobody holds and no material wants', () => expect(wants([], form, [], [])).toEqual([]));
});

it('names what fills a form once', () => expect(fills(form, 'T')).toEqual(['address', 'holder.name']));
it('proposes what fills, or what every such licence has', () => {
  const type = (code: string) => ({ code, name: code, attributes: [{ id: 'address', name: '', needed: true }, { id: 'x', name: '', needed: false }, { id: 'y', name: '', needed: true }] });
  expect(proposed(form, type('T'))).toEqual(['address', 'holder.name']);
  expect(proposed(form, type('V'))).toEqual(['address', 'y']);
});
