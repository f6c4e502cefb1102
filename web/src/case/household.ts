// The members of one's own household, as rows that a form takes.
import type { Mine } from '../household/mine';
import type { Offer } from '../form/offer';
import { word } from '../words/words.svelte';


/** Whoever is in the household of whoever applies, himself first; of one who is registered elsewhere himself alone. */
export function offersOf(mine: Mine | undefined, me: string | undefined, called: string | undefined): Record<string, Offer> {
  const members = mine?.household?.members ?? (me && called ? [{ person: me, name: called, born: '' }] : []);
  if (!members.length) return {};
  const rows = [...members].sort((a, b) => Number(b.person === me) - Number(a.person === me)).map((m) => ({
    key: m.person, label: m.person === me ? `${m.name} (${word('web.household.me')})` : m.name, row: { number: m.person, name: m.name, ...(m.born ? { born: m.born } : {}) },
  }));
  return { '/people': { title: word('web.household.offer'), key: 'number', rows } };
}
