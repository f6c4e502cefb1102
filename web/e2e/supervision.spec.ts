// A supervisor's view: figures by item and office, each leading to its cases; and how the books of money stand.
import { home, person, submitted } from './nodes';
import { expect, sound, test } from './walk';

test.use({ baseURL: home('xiangtan') });

test('figures lead to the cases they count, and are handed out as a table', async ({ browser }) => {
  test.setTimeout(240_000);
  const id = await submitted('xiangtan', 'zhou.yun');
  const page = await person(browser, 'xiangtan', 'supervisor', '/supervision');
  for (const lang of ['zh-CN', 'en'] as const) {
    await page.goto(`/supervision?lang=${lang}`);
    const here = page.locator('[data-city=xiangtan]');
    await expect(here.locator('[data-heap=identity-card]')).toBeVisible();
    expect(Number(await here.locator('[data-total=open] b').innerText())).toBeGreaterThan(0);
    await expect(page.locator('[data-trend] h2')).toHaveText(lang === 'en' ? 'Days used and promised' : '办理用时与承诺');
    await sound(page);
    await page.getByRole('button', { name: lang === 'en' ? 'Office' : '单位', exact: true }).click();
    await expect(here.locator('[data-heap]').first()).toContainText(/湘潭市/);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: lang === 'en' ? 'Export CSV' : '导出 CSV' }).click();
    const text = (await (await (await saved).createReadStream()).toArray()).join('');
    expect(text).toContain('xiangtan');
    expect(text).toContain('identity-card');
  }
  await page.goto('/supervision?lang=zh-CN');
  await page.locator('[data-city=xiangtan] [data-heap=identity-card] a').last().click();
  await expect(page).toHaveURL(/\/queue\?.*item=identity-card/);
  await expect(page.locator(`[data-row="${id}"]`)).toBeVisible();
});

test('the books of money are compared with each city', async ({ browser }) => {
  const page = await person(browser, 'xiangtan', 'registrar', '/reconciliation');
  for (const lang of ['zh-CN', 'en'] as const) {
    await page.goto(`/reconciliation?lang=${lang}`);
    await expect(page.locator('[data-sound=true]')).toContainText(lang === 'en' ? 'sound' : '账平');
    expect(await page.locator('[data-account]').count()).toBeGreaterThan(0);
    await sound(page);
  }
  await page.setViewportSize({ width: 360, height: 760 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await sound(page);
});
