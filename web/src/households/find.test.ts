import { describe, expect, it } from 'vitest';
import { fits, numberIn } from './find';
import type { Household } from './types';

it.each([['11010519491231002x', '11010519491231002X'], [' 110105194912310021 ', '110105194912310021'], ['李明', null], ['1101051949', null], ['', null]])('%s', (text, want) => expect(numberIn(text)).toBe(want));

describe('a household is found', () => {
  const h = { id: 'h-1', city: 'zhuzhou', kind: 'family', address: '株洲市示例区2号', version: 1, members: [{ person: '430299198811150029', name: '周云', sex: '2', born: '1988-11-15', relation: '02', relationName: '户主', since: '2026-11-26' }] } as Household;
  it.each([['', true], ['周云', true], ['示例区', true], ['H-1', true], ['0029', true], ['029', false], ['李', false]])('by %s: %s', (q, want) => expect(fits(h, q)).toBe(want));
});
