// What is sent when a registrar enters something.
import { said } from './number';
import type { Entered } from './Person.svelte';

export interface Place { kind: 'family' | 'collective'; address: string; unit: string; places: string; rural: boolean; reason: string }

/** A member as the register takes him in: born and sex stand in his number. */
export function member(p: Entered, collective: boolean): Record<string, unknown> {
  const s = said(p.number);
  return { person: p.number.trim().toUpperCase(), name: p.name.trim(), relation: collective ? '99' : p.relation, ...(s ? { born: s.born, sex: s.sex } : {}) };
}

export function entering(h: Place, people: readonly Entered[]): Record<string, unknown> {
  const collective = h.kind === 'collective';
  const places = h.places.trim();
  return {
    kind: h.kind, address: h.address.trim(), reason: h.reason.trim(), members: people.map((p) => member(p, collective)),
    ...(collective ? { unit: h.unit.trim(), places: /^\d+$/.test(places) ? Number(places) : places } : h.rural ? { rural: true } : {}),
  };
}
