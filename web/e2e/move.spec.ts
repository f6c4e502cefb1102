// The story of a move: a citizen of Zhuzhou applies in Changsha from her phone, shows licences of
// Zhuzhou out of her wallet, the clerk of each city does his part, and her new household register
// counts in Xiangtan. The clerk of Changsha works in Chinese, that of Zhuzhou in English; what the
// citizen reads is looked at in both. (ports of playwright.config.ts)
import type { Page } from '@playwright/test';
import { agreed, carried, does, home, person, published, speaking } from './nodes';
import { expect, langs, sound, test, type Lang } from './walk';

const register = '11100000XXGAB00010001';
const her = { number: '430299198811150029', name: '周云（示例）' };
const husband = { number: '43029919870203001X', name: '陈涛（示例）' };
const host = { login: 'li.ming', name: '李明（示例）' };

test.use({ baseURL: home('changsha') });

test.beforeAll(({ request }) => published(request));

/** What the applicant reads of her case, in both languages. */
async function reads(page: Page, path: string, state: string, said: Record<Lang, RegExp>): Promise<void> {
  for (const lang of langs) {
    await speaking(page, lang, path);
    await expect(page.locator(`[data-track=${state}]`)).toBeVisible({ timeout: 60_000 });
    await expect(page.locator('[data-registered]')).toContainText(said[lang]);
    await sound(page);
  }
}

async function told(page: Page, code: string, said: Record<Lang, RegExp>): Promise<void> {
  for (const lang of langs) {
    await speaking(page, lang, '/notices');
    await expect(page.locator(`[data-notice="${code}"]`).first()).toContainText(said[lang]);
  }
}

