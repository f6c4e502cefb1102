import { expect, settled, test, visit } from './walk';

test('"/" searches, arrows choose, Enter goes', async ({ page }) => {
  await visit(page, '/');
  await page.locator('h1').focus();
  await page.keyboard.press('/');
  const box = page.getByRole('combobox', { name: '搜索' });
  await expect(box).toBeFocused();
  await page.keyboard.type('磁浮东延');
  await expect(page.getByRole('option').first()).toContainText('磁浮东延');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('option').first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/(projects|map|targets)/);
  await settled(page);
});

test('a search without a choice opens all results', async ({ page }) => {
  await visit(page, '/', { lang: 'en' });
  await page.keyboard.press('/');
  await page.keyboard.type('rail');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/search\?.*q=rail/);
  await settled(page);
  await expect(page.getByRole('link', { name: /rail transit in operation/i }).first()).toBeVisible();
});

test('"?" opens the help', async ({ page }) => {
  await visit(page, '/', { lang: 'en' });
  await page.keyboard.press('?');
  await expect(page).toHaveURL(/\/help/);
  await expect(page.locator('h1')).toHaveText('Help');
  await expect(page.locator('main')).toContainText('conurb observe import observations.xlsx');
});

test('the first key skips to the content, and focus is always seen', async ({ page }) => {
  await visit(page, '/', { lang: 'en' });
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  for (let i = 0; i < 45; i++) {
    const shown = await page.evaluate(() => {
      const e = document.activeElement as HTMLElement;
      const s = getComputedStyle(e);
      const r = e.getBoundingClientRect();
      return { what: e.outerHTML.slice(0, 80), ring: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2, size: r.width * r.height };
    });
    expect(shown.ring, shown.what).toBe(true);
    expect(shown.size, shown.what).toBeGreaterThan(0);
    await page.keyboard.press('Tab');
  }
});

test('languages switch on the spot, stay in links and are remembered', async ({ page }) => {
  await page.goto('/?asOf=2023-12-31');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await page.getByRole('button', { name: 'EN', exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.locator('h1')).toHaveText('Where the plan stands');
  await expect(page).toHaveURL(/asOf=2023-12-31.*lang=en/);
  await page.getByRole('link', { name: 'Projects', exact: true }).click();
  await expect(page).toHaveURL(/\/projects\?.*lang=en/);
  await page.goto('/help');
  await expect(page.locator('h1')).toHaveText('Help');
});

test('an English browser gets English, any other Chinese', async ({ browser, baseURL }) => {
  for (const [locale, lang] of [['en-GB', 'en'], ['fr-FR', 'zh-CN'], ['zh-TW', 'zh-CN']] as const) {
    const context = await browser.newContext({ locale, baseURL: baseURL! });
    const page = await context.newPage();
    await page.goto('/help');
    await expect(page.locator('html')).toHaveAttribute('lang', lang);
    await context.close();
  }
});

test('when the node is gone, the page says so and tries again', async ({ page }) => {
  await page.route('**/api/v1/board*', (route) => route.abort());
  await page.goto('/?lang=en');
  const box = page.getByRole('alert');
  await expect(box).toContainText('The node cannot be reached');
  await expect(box).toContainText('conurb serve');
  await page.unroute('**/api/v1/board*');
  await box.getByRole('button', { name: 'Try again' }).click();
  await settled(page);
  await expect(page.locator('article[data-target]').first()).toBeVisible();
});

test('a board of thousands comes page by page', async ({ page }) => {
  await page.route('**/api/v1/board*', async (route) => {
    const url = new URL(route.request().url());
    const offset = Number(url.searchParams.get('offset') ?? 0);
    const limit = Number(url.searchParams.get('limit') ?? 60);
    const answer = await route.fetch({ url: `${url.origin}/api/v1/board?limit=60` });
    const board = await answer.json();
    const one = board.targets[0];
    board.total = 3000;
    board.targets = Array.from({ length: limit }, (_, i) => ({ ...one, id: `t-${offset + i}` }));
    await route.fulfill({ response: answer, json: board });
  });
  await visit(page, '/', { lang: 'en' });
  await expect(page.locator('article[data-target]')).toHaveCount(60);
  await page.getByRole('button', { name: 'Show more (60 of 3,000 shown)' }).click();
  await expect(page.locator('article[data-target]')).toHaveCount(120);
  await expect(page.locator('article[data-target=t-119]')).toBeAttached();
});
