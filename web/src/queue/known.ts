// What moves of a household transfer take beside what their course says, by the fields that the
// affair asks for (livelihood/household/course, Fields).
import type { CaseView, PossibleMove } from '../door/cases';
import { wordOr, word } from '../words/words.svelte';
import type { Need, Possible } from './act';

type Field = { name: string; words: string; of?: readonly string[]; must?: boolean; widget?: Need['widget'] };

const channels = ['phone', 'message', 'video', 'visit'] as const;
const whys = ['mismatch', 'duplicate', 'blocked', 'guardian', 'not-willing', 'other'] as const;
const contact: Field[] = [{ name: 'channel', words: 'residence.channel', of: channels, must: true }, { name: 'note', words: 'residence.field.note' }];

export const fields: Record<string, Field[]> = {
  'out-reached': contact,
  'out-missed': contact,
  'out-refuse': [{ name: 'code', words: 'residence.why', of: whys, must: true }],
  'out-decide': [{ name: 'successor', words: 'residence.field.successor', widget: 'text' }],
};

/** A move with everything that it takes. */
export function withKnown(m: PossibleMove, _: CaseView): Possible {
  const needs: Need[] = m.needs.map((n) => ({ ...n }));
  for (const f of fields[m.name] ?? []) {
    const need: Need = {
      name: f.name, widget: f.of ? 'choice' : (f.widget ?? 'text'), label: wordOr(f.words, word(`web.queue.need.${f.name}`)), required: !!f.must,
      ...(f.of ? { options: f.of.map((o) => ({ value: o, label: wordOr(`${f.words}.${o}`, o) })) } : {}),
    };
    const i = needs.findIndex((n) => n.name === f.name);
    if (i < 0) needs.push(need);
    else if (needs[i]!.widget === 'text') needs[i] = { ...need, required: needs[i]!.required };
  }
  return { ...m, needs };
}
