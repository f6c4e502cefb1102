import { readFileSync } from 'node:fs';
import type { APIRequestContext, Page } from '@playwright/test';
import { expect, langs, seen, settled, test, visit, type Lang } from './walk';

const changsha = '112.9823,28.1938';
const zhuzhou = '113.134,27.8274';

interface Answer { within: { minutes: number; km2: number; places: number; sums: { name: string; sum: number }[] }[]; modelled: boolean }

async function circles(request: APIRequestContext, at: string, more = 'mode=car'): Promise<Answer> {
  const [lon, lat] = at.split(',');
  return (await (await request.get(`/api/v1/networks/czt/isochrones?lon=${lon}&lat=${lat}&${more}`)).json()) as Answer;
}

const written = (n: number, lang: Lang) => new Intl.NumberFormat(lang, { maximumFractionDigits: 0 }).format(n);

async function drawn(page: Page): Promise<void> {
  await expect(page.locator('[data-streets]')).toHaveAttribute('data-idle', 'yes', { timeout: 45_000 });
}

async function shows(page: Page, a: Answer, lang: Lang): Promise<void> {
  for (const w of a.within) {
    const row = page.locator(`tr[data-within="${w.minutes}"]`);
    await expect(row).toContainText(written(w.sums[0]!.sum, lang));
    await expect(row.locator('td').last()).toContainText(w.km2 < 10 ? '' : written(w.km2, lang));
  }
}

/** The place in the address, once it is there. */
async function placeOf(page: Page, key = 'at'): Promise<string> {
  await expect(page).toHaveURL(new RegExp(`[?&]${key}=`));
  return new URL(page.url()).searchParams.get(key)!;
}

for (const lang of langs) {
  test(`a click on the map shows the ground within reach and the people in it (${lang})`, async ({ page, request }) => {
    const tiles: string[] = [];
    page.on('response', (r) => {
      if (r.url().includes('/tiles/streets/')) tiles.push(`${r.status()} ${r.headers()['content-type'] ?? ''}`);
    });
    await visit(page, '/reach', { lang });
    await drawn(page);
    expect(tiles.length).toBeGreaterThan(0);
    for (const t of tiles) expect(t).toBe('200 application/vnd.mapbox-vector-tile');
    const box = (await page.locator('canvas.maplibregl-canvas').boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.35);
    const a = await circles(request, await placeOf(page));
    expect(a.within.map((w) => w.minutes)).toEqual([15, 30, 45, 60]);
    expect(a.within[3]!.sums[0]!.sum).toBeGreaterThan(a.within[0]!.sums[0]!.sum);
    await shows(page, a, lang);
    await expect(page.locator('[data-streets]')).toHaveAttribute('data-shapes', '4');
    // what is modelled says so on the map and beside the table, and by which rule
    await expect(page.locator('.stamp')).toHaveText(lang === 'en' ? 'Modelled' : '模拟');
    const basis = page.locator('[data-modelled=true]');
    await basis.locator('summary').click();
    await expect(basis).toContainText(lang === 'en' ? 'No survey' : '不是实测路网');
  });

  test(`two places give a way with words for every turn (${lang})`, async ({ page, request }) => {
    await visit(page, `/reach?at=${changsha}&to=${zhuzhou}`, { lang });
    const way = (await (await request.get(`/api/v1/networks/czt/route?mode=car&from=${changsha}&to=${zhuzhou}&lang=${lang}`)).json()) as { seconds: number; metres: number; steps: { text: string }[] };
    expect(way.seconds).toBeGreaterThan(1200);
    await expect(page.locator(`[data-seconds="${way.seconds}"]`)).toBeVisible();
    await page.getByText(lang === 'en' ? 'Turn by turn' : '逐个路口').click();
    await expect(page.locator('ol > li')).toHaveCount(way.steps.length);
    await expect(page.locator('ol > li').last()).toHaveText(lang === 'en' ? 'You have arrived' : '到达目的地');
    for (const [i, s] of way.steps.entries()) await expect(page.locator('ol > li').nth(i)).toContainText(s.text);
  });
}

