import { describe, expect, it } from 'vitest';
import en from '../../../locale/en/web.json';
import zh from '../../../locale/zh-CN/web.json';
import { decimalText, figure, joined, percent, signed } from './figure';

const yi = { id: '100m-yuan', name: { zh: '亿元', en: '100 million yuan' } };
const wan = { id: '10k-people', name: { zh: '万人', en: '10,000 people' } };
const km = { id: 'km', name: { zh: '公里', en: 'km' } };
const pct = { id: 'percent', name: { zh: '%', en: '%' } };

const written = (lang: 'zh-CN' | 'en', ...a: [number, typeof km, number]) => {
  const words = (lang === 'en' ? en : zh) as Record<string, string>;
  return joined(figure(...a, lang, (k) => words[k] ?? k));
};

describe('figures are written as each language counts', () => {
  const cases: [string, number, typeof km, number, string, string][] = [
    ['money of a whole area', 27000, yi, 0, '2.7万亿元', '2.7\u00a0trillion yuan'],
    ['money, all digits kept down to 亿', 22878.5, yi, 1, '2.2879万亿元', '2.2879\u00a0trillion yuan'],
    ['money below 万亿', 8500, yi, 0, '8,500亿元', '850\u00a0billion yuan'],
    ['people', 1700, wan, 0, '1,700万人', '17\u00a0million people'],
    ['people with decimals', 1023.93, wan, 2, '1,023.93万人', '10.2393\u00a0million people'],
    ['length', 217.809, km, 2, '217.81公里', '217.81\u00a0km'],
    ['length without needless zeros', 420, km, 2, '420公里', '420\u00a0km'],
    ['share', 82, pct, 1, '82%', '82%'],
    ['nothing', 0, yi, 1, '0元', '0\u00a0yuan'],
    ['less than nothing', -3.25, km, 1, '−3.3公里', '−3.3\u00a0km'],
  ];
  it.each(cases)('%s', (_, value, unit, decimals, inZh, inEn) => {
    expect(written('zh-CN', value, unit, decimals)).toBe(inZh);
    expect(written('en', value, unit, decimals)).toBe(inEn);
  });

  it('signs a change, but not a zero', () => {
    expect(signed(17.29, 2, 'en')).toBe('+17.29');
    expect(signed(0, 2, 'en')).toBe('0');
    expect(signed(-0.001, 2, 'en')).toBe('0');
    expect(decimalText(-0.004, 2, 'zh-CN')).toBe('0');
  });

  it('rounds a chance to whole percent', () => {
    expect(percent(0.314, 'zh-CN')).toBe('31%');
  });
});
