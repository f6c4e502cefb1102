import { describe, expect, it } from 'vitest';
import type { LicenceAttribute, LicenceRow } from '../door/licences';
import { faultyFirst, fieldsOf, masked, missing, tone, undo, values } from './form';

const attribute = (id: string, form: LicenceAttribute['form'], needed = false): LicenceAttribute => ({ id, name: id, form, needed, open: false });
const all = [attribute('a', 'text', true), attribute('d', 'day', true), attribute('n', 'number'), attribute('y', 'yesno'), attribute('l', 'texts')];
const named = (code: string) => ({ code, name: code });

describe('a form', () => {
  it('says values by their forms and leaves out what is empty', () => {
    expect(values(all, { a: ' x ', d: '2026-11-26', n: '1.50', y: 'no', l: 'one\n\n two ' })).toEqual({ a: 'x', d: '2026-11-26', n: 1.5, y: false, l: ['one', 'two'] });
    expect(values(all, { a: '  ', other: 'x' })).toEqual({});
  });

  it('lets the node say what is no number', () => {
    for (const n of ['1e3', '12a', '0x10', '１２', 'NaN']) expect(values(all, { n })).toEqual({ n });
  });

  it('reads back what it said', () => {
    const said = { a: 'x', d: '2026-11-26', n: -3, y: true, l: ['one', 'two'] };
    const list = Object.entries(said).map(([id, value]) => ({ id, value }));
    expect(values(all, fieldsOf(list))).toEqual(said);
  });

  it('knows what is missing', () => {
    expect(missing(all, { a: ' ', d: '2026-11-26' }).map((x) => x.id)).toEqual(['a']);
  });
});

describe('taking back', () => {
  const done = (action: string, ...may: string[]) => ({ past: [{ version: 1, at: '', edition: 1, action: named(action), state: named('valid') }], may: may.map(named) });
  it.each([
    ['suspend', ['resume', 'revoke'], 'resume'], ['resume', ['suspend'], 'suspend'], ['transfer-out', ['stay'], 'stay'], ['issue', ['cancel', 'renew'], 'cancel'],
    ['suspend', ['revoke'], null], ['revoke', [], null], ['cancel', ['renew'], null],
  ])('%s, where %o may follow', (action, may, want) => expect(undo(done(action, ...may))).toBe(want));
  it('of nothing', () => expect(undo({ past: [], may: [named('resume')] })).toBeNull());
});

it('a state that nobody knows is not shown as valid', () => {
  expect(tone('valid')).toBe('met');
  for (const s of ['', 'revoked', 'cancelled', 'rescinded', 'new']) expect(tone(s)).toBe('missed');
});

it.each([['11010519491231002X', '1101************2X'], ['12345678', '12345678'], ['', '']])('%s is masked', (code, want) => expect(masked(code)).toBe(want));

it('rows with faults come first, in the order of the file', () => {
  const row = (n: number, faults: number): LicenceRow => ({ row: n, holder: '', becomes: named('x'), faults: Array.from({ length: faults }, () => ({ code: '', detail: '', location: '', remedy: '' })) });
  expect(faultyFirst([row(2, 0), row(3, 1), row(4, 0), row(5, 2)]).map((r) => r.row)).toEqual([3, 5, 2, 4]);
});
