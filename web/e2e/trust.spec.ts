// What a demonstration in good order does not show of nodes and the trust list: messages that
// need a person, a list with something wrong, somebody who may not. The answers are drawn.
import type { Page } from '@playwright/test';
import { expect, langs, sound, test } from './walk';

const text = (zh: string, en: string) => ({ zh, en });
const node = { name: 'changsha', kind: 'city', title: text('长沙市', 'Changsha'), url: 'http://localhost:1', fingerprint: '1a2b 3c4d', authority: '长沙市行政审批服务局', demo: false, others: [{ name: 'zhuzhou', title: text('株洲市', 'Zhuzhou'), url: 'https://zhuzhou.example' }] };
const row = { id: 'r1', version: 1, city: 'changsha', authority: '11430100XXSPJ00010', name: '长沙市行政审批服务局', type: '11100000XXGAB00010003', from: '2026-01-01T00:00:00Z', thumbprint: 'k1', reason: '演示' };
const list = {
  at: '2026-11-26T00:00:00Z', version: 2, published: '2026-11-01T00:00:00Z', digest: 'ab'.repeat(32), confirmed: '2026-11-25T00:00:00Z', age: 86_400, rows: [row], equivalents: [],
  revoked: [{ id: 'x1', version: 2, city: 'changsha', key: 'k0', from: '2026-10-01T00:00:00Z', reason: '密钥被盗' }], elsewhere: [{ party: 'zhuzhou', version: 3, digest: 'cd' }],
  findings: [{ at: '2026-11-20T00:00:00Z', code: 'fork', party: 'zhuzhou', version: 2, sentence: 'zhuzhou: fork', remedy: 'compare' }],
};
const proposal = { id: 'p1', stage: 'draft', words: '签署未齐', late: false, signed: ['zhuzhou'], missing: ['changsha'], steps: [{ action: 'proposed', words: '提议', party: 'zhuzhou', at: '2026-11-20T00:00:00Z' }], change: { change: 'add-equivalent', by: 'zhuzhou', proposed: '2026-11-20T00:00:00Z', reason: '会商', equivalent: { of: { city: 'changsha', type: row.type }, as: { city: 'zhuzhou', type: row.type }, from: '2026-11-20T00:00:00Z' } } };

async function draw(page: Page, may: string[]): Promise<{ path: string; body: unknown }[]> {
  const sent: { path: string; body: unknown }[] = [];
  let letters = [{ box: 'out', id: 'm1', other: 'zhuzhou', kind: 'trust.proposal', case: 'trust', reason: 'its clock', remedy: 'set it' }, { box: 'in', id: 'm2', other: 'zhuzhou', kind: 'check.told', case: 'c', reason: 'unhandled', remedy: 'ask' }];
  const answers: Record<string, () => unknown> = {
    '/api/v1/node': () => node,
    '/api/v1/session': () => ({ password: true, passkeys: false, providers: [], demo: false, accounts: [], person: { id: 'a', name: '刘芳', kind: 'staff', city: 'changsha', roles: [{ name: 'trust-officer' }], may } }),
    '/api/v1/nodes': () => ({ log: 120, nodes: [{ name: 'zhuzhou', title: node.others[0]!.title, url: node.others[0]!.url, fingerprint: '5e6f', answers: false, error: 'connection refused', ahead: 0, waiting: 2, dead: 1, failed: 1 }], letters }),
    '/api/v1/trust/list': () => list,
    '/api/v1/trust/proposals': () => [proposal],
    '/api/v1/licence-types': () => ({ city: 'changsha', offices: [], types: [] }),
  };
  await page.route(/\/api\/v1\/(node|nodes|session|trust|licence-types)\b/, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (route.request().method() === 'GET') return route.fulfill({ json: answers[pathname]?.() ?? {} });
    sent.push({ path: pathname, body: route.request().postDataJSON() });
    if (pathname.endsWith('/sign')) return route.fulfill({ status: 403, contentType: 'application/problem+json', json: { title: 'no', status: 403, code: 'forbidden', detail: 'rule other-city', remedy: 'ask an operator' } });
    if (pathname.endsWith('/retry')) letters = letters.filter((l) => !pathname.includes(l.id));
    return pathname.endsWith('/retry') ? route.fulfill({ status: 204 }) : route.fulfill({ json: { ...proposal, stage: 'refused' } });
  });
  return sent;
}

