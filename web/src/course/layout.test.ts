import { describe, expect, it } from 'vitest';
import { layout } from './layout';

const moves = [
  { name: 'submit', from: ['draft'], to: 'submitted' }, { name: 'accept', from: ['submitted'], to: 'accepted' }, { name: 'ask', from: ['submitted', 'accepted'], to: 'supplement' },
  { name: 'supply', from: ['supplement'], to: 'submitted' }, { name: 'decide', from: ['accepted'], to: 'decided' }, { name: 'note', from: ['accepted'], to: '' },
];
const states = ['draft', 'submitted', 'accepted', 'supplement', 'decided', 'orphan'];

describe('a course laid out', () => {
  const d = layout(states, 'draft', moves);
  const column = (s: string) => d.places.find((p) => p.state === s)?.column;

  it('stands in columns by the moves from the start', () => expect(states.map(column)).toEqual([0, 1, 2, 2, 3, 0]));
  it('has a place of its own for every state', () => expect(new Set(d.places.map((p) => `${p.column}/${p.row}`)).size).toBe(states.length));
  it('tells moves that go back, and those that stay', () => {
    expect(d.arrows.filter((a) => a.back).map((a) => `${a.from}>${a.to}`).sort()).toEqual(['accepted>accepted', 'accepted>supplement', 'supplement>submitted']);
  });
  it('has the ends in the last column, so that what leads there leads on', () => {
    const e = layout(states, 'draft', [...moves, { name: 'withdraw', from: ['draft', 'accepted'], to: 'gone' }], ['gone']);
    expect(e.places.find((p) => p.state === 'gone')?.column).toBe(4);
    expect(e.arrows.filter((a) => a.to === 'gone').every((a) => !a.back)).toBe(true);
  });
  it('draws two moves between the same states as one arrow', () => {
    expect(layout(['a', 'b'], 'a', [{ name: 'x', from: ['a'], to: 'b' }, { name: 'y', from: ['a'], to: 'b' }]).arrows).toEqual([{ from: 'a', to: 'b', moves: ['x', 'y'], back: false }]);
  });
});
