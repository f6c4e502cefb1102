// A citizen's wallet on a phone, against a demonstration: a licence comes from his city, is
// shown at another city's counter, and who looked is told.
import AxeBuilder from '@axe-core/playwright';
import { request, type APIRequestContext, type Page } from '@playwright/test';
import { expect, test } from './walk';

const first = Number(process.env.CONURB_E2E_DEMO ?? Number(process.env.CONURB_E2E_PORT) + 2);
const home = `http://localhost:${first + 1}`; // Changsha
const away = `http://localhost:${first + 3}`; // Xiangtan
const identityCard = '11100000XXGAB00010002';

test.use({ baseURL: home, viewport: { width: 360, height: 780 }, hasTouch: true });
test.describe.configure({ mode: 'serial' });

async function signIn(to: APIRequestContext, at: string, name: string, password: string) {
  expect((await to.post(`${at}/api/v1/session`, { data: { name, password } })).status()).toBeLessThan(300);
}

/** A clerk of Xiangtan asks for an identity card's address and whether its holder is of age. */
async function asked(attributes: string[]): Promise<{ link: string; state: () => Promise<{ state: string; result?: { verdict?: unknown } }> }> {
  const clerk = await request.newContext();
  await signIn(clerk, away, 'clerk', 'demo-counter-checks');
  const made = await clerk.post(`${away}/api/v1/counter/requests`, { data: { wanted: identityCard, attributes, purpose: '办理公积金贷款' } });
  expect(made.status(), await made.text()).toBe(201);
  const { id, link } = (await made.json()) as { id: string; link: string };
  return { link, state: async () => (await clerk.get(`${away}/api/v1/counter/requests/${id}`)).json() as Promise<{ state: string }> };
}

async function accessible(page: Page) {
  const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  expect(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(' ')}`)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
}

/** The identity card of Li Ming, on this phone. */
async function withCard(page: Page) {
  await signIn(page.request, home, 'li.ming', 'demo-citizen-li-ming');
  await page.goto('/wallet?lang=zh-CN');
  const card = page.locator('article', { has: page.getByRole('heading', { name: '居民身份证' }) });
  await card.getByRole('button', { name: '添加到本机' }).click();
  await expect(card.getByText('已在本机', { exact: true })).toBeVisible();
  return card;
}

test('asks to sign in, in both languages', async ({ page }) => {
  for (const [lang, text] of [['zh-CN', '登录后可以看到您的证照。'], ['en', 'Sign in to see your licences.']] as const) {
    await page.goto(`/wallet?lang=${lang}`);
    await expect(page.getByText(text)).toBeVisible();
    await accessible(page);
  }
});

test('a licence comes to this phone, stays there and leaves it', async ({ page }) => {
  const card = await withCard(page);
  await accessible(page);
  await card.getByText('证照内容').click();
  await expect(card.getByText('李明（示例）')).toBeVisible();
  const file = page.waitForEvent('download');
  await card.getByRole('button', { name: '导出文件' }).click();
  expect((await file).suggestedFilename()).toMatch(/^1\.2\.156\.3005\.2\..*\.sd-jwt$/);
  await page.reload();
  await expect(card.getByText('已在本机', { exact: true })).toBeVisible();
  await card.getByText('证照内容').click();
  await card.getByRole('button', { name: '从本机移除' }).click();
  await card.getByRole('button', { name: '移除', exact: true }).click();
  await expect(card.getByRole('button', { name: '添加到本机' })).toBeVisible();
});

test('what is asked for is shown after consent, and stands in the history, where it can be objected to', async ({ page }) => {
  await withCard(page);
  const q = await asked(['attributes.address', 'licence.CZZT']);
  await page.goto(`/wallet?lang=zh-CN&request=${encodeURIComponent(q.link)}`);
  await expect(page.getByRole('heading', { name: /湘潭/ })).toBeVisible();
  await expect(page.getByText('办理公积金贷款')).toBeVisible();
  await expect(page.locator('fieldset dt', { hasText: '住址' })).toBeVisible();
  expect(await page.locator('fieldset dl > div').count()).toBe(2);
  await accessible(page);
  expect((await q.state()).state).toBe('open');
  await page.getByRole('button', { name: '同意并出示' }).click();
  await expect(page.getByText(/^已出示给/)).toBeVisible();
  expect((await q.state()).state).toBe('answered');

  const visit = page.locator('li', { hasText: '办理公积金贷款' }).first();
  await expect(async () => {
    await page.goto('/wallet?lang=zh-CN&tab=history');
    await expect(visit).toBeVisible({ timeout: 2000 });
  }).toPass();
  await expect(visit.getByText('住址')).toBeVisible();
  await visit.getByRole('button', { name: '提出异议' }).click();
  await visit.getByLabel('为什么不认可').fill('我没有申请贷款');
  await visit.getByRole('button', { name: '提交异议' }).click();
  await expect(visit.getByText('等待答复')).toBeVisible();
  await accessible(page);
});

test('a request is refused: the counter learns it, and nothing is shown', async ({ page }) => {
  await withCard(page);
  const q = await asked(['attributes.birth_date']);
  await page.goto('/wallet?lang=en&tab=show');
  await page.getByLabel('Link of the request').fill(q.link);
  await page.getByRole('button', { name: 'Look at the request' }).click();
  await page.getByRole('button', { name: 'Refuse' }).click();
  await expect(page.getByText('Refused. Nothing was shown.')).toBeVisible();
  expect((await q.state()).state).toBe('declined');
});

test('who is not known is refused by its host', async ({ page }) => {
  await signIn(page.request, home, 'li.ming', 'demo-citizen-li-ming');
  await page.goto('/wallet?lang=en&tab=show');
  await page.getByLabel('Link of the request').fill('openid4vp://?client_id=x509_hash%3AUvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk&request_uri=https%3A%2F%2Fevil.example%2Fopenid%2Frequest%2F1');
  await page.getByRole('button', { name: 'Look at the request' }).click();
  await expect(page.getByRole('alert')).toContainText('evil.example');
});

test('a code is shown full screen', async ({ page }) => {
  await signIn(page.request, home, 'li.ming', 'demo-citizen-li-ming');
  await page.goto('/wallet?lang=zh-CN');
  await page.getByRole('button', { name: '离线二维码' }).first().click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('img')).toBeVisible();
  expect((await dialog.boundingBox())!.width).toBe(360);
  await accessible(page);
  await dialog.getByRole('button', { name: '关闭' }).click();
  await expect(dialog).toHaveCount(0);
});
