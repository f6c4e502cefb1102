// What the node says of its region and plan: names, scopes, sources, hedge words.
import { ask, problemOf } from '../door/api.svelte';
import type { Hedge, Item, Pack, Problem, Scope, Source } from '../door/types';
import { name } from '../words/words.svelte';

let data = $state.raw<Pack>();
let problem = $state.raw<Problem>();

const byId = <T extends { id: string }>(list: T[] | undefined) => new Map((list ?? []).map((x) => [x.id, x]));
const scopes = $derived(byId<Scope>(data?.scopes));
const sources = $derived(byId<Source>(data?.sources));
const hedges = $derived(byId<Hedge>(data?.hedges));
const fields = $derived(byId<Item>(data?.fields));
const goals = $derived(byId<Item>(data?.goals));
const cities = $derived(byId(data?.cities));

export const pack = {
  get data() {
    return data;
  },
  get problem() {
    return problem;
  },
  get today() {
    return data?.today ?? new Date().toISOString().slice(0, 10);
  },
  scope: (id: string) => name(scopes.get(id)?.name) || id,
  scopeOf: (id: string) => scopes.get(id),
  source: (id: string | undefined) => (id ? sources.get(id) : undefined),
  hedge: (id: string) => hedges.get(id),
  field: (id: string | undefined) => name(fields.get(id ?? '')?.name) || (id ?? ''),
  goal: (id: string | undefined) => name(goals.get(id ?? '')?.name) || (id ?? ''),
  city: (id: string) => name(cities.get(id)?.name) || id,
  async load(): Promise<void> {
    problem = undefined;
    try {
      data = await ask<Pack>('/api/v1/pack');
    } catch (error) {
      problem = problemOf(error);
    }
  },
};