test('a household registration moves from Zhuzhou to Changsha, and counts in Xiangtan', async ({ browser }) => {
  test.setTimeout(900_000);
  const old = await person(browser, 'zhuzhou', 'zhou.yun', '/wallet', { phone: true });
  await carried(old, '居民户口簿');
  await carried(old, '居民身份证');

  const zhou = await person(browser, 'changsha', 'zhou.yun', '/services', { phone: true });
  await zhou.getByRole('searchbox', { name: /想办的事/ }).fill('迁户口');
  await zhou.locator('[data-service=household-transfer]').click();
  for (const lang of langs) {
    await speaking(zhou, lang);
    await expect(zhou.locator('h1')).toHaveText(lang === 'en' ? /household registration/i : '户口迁移');
    await sound(zhou);
  }
  await speaking(zhou, 'zh-CN');
  await zhou.locator('[data-apply] button.strong').click();

  for (const paper of ['household-register', 'identity']) {
    const want = zhou.locator(`[data-want="${paper}"]`);
    await want.getByRole('button').first().click();
    const link = await want.locator('a[href^="openid4vp"]').getAttribute('href');
    await agreed(old, link!);
    await expect(zhou.locator(`[data-want="${paper}"][data-shared=true]`)).toBeVisible();
  }
  await zhou.locator('[data-next]').click();
  const ask = (place: string) => zhou.locator(`[data-ask="${place}"]`);
  await ask('/kind').getByText('工作调动').click();
  await ask('/from').getByText('株洲').click();
  await ask('/people').getByText(her.name).first().click();
  await ask('/people/0/relation').locator('select').selectOption('97');
  await ask('/leaves').getByText('是', { exact: true }).click();
  await ask('/successor/name').locator('input').fill(husband.name);
  await ask('/successor/number').locator('input').fill(husband.number);
  await ask('/as').getByText('落在别人的户里').click();
  // the host gives the number of his household, from which nobody learns who lives there
  const li = await person(browser, 'changsha', host.login, '/household', { phone: true });
  const household = await li.locator('[data-household]').getAttribute('data-household');
  await ask('/host/household').locator('input').fill(household!);
  await ask('/phone').locator('input').fill('13900000000');
  await expect(zhou.locator('[data-saved=yes]')).toBeVisible();
  for (const lang of langs) {
    await speaking(zhou, lang); // comes back, and everything is there
    await expect(ask('/phone').locator('input')).toHaveValue('13900000000');
    await sound(zhou);
  }
  await speaking(zhou, 'zh-CN');
  await zhou.locator('[data-next]').click();
  await expect(zhou.locator('[data-answer="/successor/number"]')).toContainText(husband.number);
  await zhou.locator('[data-submit]').click();
  await expect(zhou.locator('[data-track]')).toBeVisible(); // it is handed in: leaving before would take the request along
  const id = /\/cases\/([^/?]+)/.exec(zhou.url())![1]!;
  const path = `/cases/${id}`;
  await reads(zhou, path, 'in-examining', { 'zh-CN': /您的户口现在在株洲/, en: /registered in Zhuzhou/ });
  await expect(zhou.locator('[data-consent=asked]')).toBeVisible();
  await expect(zhou.locator('main')).not.toContainText(host.name);

  const changsha = await person(browser, 'changsha', 'clerk', `/queue/${id}`);
  await speaking(changsha, 'zh-CN', `/queue/${id}`);
  // he sees what is asked and how it stands before he promises
  const asked = changsha.locator('[data-eligibility=false] [data-condition]');
  await expect(asked).toHaveCount(7);
  await expect(changsha.locator('[data-consent=asked]')).toContainText(host.name);
  await agrees(li);
  await expect(changsha.locator('[data-condition=consent][data-stands=met]')).toBeVisible({ timeout: 60_000 });
  await expect(changsha.locator('[data-consent=agreed]')).toContainText(host.name);
  await expect(changsha.locator('[data-condition=employment][data-stands=unseen]')).toContainText('原件还没有看');
  await expect(changsha.locator('[data-condition=age][data-stands=met]')).toContainText('《劳动法》第十五条');
  await sound(changsha);
  await does(changsha, 'in-promise', async (p) => {
    await p.locator('[data-need=grounds] textarea').fill('工作调动，材料齐全，接收户同意');
    await p.locator('[data-need=papers]').getByRole('checkbox', { name: '劳动合同或录用证明' }).check();
  });
  await expect(changsha.locator('[data-eligibility=true] [data-stands=met]')).toHaveCount(7);
  await reads(zhou, path, 'in-there', { 'zh-CN': /您的户口现在在株洲/, en: /registered in Zhuzhou/ });
  await told(zhou, 'case.in-promise', { 'zh-CN': /已准予迁入/, en: /may move in/ });

  const zhuzhou = await person(browser, 'zhuzhou', 'clerk', `/queue/${id}`, { lang: 'en' });
  await speaking(zhuzhou, 'en', `/queue/${id}`);
  await does(zhuzhou, 'out-reached', async (p) => void (await p.locator('[data-need=channel] select').selectOption('phone')));
  // it is refused, she asks for a review where she applied, and somebody else takes the refusal back
  await does(zhuzhou, 'out-refuse', async (p) => {
    await p.locator('[data-need=grounds] textarea').fill('the file could not be found');
    await p.locator('[data-need=code] select').selectOption('other');
  });
  await reads(zhou, path, 'in-refused', { 'zh-CN': /您的户口现在在株洲/, en: /registered in Zhuzhou/ });
  await expect(zhou.locator('[data-appeal-by]')).toBeVisible();
  await expect(zhou.locator('[data-outcome=refused] .grounds')).not.toContainText(/[\u4e00-\u9fff]/); // English alone
  await speaking(zhou, 'zh-CN', path);
  await does(zhou, 'appeal', async (p) => p.locator('[data-need=grounds] textarea').fill('档案在社区，请再核'));
  await reads(zhou, path, 'in-appeal-there', { 'zh-CN': /您的户口现在在株洲/, en: /registered in Zhuzhou/ });
  const reviewer = await person(browser, 'zhuzhou', 'supervisor', `/queue/${id}`);
  await does(reviewer, 'out-change', async (p) => p.locator('[data-need=grounds] textarea').fill('档案已找到，撤销原决定'));
  await reads(zhou, path, 'in-there', { 'zh-CN': /您的户口现在在株洲/, en: /registered in Zhuzhou/ });
  await told(zhou, 'case.in-changed', { 'zh-CN': /迁出地改变了决定/, en: /changed its decision/ });
  await speaking(zhuzhou, 'en', `/queue/${id}`);
  await does(zhuzhou, 'out-reached', async (p) => void (await p.locator('[data-need=channel] select').selectOption('phone')));
  await does(zhuzhou, 'out-decide', async (p) => p.locator('[data-need=grounds] textarea').fill('verified with the applicant by telephone'));

  await reads(zhou, path, 'closed', { 'zh-CN': /您的户口现在在长沙/, en: /registered in Changsha/ });
  await told(zhou, 'case.in-booked', { 'zh-CN': /已落户/, en: /registered in Changsha/ });
  await expect(async () => {
    await speaking(zhou, 'zh-CN', path);
    await expect(zhou.locator(`[data-gets] [data-licence="${register}"][data-state=valid]`)).toBeVisible({ timeout: 3000 });
  }).toPass();
  for (const [format, type] of [['pdf', 'application/pdf'], ['json', 'application/json']] as const) {
    const file = zhou.locator(`[data-file=${format}]`);
    expect((await file.boundingBox())!.height).toBeGreaterThanOrEqual(44);
    const got = await zhou.request.get((await file.getAttribute('href'))!);
    expect([got.status(), got.headers()['content-type']]).toEqual([200, type]);
  }
  for (const lang of langs) {
    await speaking(zhou, lang, '/household');
    await expect(zhou.locator('[data-registered=changsha]')).toBeVisible();
    await expect(zhou.locator(`[data-member="${her.number}"]`)).toBeVisible();
    await sound(zhou);
  }
  await speaking(old, 'zh-CN', '/household');
  await expect(old.locator('[data-registered=changsha]')).toBeVisible();

  // the new register counts in Xiangtan
  await speaking(zhou, 'zh-CN', '/wallet');
  await carried(zhou, '居民户口簿');
  const xiangtan = await person(browser, 'xiangtan', 'clerk', '/counter');
  await accepted(xiangtan, zhou);
});

