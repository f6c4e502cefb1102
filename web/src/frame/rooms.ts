// The rooms of the page, and for whom its head offers them.
import type { PlaceName } from '../route/match';
import type { NodeHere, Person } from '../session/session.svelte';
import type { WebKey } from '../words/words.svelte';

export interface Room {
  path: string;
  key: WebKey;
  is: PlaceName[];
}

export const plan: Room[] = [
  { path: '/', key: 'web.nav.board', is: ['board', 'target', 'indicator'] },
  { path: '/projects', key: 'web.nav.projects', is: ['projects'] },
  { path: '/map', key: 'web.nav.map', is: ['map'] },
  { path: '/reach', key: 'web.nav.reach', is: ['reach'] },
  { path: '/circles', key: 'web.nav.circles', is: ['circles'] },
  { path: '/evidence', key: 'web.nav.evidence', is: ['evidence'] },
];

export const help: Room = { path: '/help', key: 'web.nav.help', is: ['help'] };

const services: Room = { path: '/services', key: 'web.nav.services', is: ['services', 'bundle'] };
const cases: Room = { path: '/cases', key: 'web.nav.cases', is: ['cases'] };
const household: Room = { path: '/household', key: 'web.nav.household', is: ['household'] };
const queue: Room = { path: '/queue', key: 'web.nav.queue', is: ['queue', 'courses'] };
const supervision: Room = { path: '/supervision', key: 'web.nav.supervision', is: ['supervision'] };
const catalogue: Room = { path: '/catalogue', key: 'web.nav.catalogue', is: ['catalogue'] };
const households: Room = { path: '/households', key: 'web.nav.households', is: ['households'] };
const reconciliation: Room = { path: '/reconciliation', key: 'web.nav.reconciliation', is: ['reconciliation'] };

const wallet: Room = { path: '/wallet', key: 'web.nav.wallet', is: ['wallet'] };
const counter: Room = { path: '/counter', key: 'web.nav.counter', is: ['counter'] };
const desk: Room = { path: '/desk', key: 'web.nav.desk', is: ['desk'] };
const trust: Room = { path: '/trust', key: 'web.nav.trust', is: ['trust'] };
const nodes: Room = { path: '/nodes', key: 'web.nav.nodes', is: ['nodes'] };
const people: Room = { path: '/people', key: 'web.nav.people', is: ['people'] };

/** The rooms of services and cases at a city: services to everybody, one's own cases to whoever may apply, to those who work on them what they may do. The office sees how the cities stand. */
export function affairs(node: NodeHere | null | undefined, person: Person | undefined): Room[] {
  const staff = (action: string) => person?.kind === 'staff' && person.may.includes(action);
  if (node?.kind === 'office' && staff('case.supervise')) return [supervision];
  if (node?.kind !== 'city') return [];
  const rooms: Room[] = [services];
  if (person && person.kind !== 'staff' && person.may.includes('case.apply')) rooms.push(cases, household);
  if (staff('case.read') && !staff('case.supervise')) rooms.push(queue);
  if (staff('case.supervise')) rooms.push(supervision, queue);
  if (staff('catalogue.edit')) rooms.push(catalogue);
  if (staff('registry.read')) rooms.push(households);
  if (staff('fund.read')) rooms.push(reconciliation);
  return rooms;
}

/**
 * The rooms of licences at a node: none on a board that stands alone, those of
 * a city to whoever may be one of its people, to others what they may do.
 */
export function licences(node: NodeHere | null | undefined, person: Person | undefined): Room[] {
  if (!node) return [];
  const may = (action: string) => person?.may.includes(action) ?? false;
  const rooms: Room[] = [];
  if (node.kind === 'city') {
    if (!person || may('wallet.use')) rooms.push(wallet);
    if (!person || may('counter.check')) rooms.push(counter);
    if (!person || (person.kind === 'staff' && may('licence.read'))) rooms.push(desk);
  }
  rooms.push(trust);
  if (!person || may('node.read')) rooms.push(nodes);
  if (may('people.manage')) rooms.push(people);
  return rooms;
}
