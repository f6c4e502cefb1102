// Every sentence of the counter and the desk stands in both languages, and none is idle.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import en from '../../../locale/en/desk.json';
import zh from '../../../locale/zh-CN/desk.json';

const source = ['counter', 'desk'].flatMap((room) => {
  const folder = join(import.meta.dirname, '..', room);
  return readdirSync(folder).filter((f) => /\.(svelte|ts)$/.test(f) && !f.endsWith('.test.ts')).map((f) => readFileSync(join(folder, f), 'utf8'));
}).join('\n') + readFileSync(join(import.meta.dirname, '../App.svelte'), 'utf8');

const written = new Set([...source.matchAll(/['"`](web\.(?:counter|desk)\.[a-z0-9.-]*[a-z0-9])['"`]/g)].map((m) => m[1]!));
const families: Record<string, string[]> = {
  'web.counter.': ['licence.CZZT', 'licence.CZZTDM'], 'web.counter.tab.': ['ask', 'slip', 'checks', 'objections'], 'web.desk.tab.': ['find', 'issue', 'import'], 'web.counter.purpose.': ['fund', 'permit', 'school', 'bank', 'tender', 'business'],
  'web.counter.state.': ['open', ...['answered', 'accepted', 'declined', 'expired'].flatMap((s) => [s, `${s}.remedy`])], 'web.counter.outcome.': ['accepted', 'not-accepted', 'cannot-tell'],
  'web.counter.weight.': ['note', 'doubt', 'refusal'], 'web.counter.age.': ['days', 'hours', 'minutes', 'seconds'].flatMap((u) => [u, `${u}.one`]), 'web.counter.form.': ['wallet', 'slip', 'file'],
  'web.counter.slip.most.': ['0', '3600', '86400', '604800'], 'web.desk.': ['yes', 'no'], 'web.desk.state.': ['valid', 'suspended', 'leaving', 'expired', 'cancelled', 'rescinded', 'revoked', 'moved'],
  'web.desk.undo.': ['resume', 'suspend', 'stay', 'cancel'].flatMap((u) => [u, `${u}.why`, `${u}.reason`]), 'web.desk.import.': ['issue', 'before', 'standing', 'faults'],
};
const used = new Set([...written, ...Object.entries(families).flatMap(([prefix, codes]) => codes.map((c) => prefix + c))]);

it('every key has a text in both languages', () => {
  expect(written.size).toBeGreaterThan(80);
  for (const key of used) for (const texts of [zh, en] as Record<string, string>[]) expect(texts[key], key).toBeTruthy();
});

it('every text is used', () => {
  expect(Object.keys(zh).filter((k) => !used.has(k))).toEqual([]);
  expect(Object.keys(en)).toEqual(Object.keys(zh));
});

it('every prefix of a key that is put together is known', () => {
  const made = [...source.matchAll(/`(web\.(?:counter|desk)\.[a-z.]*)\$\{/g)].map((m) => m[1]!);
  expect(made.length).toBeGreaterThan(8);
  for (const prefix of made) expect(families[prefix], prefix).toBeTruthy();
});

it('the texts have the same placeholders', () => {
  const holes = (s: string) => [...new Set(s.match(/\{[a-zA-Z]+\}/g) ?? [])].sort();
  for (const [key, text] of Object.entries(zh)) expect(holes((en as Record<string, string>)[key] ?? ''), key).toEqual(holes(text));
});