/** The host is told, reads who asks, and agrees. */
async function agrees(li: Page): Promise<void> {
  await told(li, 'case.host-ask', { 'zh-CN': /申请落户到您的户里/, en: /registered in your household/ });
  await speaking(li, 'zh-CN', '/notices');
  await li.locator('[data-notice="case.host-ask"] a').first().click();
  await li.waitForURL(/\/cases\//);
  const path = new URL(li.url()).pathname;
  for (const lang of langs) {
    await speaking(li, lang, path);
    await expect(li.locator('[data-hostask=host-asked]')).toContainText(her.name);
    await sound(li);
  }
  await speaking(li, 'zh-CN', path);
  await does(li, 'host-agree');
  await expect(li.locator('[data-hostask=host-agreed]')).toBeVisible();
}

/** A clerk of a third city asks for the register of whoever stands before him. */
async function accepted(clerk: Page, phone: Page): Promise<void> {
  await clerk.goto('/counter?lang=zh-CN');
  await clerk.locator('main select').first().selectOption(register);
  await clerk.getByRole('button', { name: '办理公积金贷款' }).click();
  await clerk.getByRole('checkbox', { name: '住址', exact: true }).check();
  await clerk.getByRole('button', { name: '生成二维码' }).click();
  await agreed(phone, (await clerk.locator('[data-request=open] a.button').getAttribute('href'))!);
  const verdict = clerk.locator('[data-outcome=accepted]');
  await expect(verdict).toBeVisible();
  await expect(verdict.locator('[data-content]')).toContainText('长沙市示例区示例路1号');
  const checks = (await (await clerk.request.get('/api/v1/counter/checks?lang=en')).json()) as { outcome: { name: string } }[];
  expect(checks[0]?.outcome.name).toMatch(/^accepted$/i);
}
