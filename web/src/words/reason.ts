// A reason is a code with arguments; the sentence is put together here so that
// its figures and days are written as the rest of the page writes them.
import { pack } from '../frame/pack.svelte';
import type { Card, Reason } from '../door/types';
import { formatDay, formatPeriod } from './day';
import { decimalText, figure, joined } from './figure';
import { hasWord, language, name, word, wordOr } from './words.svelte';

type Measure = Pick<Card, 'unit' | 'decimals' | 'byRule'> | undefined;

export function reason(r: Reason, of?: Measure): string {
  const key = `reason.${r.code}`;
  if (!hasWord(key)) return r.text || word(key);
  const args: Record<string, string> = {};
  for (const [k, v] of Object.entries(r.args ?? {})) args[k] = argument(k, v, of);
  return word(key, args);
}

function argument(key: string, value: string, of: Measure): string {
  const lang = language.now;
  switch (key) {
    case 'value':
    case 'target':
    case 'accepted':
    case 'expected':
    case 'gap': {
      const n = Number(value);
      if (Number.isNaN(n)) return value;
      return of?.unit ? joined(figure(n, of.unit, Math.max(of.decimals, 2), lang, word)) : decimalText(n, 4, lang);
    }
    case 'due':
    case 'date':
    case 'heard':
      return formatDay(value, lang);
    case 'period':
      return formatPeriod(value, lang);
    case 'scope':
      return pack.scope(value);
    case 'rule':
      return name(of?.byRule.find((r) => r.rule.id === value)?.rule.name) || value;
    case 'verb':
      return word(`verb.${value}`);
    case 'model':
      return wordOr(`forecast.model.${value}`, value);
    case 'why':
      return wordOr(`forecast.why.${value}`, wordOr(`progress.why.${value}`, value));
  }
  return value;
}