for (const lang of langs) {
  const zh = lang === 'zh-CN';

  test(`messages that need a person say why, and get another turn from who may (${lang})`, async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    const sent = await draw(page, ['node.read', 'node.operate']);
    await page.goto(`/nodes?lang=${lang}`);
    await expect(page.locator('[data-node=zhuzhou]')).toContainText('connection refused');
    await expect(page.locator('[data-letter]')).toHaveCount(2);
    await expect(page.locator('[data-letter=m1]')).toContainText('its clock');
    await sound(page);
    await page.locator('[data-letter=m1] button').click();
    await expect(page.locator('[data-letter]')).toHaveCount(1);
    expect(sent).toEqual([{ path: '/api/v1/nodes/letters/m1/retry', body: null }]);
  });

  test(`who may not retry is told so (${lang})`, async ({ page }) => {
    await draw(page, ['node.read']);
    await page.goto(`/nodes?lang=${lang}`);
    await expect(page.getByText(zh ? '只有运维人员能再试。' : 'Only operators give them another turn.')).toBeVisible();
    await expect(page.locator('[data-letter] button')).toHaveCount(0);
  });

  test(`what is wrong with the list stands first, and what is revoked is said (${lang})`, async ({ page }) => {
    await draw(page, ['trust.read']);
    await page.goto(`/trust?lang=${lang}`);
    await expect(page.getByRole('alert')).toContainText(zh ? '株洲市: fork' : 'Zhuzhou: fork');
    await expect(page.getByRole('alert')).toContainText('3');
    await expect(page.getByText(zh ? '密钥被盗' : /what it signed from/).first()).toBeVisible();
    await expect(page.locator('[data-version="2"]')).toContainText(zh ? '24 小时前' : '24 h ago');
    await sound(page);
  });

  test(`a refusal of the node names its rule; a proposal is refused with a reason (${lang})`, async ({ page }) => {
    const sent = await draw(page, ['trust.read', 'trust.propose', 'trust.sign']);
    await page.goto(`/trust?tab=proposals&lang=${lang}`);
    const card = page.locator('[data-proposal=p1]');
    await expect(card).toContainText(zh ? '还缺签署：长沙市' : 'signatures missing: Changsha');
    await card.getByRole('button', { name: zh ? '签署' : 'Sign' }).click();
    await expect(card.locator('[data-code=forbidden]')).toContainText('rule other-city');
    await card.getByRole('button', { name: zh ? '拒绝' : 'Refuse' }).click();
    await card.locator('textarea').fill('类型不同');
    await sound(page);
    await card.getByRole('button', { name: zh ? '确认拒绝' : 'Refuse it' }).click();
    await expect(page.getByRole('status').filter({ hasText: zh ? '已拒绝' : 'Refused' })).toBeVisible();
    expect(sent.at(-1)).toEqual({ path: '/api/v1/trust/proposals/p1/refuse', body: { reason: '类型不同' } });
  });

  test(`who is no trust officer can only look (${lang})`, async ({ page }) => {
    await draw(page, ['trust.read']);
    await page.goto(`/trust?tab=proposals&lang=${lang}`);
    await expect(page.getByText(zh ? '您的角色不含' : 'you can only look')).toBeVisible();
    await expect(page.locator('[data-proposal] button')).toHaveCount(0);
  });
}

test('a board that stands alone has no rooms of licences and nobody to sign in', async ({ page }) => {
  await page.goto('/help?lang=en');
  await expect(page.getByRole('navigation').getByRole('link')).toHaveCount(7);
  await expect(page.locator('[data-demo], header [data-person], header .who')).toHaveCount(0);
});
