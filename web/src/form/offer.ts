// Rows that a list may take from what the node knows: the members of one's own household.
import type { Json } from '../catalogue/pointer';

export interface Offered { key: string; label: string; row: Json }
export interface Offer { title: string; key: string; rows: Offered[] }

/** What names a row of a list among those that are offered. */
export function keyOf(offer: Offer, row: Json): string {
  const v = row && typeof row === 'object' && !Array.isArray(row) ? row[offer.key] : undefined;
  return typeof v === 'string' ? v : '';
}

/** A list with a row of an offer taken in or out; rows that somebody typed stay. */
export function taken(offer: Offer, rows: readonly Json[], one: Offered, on: boolean): Json[] {
  const others = rows.filter((r) => keyOf(offer, r) !== one.key);
  return on ? [...others, one.row] : others;
}
