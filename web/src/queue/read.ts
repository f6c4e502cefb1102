// What the queue takes from the API of cases.
import { send, url } from '../door/api.svelte';
import type { CaseQueue, CaseRow, CaseView } from '../door/cases';
import { language } from '../words/words.svelte';
import type { Act } from './act';
import type { Row } from './view';

export type QueueAnswer = CaseQueue;

export function rowsOf(a: CaseQueue): Row[] {
  return a.cases.map(rowOf);
}

/** A case in the queue; with whom it lies is said by the clerk who took it, else by the office. */
export function rowOf(c: CaseRow): Row {
  return { ...c, withName: [c.byName, c.holder || (c.by === 'clerk' || c.by === 'supervisor' ? c.officeName : '')].filter(Boolean).join(' · '), takes: c.by === 'clerk' && !c.holder && !c.ended };
}

/** Does something to a case. */
export function act(id: string, a: Act): Promise<CaseView> {
  return send<CaseView>('POST', url(`/api/v1/cases/${encodeURIComponent(id)}/moves`, { lang: language.now }), a);
}

/** Takes a case as it was seen in the queue. */
export function take(r: Row): Promise<CaseView> {
  return act(r.id, { move: 'take', version: r.version });
}
