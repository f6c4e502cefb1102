// Which language the page opens in: the address, an earlier choice, the browser,
// and Chinese where none of them says.
import { matchLang, type Lang } from './words.svelte';

export const memory = 'conurb.lang';

export function firstLang(query: string | null, stored: string | null, browser: readonly string[]): Lang {
  const preferred = browser.map(matchLang).find((l) => l !== null) ?? null;
  return matchLang(query) ?? matchLang(stored) ?? preferred ?? 'zh-CN';
}
