import { describe, expect, it } from 'vitest';
import { lengthText, shareText, timeText } from './figures';

const word = (key: string, args: Record<string, string | number>) => `${key.replace('reach.', '')} ${Object.values(args).join(' ')}`;

describe('times', () => {
  it.each([
    [12.4, 'seconds 12'], [59.6, 'minutes 1'], [89, 'minutes 1'], [3569, 'minutes 59'], [3590, 'hours 1 0'], [5400, 'hours 1 30'],
  ])('%d s', (s, text) => expect(timeText(s, word)).toBe(text));
});

describe('lengths', () => {
  it.each([
    [4.2, 'metres 4'], [123, 'metres 120'], [994, 'metres 990'], [996, 'km 1'], [1249, 'km 1.2'], [24180, 'km 24'],
  ])('%d m', (m, text) => expect(lengthText(m, 'en', word)).toBe(text));
});

describe('shares', () => {
  it.each<[number, number | undefined, string]>([[5, 10, '50%'], [1, 1000, '<1%'], [0, 1000, '0%'], [9.96, 1000, '<1%'], [5, 0, ''], [5, undefined, '']])(
    '%d of %s', (sum, total, text) => expect(shareText(sum, total, 'en')).toBe(text),
  );
});
