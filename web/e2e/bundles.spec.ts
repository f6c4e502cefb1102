// One thing at once: somebody moves for work, answers what several items share once, and finds it in
// each of them; what stands beside is open at once, what follows opens once the first is granted.
import type { Page } from '@playwright/test';
import { agreed, carried, cleared, does, home, person, published, speaking } from './nodes';
import { expect, sound, test } from './walk';

const items = ['work-registration', 'lease-filing', 'social-security-transfer', 'medical-insurance-transfer'];
const li = { name: '李明（示例）', number: '430199199003070011', phone: '13900000003' };

test.use({ baseURL: home('zhuzhou') });
test.beforeAll(({ request }) => published(request));

/** The shared questions, left halfway and taken up again. */
async function answers(page: Page): Promise<void> {
  const ask = (place: string) => page.locator(`[data-ask="${place}"]`);
  await expect(ask('/name').locator('input')).toHaveValue(li.name); // who is signed in is known
  await expect(ask('/number').locator('input')).toHaveValue(li.number);
  await ask('/phone').locator('input').fill(li.phone);
  await ask('/old').getByText('Changsha').click();
  await ask('/new').getByText('Zhuzhou').click();
  await ask('/employer').locator('input').fill('Example Works Ltd');
  await page.waitForTimeout(1200); // it is kept once nobody types
  await speaking(page, 'en', '/bundles/work-move');
  await expect(ask('/employer').locator('input')).toHaveValue('Example Works Ltd');
  await expect(ask('/new').locator('input:checked')).toHaveCount(1);

  // what is missing is told at its field, which has the focus
  await page.locator('[data-start]').click();
  await expect(page.locator('[data-ask="/since"] [data-faults]')).toBeVisible();
  await expect(ask('/since').locator('input')).toBeFocused();
  await sound(page);
  await ask('/since').locator('input').fill('2026-11-02');
  await ask('/wants/lease').getByText('Yes', { exact: true }).click();
  await ask('/wants/medical').getByText('Yes', { exact: true }).click();
  await ask('/address').locator('input, textarea').first().fill('1 Example Road, Zhuzhou');
  await ask('/landlord').locator('input').fill('Example Landlord');
  await ask('/rent').locator('input').fill('1500');
  await ask('/rent_since').locator('input').fill('2026-11-01');
  await ask('/rent_until').locator('input').fill('2027-10-31');
  await ask('/agree').locator('input').check();
  await ask('/delivery').locator('label').first().click();
  await expect(page.locator('[data-plan] li')).toHaveCount(4);
  await sound(page);
}

test('a move for work is applied for at once, in its order', async ({ browser }) => {
  test.setTimeout(300_000);
  await cleared('zhuzhou', 'li.ming', items);
  const wallet = await person(browser, 'changsha', 'li.ming', '/wallet', { phone: true });
  await carried(wallet, '居民身份证');
  const page = await person(browser, 'zhuzhou', 'li.ming', '/services', { phone: true, lang: 'en' });
  await page.locator('[data-bundle=work-move]').click();
  await expect(page.locator('[data-step=lease]')).toBeVisible();
  await sound(page);
  await answers(page);
  await page.locator('[data-start]').click();

  await page.waitForURL(/\/cases\?.*bundle=/);
  const bundle = page.locator(`[data-bundle-case="${new URL(page.url()).searchParams.get('bundle')}"]`);
  const step = (id: string) => bundle.locator(`[data-step=${id}]`);
  for (const [id, state] of [['job', 'open'], ['lease', 'open'], ['pension', 'waiting'], ['medical', 'waiting']] as const) {
    await expect(step(id)).toHaveAttribute('data-state', state);
  }
  await sound(page);

  // the first: his identity card comes from the wallet of Changsha, by consent
  await step('job').getByRole('link').click();
  await page.locator('[data-want=identity] button').click();
  await sound(page);
  await agreed(wallet, (await page.locator('[data-want=identity] a[href^="openid4vp"]').getAttribute('href'))!);
  await expect(page.locator('[data-want=identity][data-shared=true]')).toBeVisible();
  await page.locator('[data-next]').click();
  await expect(page.locator('[data-ask="/employer"] input')).toHaveValue('Example Works Ltd');
  await page.locator('[data-next]').click();
  await page.locator('[data-submit]').click();
  await expect(page.locator('[data-sent]')).toBeVisible();
  await expect(page.locator('h1')).toBeFocused();
  const id = new URL(page.url()).pathname.split('/').pop()!;

  const clerk = await person(browser, 'zhuzhou', 'clerk', `/queue/${id}`);
  await does(clerk, 'accept');
  await does(clerk, 'grant', (p) => p.locator('[data-need=grounds] textarea').fill('已核对用人单位的参保记录'));
  await sound(clerk);

  // what waited for it is open, and says again what he answered once
  await speaking(page, 'en', '/cases');
  for (const [step_, state] of [['job', 'granted'], ['lease', 'open'], ['pension', 'open'], ['medical', 'open']] as const) {
    await expect(step(step_)).toHaveAttribute('data-state', state);
  }
  await sound(page);
  await step('medical').getByRole('link').click();
  await page.locator('[data-next]').click();
  await expect(page.locator('[data-ask="/phone"] input')).toHaveValue(li.phone);
  await expect(page.locator('[data-ask="/number"] input')).toHaveValue(li.number);

  // and how the first went
  await speaking(page, 'en', `/cases/${id}`);
  await expect(page.locator('[data-outcome=granted]')).toBeVisible();
  await page.locator('[data-rate]').getByText('very satisfied', { exact: true }).click();
  await sound(page);
  await page.locator('[data-rate] button[type=submit]').click();
  await expect(page.locator('[data-rated="5"]')).toBeVisible();
  await cleared('zhuzhou', 'li.ming', items);
});
