// The page of the circles, held to a drawn area that answers in place of the node: what is
// asked of it, what it shows of the answers, and that the address keeps both.
import AxeBuilder from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { draw, frame, type Door } from './drawn';
import { at, expect, langs, seen, settled, test, visit, type Lang } from './walk';

const share = (v: number, lang: Lang) => new Intl.NumberFormat(lang, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(v);

async function drawn(page: Page): Promise<void> {
  await expect(page.locator('[data-circles]')).toHaveAttribute('data-idle', 'yes', { timeout: 60_000 });
}

interface Figures { figures: { id: string; value: number }[]; digest: string }

/** What the drawn area answers to an address of the page itself. */
async function answer(page: Page, path: string): Promise<Figures> {
  return (await page.evaluate(async (p) => (await fetch(p)).json(), path)) as Figures;
}

const value = (f: Figures, id: string) => f.figures.find((x) => x.id === id)!.value;
const last = (door: Door, what: string) => door.asked.findLast((u) => u.pathname.endsWith(what))!.searchParams;

for (const lang of langs) {
  test(`the headline figures are those of the day, with verdicts at a threshold that moves (${lang})`, async ({ page }) => {
    await draw(page);
    await visit(page, '/circles', { lang });
    const now = await answer(page, `/api/v1/circles/result?asOf=2026-11-23&mode=transit`);
    for (const id of ['circle-30', 'circle-60-nearest']) await expect(page.locator(`[data-head=${id}] .big`)).toContainText(share(value(now, id), lang));
    const head = page.locator('[data-head=circle-60-nearest] [data-verdict]');
    const turns = Math.floor(value(now, 'circle-60-nearest') * 100);
    expect(turns).toBeGreaterThan(80);
    const slider = page.getByRole('slider', { name: lang === 'en' ? /Threshold/ : /门槛/ });
    await slider.fill(String(turns));
    await expect(head).toHaveAttribute('data-verdict', 'realised');
    await slider.press('ArrowRight');
    await expect(head).toHaveAttribute('data-verdict', 'not-realised');
    await expect(page).toHaveURL(new RegExp(`threshold=${turns + 1}`));
    await expect(page.locator('[data-head=circle-60-nearest]')).toContainText(lang === 'en' ? `up to ${turns}%` : `不高于 ${turns}%`);
    // the rule is ours, and says so with its reasons
    await expect(page.locator('[data-threshold]')).toContainText(lang === 'en' ? 'no official test' : '没有官方的检验办法');
    await page.locator('#rule summary').click();
    for (const p of frame.rule.parameters) await expect(page.locator(`[data-parameter="${p.id}"]`)).toContainText(lang === 'en' ? p.reason.en : p.reason.zh);
    for (const b of frame.basis) await expect(page.locator(`[data-basis=${b.kind}]`)).toContainText(lang === 'en' ? b.text.en : b.text.zh);
  });

  test(`a day to come is said to be no forecast (${lang})`, async ({ page }) => {
    await draw(page);
    await visit(page, '/circles', { lang, asOf: '2028-06-30' });
    await expect(page.locator('[data-future]')).toContainText(lang === 'en' ? 'has not come' : '还没有到');
    await visit(page, '/circles?plan=yes', { lang });
    await expect(page.locator('[data-head=circle-30]')).toBeVisible();
    await expect(page.locator('[data-future]')).toHaveCount(0);
  });

  test(`axe finds nothing on the circles, in light and dark (${lang})`, async ({ page }) => {
    await draw(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await visit(page, '/circles?base=2021-12-31&layer=change&cell=113.03,28.01&shares=yes&reach=yes&sort=-people', { lang });
      await expect(page.locator('[data-waterfall]')).toBeVisible();
      await page.locator('#rule summary').click();
      await page.locator('[data-share] button').first().click();
      const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
      expect(found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 4).map((n) => `${n.target.join(' ')} ${n.failureSummary?.slice(0, 200)}`).join(' | ')}`)).toEqual([]);
    }
  });
}

test('a link keeps the whole state', async ({ page }) => {
  const door = await draw(page);
  const path = '/circles?mode=car&with=metro-7&without=west-ring&base=-maglev-east&layer=change&threshold=75&cell=113.03,28.01&sort=-people&shares=yes&method=add-first&indicator=circle-30&budget=300';
  await visit(page, path, { lang: 'en', asOf: '2023-12-31' });
  await expect(page.locator('[data-waterfall=add-first]')).toBeVisible();
  const results = door.asked.filter((u) => u.pathname.endsWith('/result')).map((u) => Object.fromEntries(u.searchParams));
  for (const without of ['west-ring', 'west-ring,maglev-east']) expect(results).toContainEqual({ asOf: '2023-12-31', mode: 'car', with: 'metro-7', without });
  expect(Object.fromEntries(last(door, '/comparison'))).toMatchObject({ asOf: '2023-12-31', mode: 'car', without: 'west-ring', baseAsOf: '2023-12-31', baseWith: 'metro-7', baseWithout: 'west-ring,maglev-east' });
  expect(Object.fromEntries(last(door, '/contributions'))).toMatchObject({ method: 'add-first', indicator: 'circle-30', budget: '30000000000' });
  await expect(page.getByRole('button', { name: 'Car', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('[data-work=metro-7]').getByRole('button', { name: 'On', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('[data-work=west-ring]').getByRole('button', { name: 'Off', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('[data-key=change]')).toBeVisible();
  await expect(page.locator('[data-cell]')).toBeVisible();
  await expect(page.locator('th[aria-sort=descending]')).toContainText('People');
  // each part reads the same when the page is opened by that address again
  const parts = ['section.bar', '.heads', '.panel', '[data-gains=districts]', '[data-districts]', '[data-waterfall]', '[data-order]'];
  const read = () => Promise.all(parts.map((p) => seen(page, p)));
  const before = await read();
  await page.reload();
  await settled(page);
  await expect(page.locator('[data-waterfall=add-first]')).toBeVisible();
  await expect.poll(read).toEqual(before);
});

test('the day moves by keys, marks and buttons, and everything follows', async ({ page }) => {
  const door = await draw(page);
  await visit(page, '/circles', { lang: 'en' });
  const digest = () => page.locator('.answer').getAttribute('data-digest');
  await page.getByRole('button', { name: 'Eve of the plan' }).click();
  await expect.poll(() => last(door, '/cells').get('asOf')).toBe('2021-12-31');
  await page.getByRole('button', { name: 'Go to the next opening' }).click();
  await expect(page).toHaveURL(/asOf=2022-01-26/);
  const slider = page.getByRole('slider', { name: /^Day/ });
  await slider.press('PageUp');
  await expect(page).toHaveURL(/asOf=2023-01-26/);
  await slider.press('Shift+ArrowLeft');
  await expect(page).toHaveURL(/asOf=2023-01-25/);
  await slider.press('End');
  await expect(page).toHaveURL(/plan=yes/);
  await expect.poll(digest).toContain('plan');
  expect(last(door, '/result').get('asOf')).toBe('plan');
  await expect(slider).toHaveAttribute('aria-valuetext', 'Plan complete');
  await slider.press('ArrowLeft');
  await expect(page).toHaveURL(/asOf=2028-06-30/);
});

test('a project is switched off and on, and the figures follow', async ({ page }) => {
  await draw(page);
  await visit(page, '/circles', { lang: 'en' });
  const big = page.locator('[data-head=circle-60-nearest] .big b');
  const before = await big.textContent();
  const work = page.locator('[data-work=maglev-east]');
  await work.getByRole('button', { name: 'Off', exact: true }).click();
  await expect(big).not.toHaveText(before!);
  await expect(page).toHaveURL(/without=maglev-east/);
  await work.getByRole('button', { name: 'By date' }).click();
  await expect(big).toHaveText(before!);
  // what changes nothing that is modelled cannot be switched, and says so
  await expect(page.locator('[data-work=hub]')).toContainText('changes nothing modelled');
  await expect(page.locator('[data-work=hub]').getByRole('button', { name: 'On', exact: true })).toBeDisabled();
});

test('a comparison shows who gains, where, and the difference on the map', async ({ page }) => {
  const door = await draw(page);
  await visit(page, '/circles', { lang: 'en' });
  await page.getByLabel(/^Compare with/).selectOption('-west-ring');
  await expect(page.locator('[data-key=change]')).toContainText('min sooner');
  await expect(page).toHaveURL(/base=-west-ring.*layer=change|layer=change.*base=-west-ring/);
  await expect(page.locator('[data-gains=districts] tbody tr')).toHaveCount(4);
  await expect(page.locator('[data-gains=distances] tbody tr')).toHaveCount(4);
  await expect(page.locator('[data-head=circle-60-nearest]')).toContainText('against the base');
  expect(last(door, '/comparison').get('baseWithout')).toBe('west-ring');
  await page.getByLabel(/^Compare with/).selectOption('other');
  await page.getByLabel('Day to compare with').fill('2022-06-30');
  await expect(page).toHaveURL(/base=2022-06-30/);
  await page.getByLabel(/^Compare with/).selectOption('');
  await expect(page.locator('[data-gains]')).toHaveCount(0);
  await expect(page.locator('[data-key=minutes]')).toBeVisible();
});

test('a click on the map tells the cell, and leads on to reach', async ({ page }) => {
  await draw(page);
  await visit(page, '/circles', { lang: 'en' });
  await drawn(page);
  await expect(page.locator('[data-circles]')).toHaveAttribute('data-circles', '240');
  await page.locator('[data-circles]').scrollIntoViewIfNeeded();
  const box = (await page.locator('canvas.maplibregl-canvas').boundingBox())!;
  await page.mouse.click(box.x + box.width * 0.5, Math.min(box.y + box.height * 0.5, 880));
  const card = page.locator('[data-cell]');
  await expect(card).toContainText('To the centre of Zhuzhou');
  await expect(card).toContainText(/\d+ min/);
  const point = await card.getAttribute('data-cell');
  await card.getByRole('link', { name: 'Reach from here' }).click();
  await expect(page).toHaveURL(new RegExp(`/reach\\?.*at=${point!.replace(',', '%2C')}`));
});

test('contributions are worked out with progress, add up, and can be cancelled', async ({ page }) => {
  const door = await draw(page);
  door.polls = 3;
  await visit(page, '/circles', { lang: 'en' });
  await page.getByRole('button', { name: 'Work it out' }).click();
  await expect(page.locator('.working')).toContainText('20 of 64 combinations');
  await expect(page.locator('.working')).toContainText('3 s left');
  const fall = page.locator('[data-waterfall=shapley]');
  await expect(fall.locator('[data-share]')).toHaveCount(6);
  await expect(page.locator('[data-parts]')).toContainText('the rest 0 points');
  const points = async (row: string) => Number((await fall.locator(row).locator('td.n').first().innerText()).replace('−', '-').split(' ')[0]);
  let sum = 0;
  for (const w of frame.works.filter((x) => x.served)) sum += await points(`[data-share="${w.id}"]`);
  const [from, to] = (await fall.locator('.total td.n:not(:empty)').allInnerTexts()).map((s) => Number(s.replace('%', '')));
  expect(Math.abs(sum - (to! - from!))).toBeLessThan(0.05); // seven figures of two decimals
  await fall.locator('[data-share=maglev-east] button').click();
  await expect(fall.locator('.inside')).toContainText('Furong');
  await expect(page.locator('[data-order="1"]')).toContainText('1. Changsha Metro Line 7');
  await expect(page.locator('[data-order]')).toContainText('Intercity through line');

  await page.getByLabel('Shared out by').selectOption('leave-one-out');
  await expect(page.locator('[data-waterfall=leave-one-out]')).toBeVisible();
  await page.getByLabel('Indicator').selectOption('circle-60-all');
  await page.getByLabel('Shared out by').selectOption('shapley');
  await expect(page.locator('.error').first()).toBeVisible();
  await expect(page.locator('[data-parts]')).toContainText('95% interval');

  door.polls = 1000;
  await page.getByLabel('Indicator').selectOption('circle-30');
  await page.locator('.working').getByRole('button', { name: 'Cancel' }).click();
  await expect(page.locator('[data-parts=cancelled]')).toContainText('Cancelled');
  expect(door.cancelled).toEqual(['/contributions/drawn-1/cancel']);
});

test('what takes longer than a moment says so, and the figures before stay', async ({ page }) => {
  const door = await draw(page);
  await visit(page, '/circles', { lang: 'en' });
  const before = await page.locator('[data-head=circle-30] .big b').textContent();
  door.slow = 4500;
  await page.getByRole('button', { name: 'Eve of the plan' }).click();
  await expect(page.locator('.busy')).toContainText(/Computing for \d s/);
  await expect(page.locator('.answer')).toHaveAttribute('aria-busy', 'true');
  await expect(page.locator('[data-head=circle-30] .big b')).toHaveText(before!);
  await expect(page.locator('.busy')).toHaveCount(0);
  await expect(page.locator('[data-head=circle-30] .big b')).not.toHaveText(before!);
});

test('people within reach are counted when they are asked for', async ({ page }) => {
  const door = await draw(page);
  await visit(page, '/circles', { lang: 'en' });
  expect(last(door, '/result').get('reach')).toBeNull();
  await page.getByRole('button', { name: /^Count them/ }).click();
  await expect(page.locator('[data-reachable] tbody tr')).toHaveCount(5);
  await expect(page.getByText('Gini coefficient')).toBeVisible();
  await page.getByLabel('The map shows').selectOption('reach');
  await expect(page.locator('[data-key=reach]')).toContainText('over');
});

test('files carry the state, and the picture is a picture', async ({ page }) => {
  await draw(page);
  await visit(page, '/circles?mode=car&without=west-ring', { lang: 'en', asOf: '2023-12-31' });
  await drawn(page);
  for (const [text, format] of [['CSV', 'csv'], ['GeoJSON', 'geojson'], ['Parquet', 'parquet'], ['Excel', 'xlsx']]) {
    const link = new URL((await page.getByRole('link', { name: text!, exact: true }).getAttribute('href'))!, page.url());
    expect([link.pathname, Object.fromEntries(link.searchParams)]).toEqual(['/api/v1/circles/export', { asOf: '2023-12-31', mode: 'car', without: 'west-ring', format, lang: 'en' }]);
  }
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Map (PNG)' }).click()]);
  expect(file.suggestedFilename()).toBe('circles-2023-12-31-car-nearest.png');
  const bytes = readFileSync((await file.path())!);
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  const box = (await page.locator('canvas.maplibregl-canvas').boundingBox())!;
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20) > box.height]).toEqual([Math.round(box.width), true]);
  expect(bytes.length).toBeGreaterThan(20_000);
});

test('without WebGL the figures are still there', async ({ page }) => {
  await draw(page);
  await page.addInitScript(() => {
    const real = HTMLCanvasElement.prototype.getContext as (kind: string) => unknown;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string) { return /webgl/.test(kind) ? null : real.call(this, kind); } as never;
  });
  await page.goto(at('/circles', { lang: 'en' }));
  await expect(page.getByText('The map cannot be drawn')).toBeVisible();
  await expect(page.locator('[data-head]')).toHaveCount(2);
  await page.getByRole('combobox', { name: 'Look up a place' }).fill('113.03,28.01');
  await page.getByRole('combobox', { name: 'Look up a place' }).press('Enter');
  await expect(page.locator('[data-cell]')).toContainText('To the centre of Changsha');
  await expect(page.getByRole('button', { name: 'Map (PNG)' })).toBeDisabled();
});

test('on a phone nothing runs out of the screen', async ({ page }) => {
  await draw(page);
  await page.setViewportSize({ width: 360, height: 740 });
  for (const lang of langs) {
    await visit(page, '/circles?base=2021-12-31&layer=reach&cell=113.03,28.01&shares=yes', { lang });
    await expect(page.locator('[data-waterfall]')).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth), lang).toBeLessThanOrEqual(360);
  }
  const found = await new AxeBuilder({ page }).analyze();
  expect(found.violations.map((v) => `${v.id}: ${v.nodes[0]?.target.join(' ')}`)).toEqual([]);
});

test('on paper the figures stand without controls', async ({ page }) => {
  await draw(page);
  await visit(page, '/circles?base=2021-12-31', { lang: 'en' });
  await page.emulateMedia({ media: 'print' });
  for (const hidden of ['section.bar', '.ways', '#threshold']) await expect(page.locator(hidden).first()).toBeHidden();
  await expect(page.locator('.print-only').first()).toContainText('23 Nov 2026 · Walk + transit · compared with: 31 Dec 2021');
  await expect(page.locator('[data-head]').first()).toBeVisible();
});

// the node itself, with the lines, people and streets of its region
for (const lang of langs) {
  test(`the node's own circles stand on the page, and can be taken along (${lang})`, async ({ page, request }) => {
    const path = '/api/v1/circles/result?asOf=2026-11-23&mode=transit';
    const got = (await (await request.get(path)).json()) as Figures & { on: string[]; people: number };
    await visit(page, '/circles', { lang });
    for (const id of ['circle-30', 'circle-60-nearest']) {
      const head = page.locator(`[data-head=${id}]`);
      await expect(head.locator('.big')).toContainText(share(value(got, id), lang));
      await expect(head.locator('[data-verdict]')).toHaveAttribute('data-verdict', value(got, id) >= 0.95 ? 'realised' : 'not-realised');
      await expect(head.locator('figure svg')).toBeVisible();
    }
    await expect(page.locator('.stamp')).toBeAttached();
    for (const kind of ['modelled', 'assumed', 'missing']) await expect(page.locator(`[data-basis=${kind}]`)).toBeVisible();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV', exact: true }).click()]);
    const rows = readFileSync((await file.path())!, 'utf8').trim().split('\n');
    expect(rows.length).toBe(1 + Number(await page.locator('[data-circles]').getAttribute('data-circles')));
    expect(rows[1]).toMatch(/2026-11-23,transit,.*,true$/);
  });
}

test('the West Ring Line changes the districts that it runs through', async ({ page }) => {
  await visit(page, '/circles?base=-west-ring&layer=change', { lang: 'en', asOf: '2023-12-31' });
  const gains = page.locator('[data-gains=districts] tr');
  const yuelu = gains.filter({ hasText: 'Yuelu' }).locator('td.n').first();
  expect(Number((await yuelu.innerText()).replace('\u2212', '-'))).toBeLessThan(0);
  await expect(gains.filter({ hasText: 'Furong' }).locator('td.n').first()).toHaveText('0');
});
