// Figures as people of each language write them. The pack states money in 亿元
// and people in 万人; Chinese steps by 万 and English by thousands, so such
// units are moved to the step that reads best. Everything else keeps its unit.

export interface Unit {
  id: string;
  name: { zh: string; en: string };
}

export interface Figure {
  text: string;
  unit: string;
}

type Step = [power: number, key: string];

const steps: Record<string, Record<'zh' | 'en', Step[]>> = {
  yuan: {
    zh: [[12, 'web.unit.trillion-yuan'], [8, 'web.unit.100m-yuan'], [4, 'web.unit.10k-yuan'], [0, 'web.unit.yuan']],
    en: [[12, 'web.unit.trillion-yuan'], [9, 'web.unit.billion-yuan'], [6, 'web.unit.million-yuan'], [0, 'web.unit.yuan']],
  },
  people: {
    zh: [[8, 'web.unit.100m-people'], [4, 'web.unit.10k-people'], [0, 'web.unit.people']],
    en: [[6, 'web.unit.million-people'], [0, 'web.unit.people']],
  },
};

const scaled: Record<string, { kind: string; power: number }> = {
  yuan: { kind: 'yuan', power: 0 },
  '10k-yuan': { kind: 'yuan', power: 4 },
  '100m-yuan': { kind: 'yuan', power: 8 },
  people: { kind: 'people', power: 0 },
  '10k-people': { kind: 'people', power: 4 },
  '100m-people': { kind: 'people', power: 8 },
};

const mostDecimals = 4;

/** shift moves the decimal point to the left, in decimal: 22878.5 by 4 is 2.28785 exactly. */
export function decimalText(value: number, decimals: number, lang: string, shift = 0): string {
  const digits = String(value);
  const exact = (digits.includes('e') ? String(value * 10 ** -shift) : `${digits}e${-shift}`) as `${number}`;
  const text = new Intl.NumberFormat(lang, { maximumFractionDigits: Math.max(0, Math.min(decimals, 12)) }).format(exact);
  return text === '-0' ? '0' : text.replace('-', '−');
}

export interface Scaling {
  factor: number; // what figures of the unit are multiplied with
  shift: number; // decimals gained by that
  unit: string;
}

/** How figures as large as this one are written. */
export function scalingOf(value: number, unit: Unit, lang: string, word: (key: string) => string): Scaling {
  const s = scaled[unit.id];
  if (!s) return { factor: 1, shift: 0, unit: lang === 'en' ? unit.name.en : unit.name.zh };
  const base = Math.abs(value) * 10 ** s.power;
  const list = steps[s.kind]![lang === 'en' ? 'en' : 'zh'];
  const [power, key] = list.find(([p]) => base >= 10 ** p) ?? list[list.length - 1]!;
  return { factor: 10 ** (s.power - power), shift: power - s.power, unit: word(key) };
}

/** A figure in its unit; word turns a unit's key into text. */
export function figure(value: number, unit: Unit, decimals: number, lang: string, word: (key: string) => string): Figure {
  const s = scalingOf(value, unit, lang, word);
  const places = s.factor === 1 ? decimals : Math.min(mostDecimals, Math.max(0, decimals + s.shift));
  return { text: decimalText(value, places, lang, s.shift), unit: s.unit };
}

/** Figure and unit in one line: no space before % and before Chinese units. */
export function joined(f: Figure): string {
  if (!f.unit) return f.text;
  return /^[%‰\p{Script=Han}]/u.test(f.unit) ? f.text + f.unit : `${f.text}\u00a0${f.unit}`;
}

export const operators: Record<string, string> = { '>=': '≥', '<=': '≤', '>': '>', '<': '<', '=': '=' };

export function percent(share: number, lang: string): string {
  return new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 0 }).format(share);
}

export function signed(value: number, decimals: number, lang: string): string {
  const text = decimalText(value, decimals, lang);
  return value > 0 && text !== '0' ? `+${text}` : text;
}
