import { describe, expect, it } from 'vitest';
import type { NodeHere, Person } from '../session/session.svelte';
import { affairs, licences } from './rooms';

const node = (kind: 'city' | 'office') => ({ kind, name: kind }) as NodeHere;
const person = (kind: Person['kind'], ...may: string[]) => ({ kind, may }) as Person;
const paths = (n: NodeHere | null | undefined, p?: Person) => licences(n, p).map((r) => r.path);

describe('rooms of licences', () => {
  for (const [what, n, p, want] of [
    ['a board alone', null, undefined, []],
    ['not yet known', undefined, undefined, []],
    ['nobody at a city', node('city'), undefined, ['/wallet', '/counter', '/desk', '/trust', '/nodes']],
    ['nobody at the office', node('office'), undefined, ['/trust', '/nodes']],
    ['a citizen', node('city'), person('citizen', 'licence.read', 'wallet.use', 'trust.read'), ['/wallet', '/trust']],
    ['an issuer', node('city'), person('staff', 'licence.read', 'licence.issue', 'trust.read', 'node.read'), ['/desk', '/trust', '/nodes']],
    ['a clerk', node('city'), person('staff', 'counter.check', 'trust.read', 'node.read'), ['/counter', '/trust', '/nodes']],
    ['an operator of the office', node('office'), person('staff', 'node.read', 'node.operate', 'people.manage', 'trust.read'), ['/trust', '/nodes', '/people']],
  ] as const) {
    it(what, () => expect(paths(n, p)).toEqual(want));
  }
});

describe('rooms of services and cases', () => {
  const open = (n: NodeHere | null | undefined, p?: Person) => affairs(n, p).map((r) => r.path);
  for (const [what, n, p, want] of [
    ['nobody', node('city'), undefined, ['/services']],
    ['a clerk', node('city'), person('staff', 'case.read', 'case.act', 'registry.read', 'fund.read'), ['/services', '/queue', '/households', '/reconciliation']],
    ['a supervisor', node('city'), person('staff', 'case.read', 'case.supervise'), ['/services', '/supervision', '/queue']],
    ['an editor', node('city'), person('staff', 'catalogue.edit'), ['/services', '/catalogue']],
    ['a citizen', node('city'), person('citizen', 'case.apply', 'case.read', 'registry.read', 'fund.read'), ['/services', '/cases', '/household']],
    ['a supervisor at the office', node('office'), person('staff', 'case.supervise'), ['/supervision']],
    ['a trust officer at the office', node('office'), person('staff', 'trust.sign'), []],
  ] as const) {
    it(what, () => expect(open(n, p)).toEqual(want));
  }
});
