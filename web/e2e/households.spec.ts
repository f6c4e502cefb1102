// The register of households: entered, found by number and name, a birth, a block; and where somebody is registered.
import { home, invented, person } from './nodes';
import { expect, sound, test } from './walk';

test.use({ baseURL: home('xiangtan') });

test('a household is entered and found, a child is born into it, a registration is blocked and freed', async ({ browser }) => {
  test.setTimeout(300_000);
  const serial = Date.now() % 900;
  const head = invented('1985-03-07', serial | 1);
  const child = invented('2026-05-01', (serial | 1) + 1);
  const page = await person(browser, 'xiangtan', 'registrar', '/households');
  await expect(page.locator('[data-household]').first()).toBeVisible();
  await sound(page);

  await page.goto('/households?tab=enter&lang=zh-CN');
  const form = page.locator('[data-enter]');
  await form.getByLabel('地址').fill(`湘潭市示例区示例路${serial}号`);
  await form.getByLabel('公民身份号码').fill(head.slice(0, 17) + (head.endsWith('0') ? '1' : '0'));
  await expect(form).toContainText('号码不对');
  await form.getByLabel('公民身份号码').fill(head);
  await expect(form).toContainText('1985年3月7日');
  await form.getByLabel('姓名').fill('彭立（示例）');
  await form.getByLabel('理由').fill('立户');
  await sound(page);
  await form.getByRole('button', { name: '登记', exact: true }).click();
  await expect(page).toHaveURL(/\/households\/[0-9a-f-]+/); // once the other cities have answered
  await expect(page.locator(`[data-member="${head}"]`)).toContainText('户主');

  await page.goto(`/households?lang=en&q=${head}`);
  await expect(page.locator('[data-where=xiangtan]')).toContainText('registered in this city');
  await sound(page);
  await page.locator('tr[data-household] a').click();
  const tools = page.locator('[data-registrar]');
  await tools.getByRole('button', { name: 'Enter a birth' }).first().click();
  await tools.getByLabel('Citizen\'s number').fill(child);
  await tools.getByLabel('Name', { exact: true }).fill('彭新（示例）');
  await tools.getByLabel('To the head').selectOption('30');
  await tools.getByRole('checkbox', { name: /彭立/ }).check();
  await tools.getByLabel('Reason').fill('birth certificate seen');
  await sound(page);
  await tools.getByRole('button', { name: 'Enter a birth' }).last().click();
  await expect(page.locator(`[data-member="${child}"]`)).toContainText('Guardians: 彭立');

  for (const [name, done] of [['Block a registration', true], ['Lift the block', false]] as const) {
    await tools.getByRole('button', { name: 'Block a registration' }).first().click();
    await tools.getByLabel('Whose registration').selectOption(head);
    if (done) await tools.locator('select').nth(1).selectOption('frozen');
    await tools.getByLabel('Reason').fill('inquiry 7');
    await tools.getByRole('button', { name }).last().click();
    await expect(page.locator(`[data-member="${head}"] .block`)).toHaveCount(done ? 1 : 0);
  }
  await expect(page.locator('[data-version]')).toHaveCount(4);
  await sound(page);

  await page.setViewportSize({ width: 360, height: 760 });
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  for (const lang of ['zh-CN', 'en']) {
    await page.goto(`${new URL(page.url()).pathname}?lang=${lang}&person=${head}`);
    await sound(page);
  }
});
