import { describe, expect, it } from 'vitest';
import { faultsOf, fieldOf } from '../form/faults';
import { filledFrom, stageOf, toneOf } from './types';

describe('a case in a list', () => {
  const c = (more: object) => ({ phase: 'handling', by: 'clerk', late: false, ended: false, state: 'accepted', ...more });
  it.each([
    ['with the office', c({}), 'on-track'], ['late', c({ late: true }), 'missed'], ['with me', c({ by: 'applicant' }), 'at-risk'],
    ['granted', c({ outcome: 'granted', by: '' }), 'met'], ['refused', c({ outcome: 'refused' }), 'missed'], ['withdrawn', c({ state: 'withdrawn', ended: true }), 'undetermined'],
  ])('%s', (_, k, want) => expect(toneOf(k as never)).toBe(want));
  it('is so far', () => expect(['draft', 'applied', 'handling', 'decided', 'ended'].map(stageOf)).toEqual([0, 1, 2, 3, 3]));
});

describe('an answer', () => {
  const shares = [{ type: { code: 'T', name: 'register' }, attributes: { address: 'A', 'holder.name': 'Li' } }];
  it.each([['T/address', 'A', 'register'], ['T/address', 'B', undefined], ['T/holder.name', 'Li', 'register'], ['U/address', 'A', undefined], [undefined, 'A', undefined], ['T/address', '', undefined]])('%s %s', (fill, value, want) => expect(filledFrom(fill, value, shares as never)).toBe(want));
});

describe('faults of a form', () => {
  it('are told by their place', () => expect(faultsOf({ errors: [{ location: 'form/people/0/name', detail: 'x', remedy: 'y' }, { location: 'body', detail: 'z' }, { location: 'form', detail: 'w' }] } as never)).toEqual([{ at: '/people/0/name', detail: 'x', remedy: 'y' }, { at: '', detail: 'w' }]));
  it.each([['/people/0/name', '/people'], ['/kind', '/kind'], ['/none', undefined]])('%s belongs to %s', (at, want) => expect(fieldOf(at, ['/kind', '/people'])).toBe(want));
});
