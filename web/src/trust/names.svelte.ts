// Names for what the list holds by code: cities, types of licences, offices.
import { ask } from '../door/api.svelte';
import type { components } from '../door/schema';
import { pack } from '../frame/pack.svelte';
import { session } from '../session/session.svelte';
import { formatInstant } from '../words/instant';
import { language, name } from '../words/words.svelte';

type Types = components['schemas']['LicenceTypes'];

let known = $state.raw<{ lang: string; data: Types }>();

/** Asks for the names of the types in the language of the page; without them codes are shown. */
export async function learn(lang: string): Promise<void> {
  if (known?.lang === lang) return;
  try {
    known = { lang, data: await ask<Types>(`/api/v1/licence-types?lang=${lang}`) };
  } catch {
    // a node without a desk does not know them
  }
}

export const names = {
  type: (code: string): string => known?.data.types.find((t) => t.code === code)?.name ?? code,
  get types() {
    return known?.data.types ?? [];
  },
  /** The offices of this node's city that may issue. */
  get offices() {
    return known?.data.offices ?? [];
  },
  party(id: string): string {
    const here = session.node;
    const found = here?.name === id ? here : here?.others.find((o) => o.name === id);
    return name(found?.title) || pack.city(id);
  },
  /** The cities, this one first. */
  get cities(): string[] {
    const here = session.node;
    return [here?.name ?? '', ...(here?.others ?? []).map((o) => o.name)].filter((x) => x && x !== 'office');
  },
};

/** A sentence of the API with names for its codes, and instants as people read them. */
export function told(sentence: string, args: Record<string, unknown> = {}): string {
  let text = sentence;
  for (const value of Object.values(args)) {
    if (typeof value !== 'string' || value.length < 3) continue;
    const better = /^\d{4}-\d\d-\d\dT/.test(value) ? formatInstant(value, language.now) : names.type(value) !== value ? names.type(value) : names.cities.includes(value) || value === 'office' ? names.party(value) : value;
    if (better !== value) text = text.split(value).join(better);
  }
  return text.replace(/(\p{Script=Han}) (?=\p{Script=Han})/gu, '$1');
}
