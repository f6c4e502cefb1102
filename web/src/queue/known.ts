// What moves of a household transfer take beside what their course says, by the fields that the
// affair asks for (livelihood/household/course, Fields); who may become the head, and what those
// who stay are to him, is asked by name.
import type { CaseView, PossibleMove } from '../door/cases';
import { age } from '../households/number';
import type { Household } from '../households/types';
import { name, wordOr } from '../words/words.svelte';
import type { Need, Possible } from './act';

type Field = { name: string; widget: Need['widget']; must?: boolean; of?: readonly string[]; words?: string };

const channels = ['phone', 'message', 'video', 'visit'] as const;
const whys = ['mismatch', 'duplicate', 'blocked', 'guardian', 'not-willing', 'other'] as const;
const channel: Field = { name: 'channel', widget: 'choice', must: true, of: channels, words: 'residence.channel' };

export const fields: Record<string, Field[]> = {
  'in-promise': [{ name: 'papers', widget: 'many' }],
  'out-reached': [channel],
  'out-missed': [channel],
  'out-refuse': [{ name: 'code', widget: 'choice', must: true, of: whys, words: 'web.queue.why' }],
  'out-decide': [{ name: 'successor', widget: 'choice' }, { name: 'relations', widget: 'relations' }],
};

/** Who moves out by a case of the city that lets go. */
export function leaving(c: Pick<CaseView, 'form'>): string[] {
  const people = (c.form as { people?: { person?: string }[] } | null)?.people;
  return (Array.isArray(people) ? people : []).map((p) => p.person ?? '').filter(Boolean);
}

/** The choices of a field; none where it has to be written. */
function options(f: Field, c: CaseView, family: Household | undefined, today: string): Need['options'] {
  if (f.of) return f.of.map((o) => ({ value: o, label: wordOr(`${f.words}.${o}`, o) }));
  if (f.name === 'papers') return c.materials.filter((m) => !m.there).map((m) => ({ value: m.id, label: name(m.name) }));
  const gone = leaving(c);
  const stay = (family?.members ?? []).filter((m) => !gone.includes(m.person));
  return stay.filter((m) => f.name !== 'successor' || age(m.born, today) >= 18).map((m) => ({ value: m.person, label: m.name }));
}

/** A move with everything that it takes. What nobody could choose is not asked. */
export function withKnown(m: PossibleMove, c: CaseView, family?: Household, today = ''): Possible {
  const needs: Need[] = m.needs.map((n) => ({ ...n }));
  for (const f of fields[m.name] ?? []) {
    const i = needs.findIndex((n) => n.name === f.name);
    const given = needs[i];
    const all = options(f, c, family, today) ?? [];
    const must = f.must ?? given?.required ?? false;
    if (!all.length && !must) {
      if (i >= 0) needs.splice(i, 1);
      continue;
    }
    const hint = f.name === 'papers' || f.name === 'relations' || f.name === 'successor' ? `web.queue.need.${f.name}.hint` : '';
    const need: Need = { name: f.name, widget: f.widget, label: given?.label ?? wordOr(`casework.need.${f.name}`, f.name), required: must, options: all, ...(hint ? { hint: wordOr(hint, '') } : {}) };
    if (i < 0) needs.push(need);
    else needs[i] = need;
  }
  return { ...m, needs };
}
