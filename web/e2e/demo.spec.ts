// The story of a licence that another city recognises, walked through the pages of four real
// nodes: every person in a browser of his own. (ports of playwright.config.ts)
import type { Page } from '@playwright/test';
import { agreed, at, home, person, published } from './nodes';
import { expect, sound, test } from './walk';

const permit = '11100000XXGAB00010003';

test.use({ baseURL: home('changsha') });
test.describe.configure({ mode: 'default' });

test.beforeAll(({ request }) => published(request));

/** A clerk asks the phone of Li Ming, who agrees; what the clerk then sees. */
async function shown(clerk: Page, phone: Page, outcome: string, word: string) {
  await clerk.goto('/counter?lang=zh-CN');
  await clerk.locator('main select').first().selectOption(permit);
  await clerk.getByRole('button', { name: '办理公积金贷款' }).click();
  await clerk.getByRole('checkbox', { name: '居住地址', exact: true }).check();
  await clerk.getByRole('button', { name: '生成二维码' }).click();
  await agreed(phone, (await clerk.locator('[data-request=open] a.button').getAttribute('href'))!);
  const verdict = clerk.locator(`[data-outcome="${outcome}"]`);
  await expect(verdict.locator('h2').first()).toHaveText(word);
  return verdict;
}

/** The newest check in the words of the other language. */
async function inEnglish(clerk: Page, outcome: string, reason: RegExp): Promise<void> {
  const checks = (await (await clerk.request.get('/api/v1/counter/checks?lang=en')).json()) as { outcome: { name: string }; reasons: { sentence: string }[] }[];
  expect(checks[0]?.outcome.name).toMatch(new RegExp(`^${outcome}$`, 'i'));
  expect(checks[0]?.reasons.map((r) => r.sentence).join('\n')).toMatch(reason);
}

test('a licence of one city is recognised in another by what the cities signed, and refused once it is revoked', async ({ browser }) => {
  test.setTimeout(360_000);
  const issuer = await person(browser, 'changsha', 'issuer', '/desk');
  await issuer.goto('/desk?tab=issue&lang=zh-CN');
  const form = issuer.locator('[data-issue]');
  await form.locator('select').first().selectOption(permit);
  await form.locator('section').first().locator('input').nth(0).fill('李明（示例）');
  await form.locator('section').first().locator('input').nth(1).fill('430199199003070011');
  await form.locator('[data-field=address] input').fill('岳麓区麓山路1号');
  await form.locator('[data-field=registered_address] input').fill('永州市冷水滩区梅湾路1号');
  await form.getByRole('button', { name: '签发', exact: true }).click();
  await expect(issuer.locator('[data-one] [data-state]')).toHaveAttribute('data-state', 'valid');

  const phone = await person(browser, 'changsha', 'li.ming', '/wallet', { phone: true });
  const card = phone.locator('article', { has: phone.getByRole('heading', { name: '居住证' }) });
  await card.getByRole('button', { name: '添加到本机' }).click();
  await expect(card.getByText('已在本机', { exact: true })).toBeVisible();

  const xiangtan = await person(browser, 'xiangtan', 'clerk', '/counter');
  const accepted = await shown(xiangtan, phone, 'accepted', '认可');
  await expect(accepted.locator('[data-content]')).toContainText('岳麓区麓山路1号');
  await expect(accepted.locator('[data-ages]')).not.toBeEmpty();
  await inEnglish(xiangtan, 'accepted', /counts as|equivalent|may issue|status/i);

  const zhuzhou = await person(browser, 'zhuzhou', 'clerk', '/counter');
  const refused = await shown(zhuzhou, phone, 'not-accepted', '不认可');
  await expect(refused.locator('[data-reason=no-equivalent]')).toBeVisible();
  await inEnglish(zhuzhou, 'not accepted', /changsha|Changsha/);

  const proposer = await person(browser, 'zhuzhou', 'trust', '/trust?tab=proposals');
  await proposer.getByText('提议变更', { exact: true }).click();
  await proposer.getByLabel('哪个城市签发的').selectOption('changsha');
  await proposer.locator('label', { hasText: /^哪类证照/ }).locator('select').selectOption(permit);
  await proposer.getByLabel('理由').fill('两市商定互认居住证');
  await proposer.getByRole('button', { name: '提议并签署' }).click();
  await expect(proposer.getByText('已提议，并由本市签署。')).toBeVisible();
  await expect(proposer.locator('[data-proposal][data-stage=draft]', { hasText: '两市商定互认居住证' })).toContainText('还缺签署：长沙市');

  const signer = await person(browser, 'changsha', 'trust', '/trust?tab=proposals');
  const theirs = signer.locator('[data-proposal]', { hasText: '两市商定互认居住证' });
  await expect(async () => {
    await signer.getByRole('button', { name: '再查一次' }).click();
    await expect(theirs).toBeVisible({ timeout: 1500 });
  }).toPass();
  await theirs.getByRole('button', { name: '签署' }).click();
  await expect(theirs).toHaveAttribute('data-stage', 'waiting');

  const office = await person(browser, 'office', 'trust', '/trust?tab=proposals');
  const publish = office.getByRole('button', { name: /^发布第 \d+ 版$/ });
  await expect(async () => {
    await office.getByRole('button', { name: '再查一次' }).click();
    await expect(publish).toBeVisible({ timeout: 1500 });
  }).toPass();
  await expect(publish).toBeDisabled();
  await office.getByRole('checkbox', { name: '我已核对以上变更' }).check();
  await publish.click();
  await expect(office.getByText(/^已发布第 \d+ 版。$/)).toBeVisible();

  await expect(async () => {
    await proposer.goto('/trust?lang=zh-CN');
    await expect(proposer.locator(`[data-into=zhuzhou] [data-type="${permit}"]`)).toContainText('长沙市', { timeout: 1500 });
  }).toPass();
  await shown(zhuzhou, phone, 'accepted', '认可');
  await inEnglish(zhuzhou, 'accepted', /counts as|equivalent|may issue|status/i);

  const act = issuer.locator('[data-act]');
  await act.getByRole('button', { name: '吊销', exact: true }).click();
  await act.locator('form textarea').fill('隐瞒真实情况');
  await act.getByRole('checkbox').check();
  await act.locator('form button').click();
  await expect(issuer.locator('[data-one] [data-state]')).toHaveAttribute('data-state', 'revoked');
  const late = await shown(xiangtan, phone, 'not-accepted', '不认可');
  await expect(late.locator('[data-reason=status-revoked]')).toBeVisible();
  await inEnglish(xiangtan, 'not accepted', /revoked/);
});