test('mode, direction and limits change the figures, and stand in the address', async ({ page, request }) => {
  await visit(page, `/reach?at=${changsha}`, { lang: 'en' });
  await shows(page, await circles(request, changsha), 'en');
  await page.getByRole('button', { name: 'Bicycle' }).click();
  await shows(page, await circles(request, changsha, 'mode=bicycle'), 'en');
  await page.getByRole('button', { name: 'To here' }).click();
  await expect(page).toHaveURL(/dir=inbound/);
  await shows(page, await circles(request, changsha, 'mode=bicycle&direction=inbound'), 'en');
  await page.getByLabel('Limits').selectOption('5,10,15,20');
  await shows(page, await circles(request, changsha, 'mode=bicycle&direction=inbound&minutes=5,10,15,20'), 'en');
  await page.reload();
  await settled(page);
  await expect(page.getByRole('button', { name: 'Bicycle' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('tr[data-within="20"]')).toBeVisible();
});

test('a place is found by its name, or typed as coordinates', async ({ page, request }) => {
  const stations = (await (await request.get('/api/v1/places?q=%E9%95%BF%E6%B2%99%E5%8D%97&limit=1')).json()) as { name: { zh: string }; point: [number, number] }[];
  await visit(page, '/reach', { lang: 'zh-CN' });
  const input = page.getByRole('combobox', { name: '从哪里出发' });
  await input.fill(stations[0]!.name.zh);
  await expect(page.locator('li[role=option]').first()).toContainText(stations[0]!.name.zh);
  await input.press('ArrowDown');
  await input.press('Enter');
  const [lon, lat] = (await placeOf(page)).split(',').map(Number);
  expect(Math.abs(lon! - stations[0]!.point[0])).toBeLessThan(1e-5);
  expect(Math.abs(lat! - stations[0]!.point[1])).toBeLessThan(1e-5);
  await input.fill('113.1340，27.8274');
  await input.press('Enter');
  await expect(page).toHaveURL(/at=113\.134%2C27\.8274/);
  await shows(page, await circles(request, zhuzhou), 'zh-CN');
  // the same figures read off a Chinese map lie some hundred metres away
  await page.getByLabel('坐标系').selectOption('gcj02');
  await input.fill('113.1340,27.8274');
  await input.press('Enter');
  await expect(page).not.toHaveURL(/at=113\.134%2C27\.8274/);
  await expect(input).toHaveValue('113.134,27.8274 (GCJ-02)');
  const [east, north] = (await placeOf(page)).split(',').map(Number);
  expect(Math.hypot((east! - 113.134) * 98_000, (north! - 27.8274) * 111_000)).toBeGreaterThan(100);
  await input.fill('nowhere at all');
  await input.press('Enter');
  await expect(page.getByText('没有这个车站或城市')).toBeVisible();
});

test('the pin moves with the arrow keys, and the figures follow', async ({ page, request }) => {
  await visit(page, `/reach?at=${changsha}`, { lang: 'en' });
  await drawn(page);
  const pin = page.locator('[data-pin=at]');
  await pin.focus();
  for (let i = 0; i < 3; i++) await pin.press('Shift+ArrowRight');
  await expect.poll(() => Number(new URL(page.url()).searchParams.get('at')!.split(',')[0])).toBeGreaterThan(112.99);
  let before = '';
  const rests = () => before === (before = page.url()); // the address is written when the pin does
  await expect.poll(rests, { intervals: [800] }).toBe(true);
  await shows(page, await circles(request, await placeOf(page)), 'en');
  await expect(pin).toBeFocused();
  await expect(page.getByText(/^Within 60 minutes: [\d,]+ km² · People [\d,]+/)).toBeAttached();
});

test('shift and a click choose where the way leads', async ({ page }) => {
  await visit(page, `/reach?at=${changsha}`, { lang: 'en' });
  await drawn(page);
  const box = (await page.locator('canvas.maplibregl-canvas').boundingBox())!;
  await page.keyboard.down('Shift');
  await page.mouse.click(box.x + box.width * 0.55, box.y + box.height * 0.65);
  await page.keyboard.up('Shift');
  await placeOf(page, 'to');
  await expect(page).toHaveURL(new RegExp(`at=${changsha.replace(',', '%2C')}`));
  await expect(page.locator('[data-seconds]')).toBeVisible();
  await page.getByRole('button', { name: 'Remove the way' }).click();
  await expect(page.locator('[data-seconds]')).toHaveCount(0);
});

test('a place far from every street says so, and what to do', async ({ page }) => {
  await visit(page, '/reach?at=100,10', { lang: 'en' });
  const fault = page.getByRole('alert');
  await expect(fault).toContainText('Too far from every street');
  await expect(fault).toContainText('Choose a point nearer to a street');
  await expect(page.locator('tr[data-within]')).toHaveCount(0);
});

test('what is taken along says that it is modelled', async ({ page }) => {
  await visit(page, `/reach?at=${changsha}`, { lang: 'en' });
  const take = async (name: string) => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
    return readFileSync((await file.path())!, 'utf8');
  };
  const shapes = JSON.parse(await take('Shapes (GeoJSON)')) as { features: { geometry: { type: string }; properties: { modelled: boolean; minutes: number; population: number } }[] };
  expect(shapes.features.map((f) => f.properties.minutes)).toEqual([60, 45, 30, 15]);
  for (const f of shapes.features) expect([f.geometry.type, f.properties.modelled]).toEqual(['MultiPolygon', true]);
  const rows = (await take('This place (CSV)')).trim().split('\n').map((l) => l.split(','));
  expect(rows[0]).toEqual(['id', 'minutes', 'places', 'population', 'urban', 'modelled']);
  expect(rows).toHaveLength(5);
  expect(rows[1]!.at(-1)).toBe('true');
});

test('without WebGL the figures are still there', async ({ page, request }) => {
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  await page.goto('/reach?lang=en');
  await expect(page.getByText('The map cannot be drawn')).toBeVisible();
  const input = page.getByRole('combobox', { name: 'Where from' });
  await input.fill(changsha);
  await input.press('Enter');
  await shows(page, await circles(request, changsha), 'en');
});

test('on a phone the map stands above the figures', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await visit(page, `/reach?at=${changsha}`, { lang: 'en' });
  const map = (await page.locator('[data-streets]').boundingBox())!;
  const table = (await page.locator('tr[data-within="15"]').boundingBox())!;
  expect(map.width).toBeGreaterThan(320);
  expect(table.y).toBeGreaterThan(map.y + map.height);
  await expect.poll(() => seen(page, 'tr[data-within="60"]')).toMatch(/60 min [\d,]{7,}/);
});
