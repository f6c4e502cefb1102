// People of the demonstration, each in a browser of his own, at the pages of its nodes.
// (ports of playwright.config.ts)
import AxeBuilder from '@axe-core/playwright';
import { expect, type Browser, type Page } from '@playwright/test';
import type { Lang } from './walk';

const first = Number(process.env.CONURB_E2E_DEMO);
export const at = { office: first, changsha: first + 1, zhuzhou: first + 2, xiangtan: first + 3 };
export type City = keyof typeof at;
export const home = (city: City) => `http://localhost:${at[city]}`;

/** What axe finds nothing against, and what is no wider than the screen. */
export async function sound(page: Page): Promise<void> {
  await expect(page.locator('[aria-busy=true], main .waiting')).toHaveCount(0);
  const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
  expect(found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} ${n.failureSummary?.slice(0, 160)}`).join(' | ')}`)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width);
}

/** Somebody signed in by one touch, who then stands where he wanted to go. */
export async function person(browser: Browser, city: City, login: string, to: string, size: { phone?: boolean; lang?: Lang } = {}): Promise<Page> {
  const lang = size.lang ?? 'zh-CN';
  const context = await browser.newContext({ locale: lang, timezoneId: 'Asia/Shanghai', baseURL: home(city), ...(size.phone ? { viewport: { width: 360, height: 780 }, hasTouch: true } : {}) });
  const page = await context.newPage();
  await page.goto(`/signin?lang=${lang}&to=${encodeURIComponent(to)}`);
  await page.locator(`[data-login="${login}"]`).click();
  await expect(page).toHaveURL(new RegExp(`:${at[city]}${to.split('?')[0]}`));
  return page;
}

/** The same place in a language. */
export async function speaking(page: Page, lang: Lang, path?: string): Promise<void> {
  const url = new URL(path ?? page.url(), page.url());
  url.searchParams.set('lang', lang);
  await page.goto(url.pathname + url.search);
}
