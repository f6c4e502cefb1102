import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import words from '../../../locale/zh-CN/family.json';
import { fitting, newborn, relations } from './relation';

// the register's own lists (livelihood/household/family/relation.go)
const source = readFileSync(join(import.meta.dirname, '../../../livelihood/household/family/relation.go'), 'utf8');
const list = (name: string) => [...(new RegExp(`\\b${name}\\s*= \\[\\]Relation\\{([^}]*)\\}`).exec(source)?.[1] ?? '').matchAll(/"(\d\d)"/g)].map((m) => m[1]!);

it('are those of the register, each with words', () => {
  expect(relations).toEqual(list('Relations'));
  for (const r of relations) expect(words).toHaveProperty([`family.relation.${r}`]);
});

it('fit a sex as the register holds them to it', () => {
  expect(fitting('1')).toEqual(list('Relations').filter((r) => !list('women').includes(r)));
  expect(fitting('2')).toEqual(list('Relations').filter((r) => !list('men').includes(r)));
  expect(fitting(undefined)).toEqual(relations);
  for (const r of newborn) expect(relations).toContain(r);
});
