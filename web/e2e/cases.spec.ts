// The long way of an application: left halfway and taken up again, a licence shared by consent,
// more asked for and answered, its time paused, handed to another office, objected to, refused,
// reviewed and rated. The citizen of Zhuzhou has a phone, the clerks sit at a desk.
import type { Page } from '@playwright/test';
import { cleared, does, home, person, published, speaking, submitted } from './nodes';
import { expect, sound, test } from './walk';

const item = 'social-security-card';

test.use({ baseURL: home('zhuzhou') });
test.describe.configure({ mode: 'default' });
test.beforeAll(({ request }) => published(request));

const need = (name: string) => `[data-need=${name}] :is(textarea, select, input)`;

/** The citizen looks at her case, in the state that it is in. */
async function sees(page: Page, path: string, state: string): Promise<void> {
  await speaking(page, 'zh-CN', path);
  await expect(page.locator(`[data-track=${state}]`)).toBeVisible();
}

/** She applies: leaves in the middle, comes back, and shares her identity card. */
async function applies(zhou: Page): Promise<string> {
  await speaking(zhou, 'zh-CN', `/services/${item}`);
  await zhou.locator('[data-apply] button.strong').click();
  await zhou.locator('[data-next]').click();
  const ask = (place: string) => zhou.locator(`[data-ask="${place}"]`);
  await ask('/phone').locator('input').fill('13900000001');
  await ask('/card').getByText('实体卡和电子卡').click();
  await expect(zhou.locator('[data-saved=yes]')).toBeVisible();
  const path = new URL(zhou.url()).pathname;

  // a link of the frame leads away at once; what she typed last is kept all the same
  await ask('/bank').locator('select').selectOption('ccb');
  await zhou.getByRole('link', { name: '以后再填，先离开' }).click();
  await expect(zhou.locator(`[data-heap=todo] [data-case="${path.split('/').pop()}"]`)).toContainText('草稿');
  await sound(zhou);
  await zhou.locator(`[data-case="${path.split('/').pop()}"]`).click();
  await zhou.locator('[data-next]').click();
  await expect(ask('/phone').locator('input')).toHaveValue('13900000001');
  await expect(ask('/bank').locator('select')).toHaveValue('ccb');
  await sound(zhou);

  // without her identity card it is not handed in, and she is told where to give it
  await zhou.locator('[data-next]').click();
  await expect(zhou.locator('[data-papers]')).toContainText('居民身份证');
  await expect(zhou.locator('[data-open]')).toContainText('给谁申领');
  await sound(zhou);
  await zhou.locator('[data-lacking] button').click();
  await expect(zhou.locator('[data-wizard=share]')).toBeVisible();
  await zhou.locator('[data-want=identity] button').click();
  await sound(zhou);
  await zhou.locator('[data-agree] button[type=submit]').click();
  await expect(zhou.locator('[data-want=identity][data-shared=true]')).toBeVisible();
  await zhou.locator('[data-next]').click();
  await expect(ask('/number').locator('input')).toHaveValue('430299198811150029');
  await ask('/delivery').locator('label').first().click();
  await zhou.locator('[data-next]').click();
  await zhou.locator('[data-submit]').click(); // one question is still open: she is taken to it
  await expect(ask('/for').locator('[data-faults]')).toBeVisible();
  await expect(ask('/for').locator('input').first()).toBeFocused();
  await ask('/for').getByText('本人').click();
  await zhou.locator('[data-next]').click();
  await zhou.locator('[data-submit]').click();
  await expect(zhou.locator('[data-sent]')).toContainText('前答复');
  await expect(zhou.locator('[data-track=submitted]')).toBeVisible();
  await expect(zhou.locator('h1')).toBeFocused();
  await sound(zhou);
  return path;
}

