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

export function decimalText(value: number, decimals: number, lang: string): string {
  const text = new Intl.NumberFormat(lang, { maximumFractionDigits: Math.max(0, Math.min(decimals, 12)) }).format(value);
  return text === '-0' ? '0' : text.replace('-', '−');
}

/** A figure in its unit; word turns a unit's key into text. */
export function figure(value: number, unit: Unit, decimals: number, lang: string, word: (key: string) => string): Figure {
  const s = scaled[unit.id];
  if (!s) return { text: decimalText(value, decimals, lang), unit: lang === 'en' ? unit.name.en : unit.name.zh };
  const base = Math.abs(value) * 10 ** s.power;
  const list = steps[s.kind]![lang === 'en' ? 'en' : 'zh'];
  const [power, key] = list.find(([p]) => base >= 10 ** p) ?? list[list.length - 1]!;
  const places = Math.min(mostDecimals, Math.max(0, decimals + power - s.power));
  return { text: decimalText(value * 10 ** (s.power - power), places, lang), unit: word(key) };
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
