// The catalogue's editor: faults at the field, a version published with its reason, and taken back.
import { home, person } from './nodes';
import { expect, sound, test } from './walk';

test.use({ baseURL: home('xiangtan') });

test('an item is edited with its faults at the field, published, and brought back', async ({ browser }) => {
  test.setTimeout(300_000);
  const page = await person(browser, 'xiangtan', 'editor', '/catalogue');
  await expect(page.locator('[data-service]').first()).toBeVisible();
  await sound(page);
  await page.goto('/catalogue/signboard?lang=zh-CN&group=limits');
  const days = page.locator('[data-at="/limits/promised/count"] input');
  await expect(page.locator('[data-sound=true]')).toBeVisible();
  const before = await days.inputValue();
  const publish = page.locator('[data-publish] button');
  await expect(publish).toBeDisabled();

  await days.fill('-3');
  await expect(page.locator('[data-at="/limits/promised/count"] [data-fault]')).toBeVisible();
  await expect(days).toHaveAttribute('aria-invalid', 'true');
  await sound(page);
  await page.getByRole('button', { name: '撤销上一步' }).click();
  await expect(days).toHaveValue(before);
  await expect(page.locator('[data-sound=true]')).toBeVisible();

  await page.locator('[data-group=places]').click();
  const phone = page.locator('[data-at="/consult/phone"] input');
  const line = await phone.inputValue();
  await phone.fill('0731-58550000');
  await page.locator('[data-group=basics]').click();
  await page.locator('[data-at="/plain"] textarea').first().fill('店铺门口挂招牌，先来这里登记');
  await page.locator('[data-at="/plain"] textarea').last().fill('Hang a signboard over a shop: register it here first');
  await expect(page.locator('[data-sound=true]')).toBeVisible();
  await expect(page.locator('[data-change="/consult/phone"]')).toContainText('0731-58550000');
  await page.getByRole('button', { name: '群众看到的' }).click();
  await expect(page.locator('[data-preview]')).toContainText('店铺门口挂招牌');
  await page.getByRole('button', { name: '编辑', exact: true }).click();
  await page.locator('[data-publish] textarea').fill('承诺时限调整');
  await publish.click();
  const versions = page.locator('[data-version]');
  await expect(versions.first()).toContainText('承诺时限调整');
  await versions.first().getByRole('button', { name: '改了什么' }).click();
  await expect(versions.first().locator('[data-change]')).toHaveCount(2);

  await page.goto('/catalogue/signboard?lang=en&tab=compare');
  await sound(page);
  await page.getByRole('button', { name: 'Everything' }).click();
  await expect(page.locator('[data-field=consult].differs')).toContainText('0731-58550000');
  await sound(page);
  await page.goto('/catalogue/signboard?lang=en&tab=preview');
  await expect(page.locator('[data-preview]')).toContainText('Hang a signboard over a shop');
  await sound(page);
  await page.goto('/catalogue/signboard?lang=en&tab=form');
  await expect(page.locator('[data-question]').first()).toBeVisible();
  await sound(page);

  await page.goto('/catalogue/signboard?lang=en&tab=versions');
  await versions.nth(1).getByRole('button', { name: 'Bring this version back' }).click();
  await page.locator('[data-revert] textarea').fill('It was a mistake');
  await sound(page);
  await page.locator('[data-revert] button').click();
  await expect(versions.first()).toContainText('It was a mistake');
  await page.goto('/catalogue/signboard?lang=en&group=places');
  await expect(phone).toHaveValue(line);

  await page.setViewportSize({ width: 360, height: 760 });
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  for (const path of ['/catalogue', '/catalogue/signboard', '/catalogue/signboard?tab=versions']) {
    await page.goto(path);
    await sound(page);
  }
});

test('who keeps no catalogue is told so', async ({ browser }) => {
  const page = await person(browser, 'xiangtan', 'clerk', '/catalogue');
  await expect(page.locator('main')).toContainText('您的账号不能改目录');
});
