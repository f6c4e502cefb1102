import { expect, test } from 'vitest';
import { personName } from './person';

test('a name stands without its number', () => {
  expect(personName('唐勇（示例） (01a21b1a-2207-7627-85b1-1f05e23caaf1)')).toBe('唐勇（示例）');
  expect(personName('Wu Jing (acting)')).toBe('Wu Jing (acting)');
  expect(personName(undefined)).toBe('');
});
