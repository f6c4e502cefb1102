import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CaseView, PossibleMove } from '../door/cases';
import type { Household } from '../households/types';
import { fields, leaving, withKnown } from './known';

const move = (name: string, needs: PossibleMove['needs'] = []): PossibleMove => ({ name, label: name, by: 'clerk', final: false, needs });
const need = (name: string, required = true): PossibleMove['needs'][number] => ({ name, widget: 'text', label: name, required });
const person = (n: string, name: string, born: string) => ({ person: n, name, born, sex: '1', relation: '02', relationName: '', since: '' });
const family = { id: 'h', members: [person('1', 'a', '1980-01-01'), person('2', 'b', '1982-01-01'), person('3', 'c', '2016-01-01')] } as unknown as Household;
const c = { form: { people: [{ person: '1' }] }, materials: [{ id: 'permit', name: { zh: '准', en: 'permit' }, there: false }, { id: 'id', name: { zh: '证', en: 'id' }, there: true }] } as unknown as CaseView;

describe('what a move takes', () => {
  it('is as the course says where the affair adds nothing', () => expect(withKnown(move('accept', [need('reason')]), c).needs).toEqual([need('reason')]));
  it('is chosen where the affair knows the choices', () => {
    const n = withKnown(move('out-refuse', [need('grounds'), need('code')]), c).needs;
    expect(n.map((x) => [x.name, x.widget, x.required])).toEqual([['grounds', 'text', true], ['code', 'choice', true]]);
    expect(n[1]!.options!.length).toBe(6);
  });
  it('names those of age who stay as a new head, and all who stay for what they are to him', () => {
    const n = withKnown(move('out-decide', [need('grounds')]), c, family, '2026-11-26').needs;
    expect(n.map((x) => [x.name, x.required, x.options?.map((o) => o.label)])).toEqual([['grounds', true, undefined], ['successor', false, ['b']], ['relations', false, ['b', 'c']]]);
  });
  it('does not ask for a head where nobody stays', () => expect(withKnown(move('out-decide', [need('grounds'), need('successor', false)]), c).needs.map((x) => x.name)).toEqual(['grounds']));
  it('asks which papers were seen among those that no licence stands for', () => expect(withKnown(move('in-promise'), c).needs[0]!.options!.map((o) => o.value)).toEqual(['permit']));
});

it('who moves is read out of the papers', () => {
  expect(leaving(c)).toEqual(['1']);
  for (const form of [null, {}, { people: 'x' }]) expect(leaving({ form })).toEqual([]);
});

it('the fields are those of the courses', () => {
  const go = readFileSync(join(import.meta.dirname, '../../../livelihood/household/course/course.go'), 'utf8');
  const listed = /var Fields = [^{]*\{([\s\S]*?)\n\}/.exec(go)![1]!;
  for (const [m, list] of Object.entries(fields)) {
    const line = listed.split('\n').find((l) => l.includes(`"${m}"`)) ?? '';
    for (const f of list) expect(line, m).toContain(`Name: "${f.name}"`);
  }
  const list = (of: string) => [...new RegExp(`var ${of} = \\[\\]string\\{([^}]*)\\}`).exec(go)![1]!.matchAll(/"([a-z-]+)"|(Why[A-Z]\w+)/g)].map((x) => x[1] ?? x[2]);
  expect(fields['out-reached']![0]!.of).toEqual(list('Channels'));
  expect(fields['out-refuse']![0]!.of!.length).toBe(list('Whys').length);
});
