// Shares, people, minutes and money as people of each language write them.
import type { Indicator } from '../door/circles';
import { decimalText, figure, joined, signed } from '../words/figure';

type Words = (key: string, args?: Record<string, string | number>) => string;

const none = '–';
const nameless = { zh: '', en: '' };

/** A share to a tenth of a percent, or finer where small differences are told. */
export function shareText(share: number | null | undefined, lang: string, places = 1): string {
  if (share === null || share === undefined) return none;
  return new Intl.NumberFormat(lang, { style: 'percent', minimumFractionDigits: places, maximumFractionDigits: places }).format(share);
}

/** A difference of shares in percentage points. */
export function pointsText(d: number, lang: string, word: Words, places = 1): string {
  return word('web.circle.points', { n: signed(d * 100, places, lang) });
}

/** People to four digits: what is modelled is no more exact. */
export function peopleText(n: number | null | undefined, lang: string, word: Words): string {
  return n === null || n === undefined ? none : joined(figure(rounded(n), { id: 'people', name: nameless }, 0, lang, word));
}

export function peopleChange(n: number, lang: string, word: Words): string {
  return (rounded(n) > 0 ? '+' : '') + peopleText(n, lang, word);
}

export function yuanText(n: number, lang: string, word: Words): string {
  return joined(figure(rounded(n), { id: 'yuan', name: nameless }, 0, lang, word));
}

/** Minutes; null or below zero is too long to be told. */
export function minutesText(m: number | null | undefined, lang: string, word: Words, places = 0): string {
  return m === null || m === undefined || m < 0 ? word('web.circle.never') : word('web.circle.minutes', { n: decimalText(m, places, lang) });
}

/** A figure in the unit of its indicator. */
export function valueText(v: number | null, unit: Indicator['unit'], lang: string, word: Words, places = 1): string {
  if (v === null) return none;
  if (unit === 'share') return shareText(v, lang, places);
  return unit === 'people' ? peopleText(v, lang, word) : decimalText(v, 2, lang);
}

/** A difference in the unit of its indicator. */
export function changeText(d: number, unit: Indicator['unit'], lang: string, word: Words, places = 1): string {
  if (unit === 'share') return pointsText(d, lang, word, places);
  return unit === 'people' ? peopleChange(d, lang, word) : signed(d, 2, lang);
}

function rounded(n: number): number {
  return Math.round(Number(n.toPrecision(4)));
}
