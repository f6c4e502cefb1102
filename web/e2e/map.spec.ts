import { expect, langs, settled, test, visit } from './walk';

for (const lang of langs) {
  test(`the map is drawn from the node's own tiles on the chosen days (${lang})`, async ({ page, request }) => {
    const tiles: string[] = [];
    page.on('response', (r) => {
      if (r.url().includes('/tiles/area/')) tiles.push(`${r.status()} ${r.url()}`);
    });
    await visit(page, '/map', { asOf: '2023-12-31', lang });
    const map = page.locator('[data-tiles]');
    await expect(map).toHaveAttribute('data-idle', 'yes', { timeout: 60_000 });
    expect(tiles.length).toBeGreaterThan(0);
    for (const t of tiles) expect(t).toMatch(/^200 .*asOf=2023-12-31&believedOn=2026-11-23$/);
    const rows = await (await request.get('/api/v1/network?asOf=2023-12-31&believedOn=2026-11-23')).json();
    const open = rows.filter((r: { status: string }) => r.status === 'open').length;
    await expect(page.locator('aside .tone-open.badge')).toContainText(String(open));
    await expect(page.locator('tr[data-section-row]')).toHaveCount(rows.length);
    const blank = await page.locator('canvas.maplibregl-canvas').evaluate((c: HTMLCanvasElement) => c.width * c.height);
    expect(blank).toBeGreaterThan(10_000);
  });
}

test('the day drives the map', async ({ page }) => {
  await visit(page, '/map', { asOf: '2021-12-31', lang: 'en' });
  const ring = page.locator('tr[data-section-row]', { hasText: 'West Ring' }).first();
  await expect(ring).not.toContainText('28 Jun 2023');
  await page.getByLabel('As of', { exact: true }).fill('2023-06-28');
  await expect(ring).toContainText('Open');
  await expect(ring).toContainText('28 Jun 2023');
  await expect(ring).toContainText('17.29');
  await expect(page.locator('[data-tiles]')).toHaveAttribute('data-tiles', /asOf=2023-06-28/);
});

test('a section opens its lengths, each with its definition', async ({ page }) => {
  await visit(page, '/map', { lang: 'en' });
  await page.locator('tr[data-section-row]', { hasText: 'West Ring' }).first().getByRole('button').click();
  await expect(page).toHaveURL(/section=/);
  const card = page.locator('[data-section]');
  await expect(card).toContainText('17.29 km');
  await expect(card).toContainText(/length/);
  await card.getByRole('link', { name: 'its project' }).click();
  await expect(page).toHaveURL(/\/projects\?.*project=west-ring/);
});

test('a click on a line chooses it', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' }); // the map is at the line at once
  await visit(page, '/map?line=metro-1', { lang: 'en' });
  await expect(page.locator('[data-tiles]')).toHaveAttribute('data-idle', 'yes', { timeout: 60_000 });
  const box = (await page.locator('canvas.maplibregl-canvas').boundingBox())!;
  // somewhere along a horizontal cut through the middle lies the north-south line
  const hit = () => page.evaluate(() => location.search.includes('section='));
  for (let i = 0; i <= box.width / 6 && !(await hit()); i++) {
    const dx = (i % 2 ? 3 : -3) * i; // to the right and to the left in turn
    await page.mouse.click(box.x + box.width / 2 + dx, box.y + box.height / 2);
  }
  await expect(page.locator('[data-section]')).toBeVisible();
});

test('classes can be switched off', async ({ page }) => {
  await visit(page, '/map', { lang: 'en' });
  const rows = page.locator('tr[data-section-row]');
  const all = await rows.count();
  await page.getByRole('checkbox', { name: 'metro' }).uncheck();
  await expect(page).toHaveURL(/hide=metro/);
  await expect.poll(() => rows.count()).toBeLessThan(all);
  await page.reload();
  await settled(page);
  await expect(page.getByRole('checkbox', { name: 'metro' })).not.toBeChecked();
});

test('without WebGL the table still holds everything', async ({ page }) => {
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  await page.goto('/map?lang=en');
  await expect(page.getByText('The map cannot be drawn')).toBeVisible();
  await expect(page.locator('tr[data-section-row]').first()).toBeVisible();
});
