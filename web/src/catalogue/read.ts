// What the page takes from the API of the catalogue.
import { send, url } from '../door/api.svelte';
import type { components } from '../door/schema';
import { language } from '../words/words.svelte';
import type { Json } from './pointer';

type Api = components['schemas'];
export type Difference = Api['ServiceDifference'];
/** An edition of an item of a city. */
export type Version = Omit<Api['ServiceInCity'], 'item'> & { item: Json };
export type Compared = Omit<Api['ServiceCompared'], 'cities'> & { cities: Version[] };
export type Summary = Api['ServiceSummary'];
export type Services = Api['ServiceList'];
export type Days = Api['ServiceDays'];

/** Makes what stands in the fields the next version; the number of it. */
export async function publish(address: string, item: Json, reason: string, version: string): Promise<string> {
  return (await send<Version>('PUT', url(address, { lang: language.now }), { item, reason, version })).version;
}

/** Brings an earlier version back as the next one. */
export async function revert(address: string, to: Version, reason: string, version: string): Promise<string> {
  return (await send<Version>('POST', url(`${address}/revert`, { lang: language.now }), { to: to.version, reason, version })).version;
}