test('an application is supplemented, paused, handed over, objected to, refused, reviewed and rated', async ({ browser }) => {
  test.setTimeout(300_000);
  await cleared('zhuzhou', 'zhou.yun', [item]);
  const zhou = await person(browser, 'zhuzhou', 'zhou.yun', '/cases', { phone: true });
  const path = await applies(zhou);
  const clerk = await person(browser, 'zhuzhou', 'clerk', `/queue/${path.split('/').pop()}`);
  await expect(clerk.locator('[data-application] [data-answer="/phone"]')).toContainText('13900000001');

  // more is asked for: she reads what, mends it and sends it again
  await does(clerk, 'ask-more', (p) => p.locator(need('reason')).fill('请补正：手机号码无法接通，请换一个能联系上的号码。'));
  await sound(clerk);
  await speaking(zhou, 'zh-CN', '/notices');
  await expect(zhou.locator('[data-notice="case.ask-more"]').first()).toContainText('请补充材料');
  await zhou.locator('[data-notice="case.ask-more"] a').first().click();
  await expect(zhou.locator('[data-told]')).toContainText('手机号码无法接通');
  await expect(zhou.locator('[data-told]')).toContainText(/请在.+前补好/);
  await expect(zhou.locator('[data-wizard=fill]')).toBeVisible();
  await sound(zhou);
  await zhou.locator('[data-ask="/phone"] input').fill('13900000002');
  await zhou.locator('[data-next]').click();
  await zhou.locator('[data-submit]').click();
  await expect(zhou.locator('[data-track=submitted]')).toBeVisible();

  // accepted, its time paused with a reason that she reads, and resumed
  await does(clerk, 'accept');
  await expect(clerk.locator('[data-application] [data-answer="/phone"]')).toContainText('13900000002');
  await does(clerk, 'pause', (p) => p.locator(need('reason')).fill('等待制卡中心核对照片'));
  await sees(zhou, path, 'paused');
  await expect(zhou.locator('[data-where]')).toContainText('等待制卡中心核对照片');
  await sound(zhou);
  await does(clerk, 'resume');
  await sees(zhou, path, 'accepted');
  await expect(zhou.locator('[data-where]')).toContainText(/还有 \d+ 个工作日/);

  // handed to another office, as she sees; she objects, and the supervisor answers her
  await does(clerk, 'hand-over', async (p) => {
    await p.locator(need('reason')).fill('制卡由医保部门办理');
    await p.locator(need('office')).selectOption({ label: '株洲市医疗保障局' });
  });
  await sees(zhou, path, 'accepted');
  await expect(zhou.locator('[data-where]')).toContainText('株洲市医疗保障局');
  await expect(zhou.locator('[data-event=hand-over]')).toContainText('移交给株洲市医疗保障局');
  await does(zhou, 'object', (p) => p.locator(need('reason')).fill('制卡一直由人社部门办理，不应转出。'));
  await sees(zhou, path, 'objected');
  await sound(zhou);
  const supervisor = await person(browser, 'zhuzhou', 'supervisor', `/queue/${path.split('/').pop()}`);
  await expect(supervisor.locator('[data-case]')).toHaveAttribute('data-state', 'objected');
  await does(supervisor, 'answer', (p) => p.locator(need('reason')).fill('两家已并窗办理，不影响时限。'));
  await sound(supervisor);
  await sees(zhou, path, 'accepted');
  await expect(zhou.locator('[data-event=answer]')).toContainText('两家已并窗办理');

  // refused with grounds; she asks for a review, and it is upheld
  await speaking(clerk, 'zh-CN');
  await does(clerk, 'refuse', (p) => p.locator(need('grounds')).fill('已持有有效的社会保障卡，无需再次申领。'));
  await sees(zhou, path, 'decided');
  await expect(zhou.locator('[data-outcome=refused] .grounds').first()).toContainText('已持有有效的社会保障卡');
  await expect(zhou.locator('[data-appeal-by]')).toBeVisible();
  await sound(zhou);
  await does(zhou, 'appeal', (p) => p.locator(need('grounds')).fill('原卡已损坏，读不出来。'));
  await expect(zhou.locator('[data-appeal=open]')).toBeVisible();
  await expect(zhou.locator('#moves-title')).toBeFocused();
  await speaking(supervisor, 'zh-CN');
  await does(supervisor, 'uphold', (p) => p.locator(need('grounds')).fill('卡损坏应申请换卡，不是申领。'));
  await sees(zhou, path, 'closed');
  await expect(zhou.locator('[data-appeal=upheld]')).toContainText('应申请换卡');

  // and she says how it went
  await zhou.locator('[data-rate]').getByText('不满意', { exact: true }).click();
  await zhou.locator('[data-rate] textarea').fill('一开始没说清楚是换卡。');
  await zhou.locator('[data-rate] button[type=submit]').click();
  await expect(zhou.locator('[data-rated="2"]')).toContainText('一开始没说清楚');
  await sound(zhou);
  await speaking(clerk, 'zh-CN');
  await expect(clerk.locator('[data-rating]')).toContainText('一开始没说清楚');
  await sound(clerk);
});

test('an application is taken back, and a review of a refusal too', async ({ browser }) => {
  const zhou = await person(browser, 'zhuzhou', 'zhou.yun', '/cases', { phone: true, lang: 'en' });
  const first = await submitted('zhuzhou', 'zhou.yun');
  await speaking(zhou, 'en', `/cases/${first}`);
  await zhou.locator('[data-move=withdraw]').click();
  await expect(zhou.locator('[data-moves] form input[type=checkbox]')).toBeFocused();
  await expect(zhou.locator('[data-moves] form')).toContainText('cannot be undone');
  await zhou.getByRole('button', { name: 'Cancel' }).click();
  await expect(zhou.locator('[data-move=withdraw]')).toBeFocused();
  await does(zhou, 'withdraw');
  await expect(zhou.locator('[data-track=withdrawn]')).toBeVisible();
  await sound(zhou);

  const second = await submitted('zhuzhou', 'zhou.yun');
  const clerk = await person(browser, 'zhuzhou', 'clerk', `/queue/${second}`, { lang: 'en' });
  await does(clerk, 'accept');
  // what is wrong is told at its field, and what was typed is still there
  await clerk.locator('[data-move=pause]').click();
  await clerk.locator(need('reason')).fill('the photograph is being compared');
  await clerk.locator(need('until')).evaluate((e) => e.removeAttribute('min'));
  await clerk.locator(need('until')).fill('2026-01-01');
  await clerk.locator('[data-moves] form button[type=submit]').click();
  await expect(clerk.locator('[data-need=until] [data-faults]')).toContainText('2026-01-01');
  await expect(clerk.locator(need('until'))).toBeFocused();
  await expect(clerk.locator(need('reason'))).toHaveValue('the photograph is being compared');
  await sound(clerk);
  await clerk.getByRole('button', { name: 'Cancel' }).click();
  await does(clerk, 'refuse', (p) => p.locator(need('grounds')).fill('the photograph does not meet the standard'));
  await sound(clerk);
  await speaking(zhou, 'en', `/cases/${second}`);
  await expect(zhou.locator('[data-outcome=refused] .grounds')).toContainText('does not meet the standard');
  await does(zhou, 'appeal', (p) => p.locator(need('grounds')).fill('it was taken by the office itself'));
  await expect(zhou.locator('[data-track=appealed]')).toBeVisible();
  await does(zhou, 'withdraw-appeal');
  await expect(zhou.locator('[data-track=closed]')).toBeVisible();
  await expect(zhou.locator('[data-appeal=withdrawn]')).toContainText('withdrawn by the applicant');
  await sound(zhou);
});
