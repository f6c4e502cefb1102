// Which projects are shown, and in which order.
import { verbs, type Standing } from '../door/types';

export interface Choice {
  state: string;
  field: string;
  city: string;
  verb: string;
  q: string;
}

export const sorts = ['due', 'slip', 'verb', 'state', 'name'] as const;
export type Sort = (typeof sorts)[number];

export function choose(list: Standing[], c: Choice): Standing[] {
  const q = c.q.trim().toLowerCase();
  return list.filter(
    (p) =>
      (!c.state || p.state === c.state) &&
      (!c.field || p.field === c.field) &&
      (!c.city || p.cities.includes(c.city)) &&
      (!c.verb || p.verb === c.verb) &&
      (!q || `${p.name.zh} ${p.name.en} ${p.id}`.toLowerCase().includes(q)),
  );
}

export function order(list: Standing[], by: Sort, name: (p: Standing) => string, lang: string): Standing[] {
  const names = new Intl.Collator(lang);
  const rank: Record<Sort, (a: Standing, b: Standing) => number> = {
    due: (a, b) => text(a.done ?? a.due, b.done ?? b.due),
    slip: (a, b) => (b.slipMonths ?? -Infinity) - (a.slipMonths ?? -Infinity) || 0,
    verb: (a, b) => verbs.indexOf(a.verb) - verbs.indexOf(b.verb),
    state: (a, b) => urgency(a) - urgency(b),
    name: (a, b) => names.compare(name(a), name(b)),
  };
  return [...list].sort((a, b) => rank[by](a, b) || names.compare(name(a), name(b)));
}

const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

// late first: what needs a look comes before what is settled
const urgency = (p: Standing) => ['late', 'unknown', 'pending', 'kept'].indexOf(p.state);
