import { expect, routes, settled, test, visit } from './walk';

for (const width of [360, 768]) {
  test(`nothing runs out of a screen ${width} pixels wide`, async ({ page }) => {
    await page.setViewportSize({ width, height: 740 });
    for (const lang of ['zh-CN', 'en']) {
      for (const route of routes) {
        await visit(page, route, { lang });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(wide, `${route} in ${lang}`).toBeLessThanOrEqual(width);
      }
    }
  });
}

test('on a phone the days fold away and open again', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await visit(page, '/', { lang: 'en', asOf: '2023-12-31' });
  await expect(page.getByRole('slider')).toHaveCount(0);
  await page.getByRole('button', { name: /As of 31 Dec 2023/ }).click();
  await expect(page.getByRole('slider')).toHaveCount(2);
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page.getByRole('combobox', { name: 'Search' })).toBeFocused();
});

test('dark and light follow the system, and a choice overrides it', async ({ page }) => {
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  await visit(page, '/', { lang: 'en' });
  const light = await ground();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(ground).not.toBe(light);
  const dark = await ground();
  await page.getByRole('button', { name: /Appearance: as the system/ }).click();
  await expect.poll(ground).toBe(light);
  await page.getByRole('button', { name: /Appearance: light/ }).click();
  await expect.poll(ground).toBe(dark);
  await page.reload();
  await expect.poll(ground).toBe(dark);
});

test('the map follows the look', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await visit(page, '/map', { lang: 'en' });
  const map = page.locator('[data-tiles]');
  await expect(map).toHaveAttribute('data-idle', 'yes', { timeout: 60_000 });
  const light = (await map.screenshot()).length;
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(async () => (await map.screenshot()).length, { timeout: 60_000 }).not.toBe(light);
});

test('on paper the cards are a table without controls', async ({ page }) => {
  await visit(page, '/', { lang: 'en' });
  await page.emulateMedia({ media: 'print' });
  const card = page.locator('article[data-target]').first();
  expect(await card.evaluate((e) => getComputedStyle(e).display)).toBe('table-row');
  for (const hidden of [page.locator('header nav'), page.getByRole('slider').first(), page.locator('.filter').first()]) await expect(hidden).toBeHidden();
  await expect(page.locator('.timebar')).toContainText('As of 23 Nov 2026');
  const pdf = await page.pdf({ format: 'A4' });
  expect(pdf.subarray(0, 4).toString()).toBe('%PDF');
  expect((pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? []).length).toBeLessThan(8);
});

test('less motion where less is asked for', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await visit(page, '/projects', { lang: 'en' });
  const time = await page.locator('.turn').first().evaluate((e) => getComputedStyle(e).transitionDuration);
  expect(parseFloat(time)).toBeLessThan(0.001);
  await settled(page);
});
