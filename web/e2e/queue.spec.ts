// A clerk's day: the queue, a case taken from it, its clock paused and resumed, and its decision.
import { home, person, submitted } from './nodes';
import { expect, sound, test } from './walk';

test.use({ baseURL: home('changsha') });
test.describe.configure({ mode: 'default' });

const words = {
  'zh-CN': { take: /^领取/, left: /还剩 \d+ 个工作日/, paused: /暂停计时/, reason: '原因', grounds: '理由和依据', cannot: /不能撤回/, none: '现在轮不到您办' },
  en: { take: /^Take/, left: /\d+ working days? left/, paused: /Paused/, reason: 'reason', grounds: 'grounds', cannot: /cannot be undone/, none: 'Nothing is for you to do now' },
};

test('a case is found by keyboard, taken, paused, resumed and decided, in both languages', async ({ browser }) => {
  test.setTimeout(300_000);
  const id = await submitted('changsha', 'li.ming');
  const page = await person(browser, 'changsha', 'clerk', '/queue');
  const zh = words['zh-CN'];
  const row = page.locator(`[data-row="${id}"]`);
  await expect(row).toContainText(zh.left);
  await sound(page);

  // j walks to it, Enter opens it
  await expect(async () => {
    await page.keyboard.press('j');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-case'))).toBe(id);
  }).toPass();
  await page.keyboard.press('t');
  await expect(row.getByRole('button', { name: zh.take })).toHaveCount(0);
  await page.locator('[data-heap=mine]').click();
  await expect(row).toBeVisible();
  await row.getByRole('link').click();
  await expect(page).toHaveURL(new RegExp(`/queue/${id}`));
  await expect(page.locator('[data-application] [data-answer="/phone"]')).toContainText('13800000000');
  await expect(page.locator('[data-case]')).toHaveAttribute('data-state', 'submitted');

  const moves = page.locator('[data-moves]');
  await moves.locator('[data-move=accept]').click();
  await expect(page.locator('[data-case]')).toHaveAttribute('data-state', 'accepted');
  await expect(page.locator('[data-done]')).toBeVisible();
  await expect(page.locator('[data-event=accept]')).toBeVisible();
  await moves.locator('[data-move=pause]').click();
  await expect(moves.locator('form button[type=submit]')).toBeDisabled();
  await moves.getByLabel(zh.reason).fill('等待制证中心复核照片');
  await sound(page);
  await moves.locator('form button[type=submit]').click();
  await expect(page.locator('[data-clock]')).toContainText(zh.paused);
  await expect(page.locator('[data-clock]')).toContainText('等待制证中心复核照片');

  const en = words.en;
  await page.goto(`/queue/${id}?lang=en`);
  await expect(page.locator('[data-clock]')).toContainText(en.paused);
  await moves.locator('[data-move=resume]').click();
  await expect(page.locator('[data-clock]')).toContainText(en.left);
  await moves.locator('[data-move=refuse]').click();
  await moves.getByLabel(en.grounds).fill('The photograph does not meet the standard.');
  await expect(moves.locator('form button[type=submit]')).toBeDisabled();
  await moves.getByRole('checkbox', { name: en.cannot }).check();
  await sound(page);
  await moves.locator('form button[type=submit]').click();
  await expect(page.locator('[data-decision=refused]')).toContainText('The photograph does not meet the standard.');
  await expect(moves).toContainText(en.none);
  await sound(page);

  await page.setViewportSize({ width: 360, height: 760 });
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  for (const lang of ['zh-CN', 'en']) {
    for (const path of [`/queue/${id}`, '/queue']) {
      await page.goto(`${path}?lang=${lang}`);
      await sound(page);
    }
  }
});

test('the course of an affair is drawn, and said in words', async ({ page }) => {
  for (const [lang, state] of [['zh-CN', '草稿'], ['en', 'draft']] as const) {
    await page.goto(`/courses/standard?lang=${lang}&now=accepted`);
    await expect(page.locator('.machine .state.now')).toBeVisible();
    await expect(page.locator('[data-state=draft] h3')).toHaveText(new RegExp(state, 'i'));
    expect(await page.locator('[data-state]').count()).toBe(await page.locator('.machine .state').count());
    await sound(page);
  }
});

test('who handles no cases is told so', async ({ browser }) => {
  const page = await person(browser, 'changsha', 'li.ming', '/queue');
  await expect(page.locator('main')).toContainText('没有查看办件的权限');
  await expect(page.locator('[data-row]')).toHaveCount(0);
});
