// Money of the API is whole fen. Exact sums keep both decimals; large ones are also said as people count.
import { decimalText } from '../words/figure';

/** "1,234.50": yuan with both decimals, exactly. */
export function yuan(fen: number, lang: string): string {
  const whole = Math.trunc(Math.abs(fen) / 100);
  const text = `${new Intl.NumberFormat(lang).format(whole)}.${String(Math.abs(fen) % 100).padStart(2, '0')}`;
  return fen < 0 ? `−${text}` : text;
}

const steps: Record<'zh' | 'en', [power: number, key: string][]> = {
  zh: [[12, 'web.unit.trillion-yuan'], [8, 'web.unit.100m-yuan'], [4, 'web.unit.10k-yuan'], [0, 'web.unit.yuan']],
  en: [[12, 'web.unit.trillion-yuan'], [9, 'web.unit.billion-yuan'], [6, 'web.unit.million-yuan'], [0, 'web.unit.yuan']],
};

/** "12.35万元", "1.2 million yuan": short, for a headline beside the exact sum. */
export function yuanShort(fen: number, lang: string, word: (key: string) => string): string {
  const list = steps[lang === 'en' ? 'en' : 'zh'];
  const [power, key] = list.find(([p]) => Math.abs(fen) >= 10 ** (p + 2)) ?? list[list.length - 1]!;
  const text = decimalText(fen, 2, lang, power + 2);
  return lang === 'en' ? `${text} ${word(key)}` : text + word(key);
}
