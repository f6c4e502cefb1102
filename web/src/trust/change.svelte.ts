// Changes of the list in words.
import { t } from '../words/words.svelte';
import { names } from './names.svelte';
import type { Change, Equivalent, Revocation, Row, TrustList } from './types';

const brief = (key: string) => `${key.slice(0, 10)}…`;

function equal(e: { of: { city: string; type: string }; as: { city: string; type: string } }) {
  return { of: names.party(e.of.city), a: names.type(e.of.type), as: names.party(e.as.city), b: names.type(e.as.type) };
}

/** What of the list has an id, in words. */
export function thing(id: string, list: TrustList | undefined): string {
  const row = list?.rows.find((r) => r.id === id);
  if (row) return `${names.party(row.city)} ${names.type(row.type)}`;
  const e = list?.equivalents.find((x) => x.id === id);
  return e ? t('web.trust.equivalent', equal(e)) : brief(id);
}

export function changeWords(c: Change, list: TrustList | undefined): string {
  switch (c.change) {
    case 'add-row':
      return t('web.trust.change.add-row', { city: names.party(c.row?.city ?? ''), type: names.type(c.row?.type ?? '') });
    case 'add-equivalent':
      return c.equivalent ? t('web.trust.change.add-equivalent', equal(c.equivalent)) : '';
    case 'end-row':
      return t('web.trust.change.end-row', { what: thing(c.ends ?? '', list) });
    case 'end-equivalent':
      return t('web.trust.change.end-equivalent', { what: thing(c.ends ?? '', list) });
    case 'revoke-key':
      return t('web.trust.change.revoke-key', { city: names.party(c.by ?? ''), key: brief(c.key ?? '') });
  }
}

/** An entry of the list as the change that brought it. */
export function entryWords(x: Row | Equivalent | Revocation): string {
  if ('of' in x) return t('web.trust.change.add-equivalent', equal(x));
  if ('type' in x) return t('web.trust.change.add-row', { city: names.party(x.city), type: names.type(x.type) });
  return t('web.trust.change.revoke-key', { city: names.party(x.city), key: brief(typeof x.key === 'string' ? x.key : '') });
}
