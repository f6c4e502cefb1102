import { expect, it } from 'vitest';
import { cite } from './course';

const word = (key: string, args?: Record<string, string>) => `${key} ${args?.['n'] ?? ''}`.trim();
it.each([
  ['Administrative Licensing Law art. 32', 'web.course.law.licensing 32'], ['Administrative Reconsideration Law (2023) art. 20', 'web.course.law.review 20'], ['户口登记条例 art. 13', 'web.course.law.register 13'],
  ['assumed', 'web.course.assumed'], ['公治安明发〔2021〕217号, 410号', '公治安明发〔2021〕217号, 410号'],
])('%s', (text, want) => expect(cite(text, word)).toBe(want));
