import { describe, expect, it } from 'vitest';
import en from '../../../locale/en/web.json';
import zh from '../../../locale/zh-CN/web.json';
import { yuan, yuanShort } from './yuan';

it.each([[0, '0.00'], [5, '0.05'], [123450, '1,234.50'], [-99, '−0.99'], [9007199254740991, '90,071,992,547,409.91']])('%i fen is %s yuan', (fen, want) => expect(yuan(fen, 'zh-CN')).toBe(want));

describe('headlines', () => {
  const short = (fen: number, lang: 'zh-CN' | 'en') => yuanShort(fen, lang, (k) => ((lang === 'en' ? en : zh) as Record<string, string>)[k] ?? k);
  it.each([
    [99, '0.99元', '0.99 yuan'], [999_999, '9,999.99元', '9,999.99 yuan'], [1_234_500, '1.23万元', '12,345 yuan'],
    [123_456_789_00, '1.23亿元', '123.46 million yuan'], [-1_234_500, '−1.23万元', '−12,345 yuan'],
  ])('%i fen', (fen, z, e) => {
    expect(short(fen, 'zh-CN')).toBe(z);
    expect(short(fen, 'en')).toBe(e);
  });
});
