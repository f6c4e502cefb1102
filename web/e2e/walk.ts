// What every walk through the page keeps to: no request leaves the node, nothing
// is refused by its content security policy, and no script fails.
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';

export const test = base.extend<{ kept: void }>({
  kept: [
    async ({ context, baseURL }, use) => {
      const home = new URL(baseURL!).hostname;
      const strays: string[] = [];
      const faults: string[] = [];
      context.on('request', (r) => {
        const to = new URL(r.url());
        if (/^https?:|^wss?:/.test(to.protocol) && to.hostname !== home) strays.push(r.url());
      });
      context.on('console', (m) => {
        if (m.type() === 'error' && !/status of (401|403|404|422|503)|ERR_FAILED/.test(m.text())) faults.push(m.text());
      });
      context.on('weberror', (e) => faults.push(String(e.error())));
      await use();
      expect(strays, 'requests to other hosts').toEqual([]);
      expect(faults, 'errors of the page').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

export type Lang = 'zh-CN' | 'en';
export const langs: Lang[] = ['zh-CN', 'en'];

/** The day this plan is looked at in the tests, whatever day it is when they run. */
export const day = '2026-11-23';

export const routes = [
  '/', '/targets/rail-420', '/targets/gdp-2026', '/indicators/population', '/indicators/rail', '/projects', '/projects?project=changgan', '/projects?view=table', '/map', '/reach', '/reach?at=112.9823,28.1938&to=113.134,27.8274', '/circles', '/circles?mode=car&base=2021-12-31&layer=change&cell=112.98,28.19', '/evidence?index=2',
  '/search?q=rail', '/help', '/nowhere',
];

export function at(path: string, more: Record<string, string> = {}): string {
  const url = new URL(path, 'http://node');
  for (const [k, v] of Object.entries({ asOf: day, believedOn: day, lang: 'zh-CN', ...more })) url.searchParams.set(k, v);
  return url.pathname + url.search;
}

/** Waits until the page has its answers. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator('main h1')).toBeVisible();
  await expect(page.locator('[aria-busy=true], main .waiting')).toHaveCount(0);
}

/** Axe finds nothing, and nothing is wider than the screen. */
export async function sound(page: Page): Promise<void> {
  await settled(page);
  const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
  expect(found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} ${n.failureSummary?.slice(0, 200)}`).join(' | ')}`)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 'wider than the screen').toBeLessThanOrEqual(0);
}

export async function visit(page: Page, path: string, more: Record<string, string> = {}): Promise<void> {
  await page.goto(at(path, more));
  await settled(page);
}

/** Text with all kinds of space alike, as people see it. */
export async function seen(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).innerText()).replace(/\s+/g, ' ').trim();
}
