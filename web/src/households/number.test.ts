import { describe, expect, it } from 'vitest';
import { age, said } from './number';

describe('what a number says', () => {
  it.each([
    ['11010519491231002X', { born: '1949-12-31', sex: '2' }], ['11010519491231002x', { born: '1949-12-31', sex: '2' }], [' 440524188001010014 ', { born: '1880-01-01', sex: '1' }],
    ['110105194912310021', null], ['11010519490231002X', null], ['110105491231002', null], ['', null],
  ])('%s', (n, want) => expect(said(n)).toEqual(want));
});

it.each([['2008-11-26', '2026-11-26', 18], ['2008-11-27', '2026-11-26', 17], ['2026-01-01', '2026-11-26', 0]])('born %s, on %s: %i', (b, t, want) => expect(age(b, t)).toBe(want));