test('what is shown offline states its age', async ({ browser }) => {
  const phone = await person(browser, 'changsha', 'li.ming', '/wallet', { phone: true });
  const slip = phone.waitForResponse((r) => /slip/.test(r.url()) && r.ok());
  await phone.getByRole('button', { name: '离线二维码' }).first().click();
  const { text } = (await (await slip).json()) as { text: string };
  const clerk = await person(browser, 'xiangtan', 'clerk', '/counter');
  for (const lang of ['zh-CN', 'en'] as const) {
    await clerk.goto(`/counter?tab=slip&lang=${lang}`);
    await clerk.getByRole('button', { name: lang === 'en' ? 'Housing fund loan' : '办理公积金贷款' }).click();
    await clerk.locator('textarea').fill(text);
    await clerk.getByRole('button', { name: lang === 'en' ? 'Check' : '核验', exact: true }).click();
    await expect(clerk.locator('[data-outcome] [data-ages]')).toContainText(lang === 'en' ? /old|ago|not known/ : /前|未知|没有/);
  }
});

test('a demonstration says so, and leads from city to city; who signs in is told what is wrong', async ({ page }) => {
  for (const [lang, words] of [['zh-CN', { demo: '演示', wrong: '登录名或密码不对', enter: '登录', login: '登录名', password: '密码', out: '退出本设备' }], ['en', { demo: 'Demonstration', wrong: 'wrong', enter: 'Sign in', login: 'Account', password: 'Password', out: 'Sign out here' }]] as const) {
    await page.goto(`/signin?lang=${lang}&to=//evil.example/`);
    const banner = page.locator('[data-demo=changsha]');
    await expect(banner).toContainText(words.demo);
    expect(await banner.getByRole('link').evaluateAll((all) => all.map((a) => new URL((a as HTMLAnchorElement).href).port))).toEqual([at.office, at.xiangtan, at.zhuzhou].map(String));
    await sound(page);
    await page.getByLabel(words.login, { exact: true }).fill('clerk');
    await page.getByLabel(words.password, { exact: true }).fill('no such password');
    await page.locator('form button[type=submit]').click();
    await expect(page.locator('[data-code=wrong-password]')).toContainText(words.wrong);
    await page.locator('[data-login=operator]').click();
    await expect(page).toHaveURL(new RegExp(`:${at.changsha}/(\\?|$)`));
    await expect(page.locator('header [data-person]')).toBeVisible();
    await page.goto(`/account?lang=${lang}`);
    await sound(page);
    await page.getByRole('button', { name: words.out }).click();
    await expect(page.locator('header [data-person]')).toHaveCount(0);
  }
});

test('nodes, accounts, the trust list and who vouches for the log are there for those who may see them', async ({ browser }) => {
  const page = await person(browser, 'changsha', 'operator', '/nodes');
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 780 });
    for (const lang of ['zh-CN', 'en']) {
      await page.goto(`/nodes?lang=${lang}`);
      await expect(page.locator('[data-node][data-answers=true]')).toHaveCount(3);
      await sound(page);
      await page.goto(`/trust?lang=${lang}`);
      await expect(page.locator('[data-city]')).toHaveCount(3);
      await sound(page);
      await page.goto(`/trust?tab=judge&lang=${lang}`);
      await page.locator('main form button[type=submit]').click();
      await expect(page.locator('[data-outcome]')).toBeVisible();
      await sound(page);
      await page.goto(`/people?lang=${lang}`);
      await expect(page.locator('li[data-login=clerk]')).toBeVisible();
      await sound(page);
      await page.goto(`/evidence?lang=${lang}`);
      await expect(page.locator('[data-witnesses="3"] tbody tr')).toHaveCount(3);
    }
  }
});
