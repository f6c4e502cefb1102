import { expect, settled, test, visit } from './walk';

const asOf = (page: import('@playwright/test').Page) => page.getByRole('slider').first();

test('the slider moves by month with the keyboard, and the board with it', async ({ page }) => {
  await visit(page, '/', { asOf: '2023-05-31', lang: 'en' });
  const value = page.locator('[data-target=rail-420] .value .large');
  await expect(value).toContainText('190.6');
  await asOf(page).focus();
  await page.keyboard.press('ArrowRight'); // 30 June 2023: the West Ring has opened
  await expect(page).toHaveURL(/asOf=2023-06-30/);
  await expect(value).toContainText('207.9');
  await expect(asOf(page)).toHaveAttribute('aria-valuetext', /30 Jun 2023/);
  await page.keyboard.press('PageDown');
  await expect(page).toHaveURL(/asOf=2022-06-30/);
  await page.keyboard.press('Shift+ArrowLeft');
  await expect(page).toHaveURL(/asOf=2022-06-29/);
  await page.keyboard.press('Home');
  await expect(page).toHaveURL(/asOf=2021-01-01/);
});

test('both days move together when they are locked', async ({ page }) => {
  await visit(page, '/', { asOf: '2024-06-30', believedOn: '2025-06-30', lang: 'en' });
  await page.getByRole('button', { name: 'Together', exact: true }).click();
  await expect(page).toHaveURL(/believedOn=2024-06-30/);
  await asOf(page).focus();
  await page.keyboard.press('ArrowLeft');
  await expect(page).toHaveURL(/asOf=2024-05-31/);
  await expect(page).toHaveURL(/believedOn=2024-05-31/);
});

test('the arrows go from event to event', async ({ page }) => {
  await visit(page, '/', { asOf: '2023-06-01', lang: 'en' });
  const next = page.getByRole('button', { name: 'Go to the event after' }).first();
  await expect(next).toHaveAttribute('title', /28 Jun 2023.*West Ring/);
  await next.click();
  await expect(page).toHaveURL(/asOf=2023-06-28/);
  await page.getByRole('button', { name: 'Go to the event before' }).first().click();
  await expect(page).not.toHaveURL(/asOf=2023-06-28/);
});

test('a date can be typed, and goes along to other places', async ({ page }) => {
  await visit(page, '/');
  await page.getByLabel('截至', { exact: true }).fill('2021-12-31');
  await expect(page).toHaveURL(/asOf=2021-12-31/);
  await expect(page.locator('[data-target=rail-420] .value .large')).toContainText('142.5');
  await page.getByRole('navigation', { name: '页面导航' }).getByRole('link', { name: '项目' }).click();
  await settled(page);
  await expect(page).toHaveURL(/\/projects\?.*asOf=2021-12-31/);
  await page.goBack();
  await expect(page.locator('[data-target=rail-420] .value .large')).toContainText('142.5');
});

test('an impossible day in the address is answered with today', async ({ page, request }) => {
  const { today } = await (await request.get('/api/v1/pack')).json();
  await page.goto('/?asOf=2023-02-30&lang=en');
  await expect(page.getByRole('alert')).toContainText('not a calendar day');
  await page.getByLabel('As of', { exact: true }).fill(today);
  await expect(page.getByRole('alert')).toHaveCount(0);
  await settled(page);
});
