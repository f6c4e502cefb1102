// Times, lengths and sums as people of each language write them.
import { decimalText, percent } from '../words/figure';

type Words = (key: string, args: Record<string, string | number>) => string;

/** A time: minutes up to an hour, then hours and minutes. Less than a minute is told in seconds. */
export function timeText(seconds: number, word: Words): string {
  if (seconds < 59.5) return word('reach.seconds', { n: Math.round(seconds) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return word('reach.minutes', { n: minutes });
  return word('reach.hours', { h: Math.floor(minutes / 60), m: minutes % 60 });
}

/** A length: metres to the ten, kilometres from one on. */
export function lengthText(metres: number, lang: string, word: Words): string {
  if (metres < 995) return word('reach.metres', { n: metres < 20 ? Math.round(metres) : Math.round(metres / 10) * 10 });
  return word('reach.km', { n: decimalText(metres / 1000, metres < 20_000 ? 1 : 0, lang) });
}

/** The share of a total as text, "<1%" for what is little but not nothing; empty where there is no total. */
export function shareText(sum: number, total: number | undefined, lang: string): string {
  if (!total) return '';
  const share = sum / total;
  return share > 0 && share < 0.01 ? `<${percent(0.01, lang)}` : percent(share, lang);
}
