// A citizen finds what he wants done, applies, leaves and comes back, shares a licence, sends it,
// follows it and is told; on a phone in Chinese, at a desk in English. (ports of playwright.config.ts)
import { home, person } from './nodes';
import { expect, sound, test } from './walk';

const words = {
  'zh-CN': { want: '老人优待', search: /想办的事/, applied: '已收到您的申请', withdrawn: '申请已撤回', from: '取自您的居民身份证', mark: '全部标为已读', none: '没有找到' },
  en: { want: 'senior card', search: /plain words/, applied: 'Application received', withdrawn: 'Application withdrawn', from: 'from your identity card', mark: 'Mark all as read', none: 'Nothing found' },
} as const;

test.use({ baseURL: home('changsha') });
test.describe.configure({ mode: 'default' });

for (const { lang, phone } of [{ lang: 'zh-CN', phone: true }, { lang: 'en', phone: false }] as const) {
  test(`from a wish to a notice, ${lang} ${phone ? 'on a phone' : 'at a desk'}`, async ({ browser }) => {
    test.setTimeout(300_000);
    const w = words[lang];
    const li = await person(browser, 'changsha', 'li.ming', '/services', { phone, lang });
    await expect(li.locator('[data-bundle]')).toHaveCount(4);
    await sound(li);
    const find = li.getByRole('searchbox', { name: w.search });
    await find.fill('qqqqqq');
    await expect(li.getByRole('heading', { name: w.none })).toBeVisible();
    await find.fill(w.want);
    await li.locator('[data-service=senior-card]').click();

    await expect(li.locator('[data-material=identity][data-held=true]')).toBeVisible();
    await expect(li.locator('[data-compare] thead th')).toHaveCount(4);
    await expect(li.locator('[data-guide=time]')).toContainText(lang === 'en' ? /done by \d+ \w+ 20\d\d|at once/ : /20\d\d年\d+月\d+日前办好|当场办结/);
    await sound(li);
    await li.locator('[data-apply] button.strong').click();

    // shares his identity card, which fills in who he is
    await expect(li.locator('[data-wizard=share]')).toBeVisible();
    await sound(li);
    await li.locator('[data-want=identity] button').click();
    await expect(li.locator('[data-agree] input[type=checkbox]').first()).toBeChecked();
    await li.locator('[data-agree] button[type=submit]').click();
    await expect(li.locator('[data-want=identity][data-shared=true]')).toBeVisible();
    await li.locator('[data-next]').click();
    await expect(li.locator('[data-ask="/number"] input')).toHaveValue('430199199003070011');
    await expect(li.locator('[data-ask="/number"]')).toContainText(w.from);

    // a change taken back; then he leaves and comes back
    await li.locator('[data-ask="/note"] textarea').fill('a slip of the pen');
    await li.locator('.line button').click();
    await expect(li.locator('[data-ask="/note"] textarea')).toHaveValue('');
    await li.locator('[data-ask="/note"] textarea').fill('2026');
    await li.locator('[data-ask="/delivery"] label').first().click();
    await expect(li.locator('[data-saved=yes]')).toBeVisible();
    await sound(li);
    await li.goto(`/cases?lang=${lang}`);
    await expect(li.locator('[data-heap=todo] [data-item=senior-card][data-state=draft]')).toHaveCount(1);
    await sound(li);
    await li.locator('[data-heap=todo] [data-item=senior-card][data-state=draft]').click();
    await li.locator('[data-next]').click();
    await expect(li.locator('[data-ask="/note"] textarea')).toHaveValue('2026');

    // what is wrong is told at its place, and everything else is kept
    await li.locator('[data-ask="/phone"] input').fill('12');
    await li.locator('[data-ask="/note"] textarea').fill('2027');
    await expect(li.locator('[data-saved=part]')).toBeVisible();
    await expect(li.locator('[data-ask="/phone"] [data-faults]')).toBeVisible();
    await li.locator('[data-next]').click();
    await expect(li.locator('[data-wizard=check]')).toBeVisible();
    await sound(li);
    await li.locator('[data-submit]').click();
    await expect(li.locator('[data-ask="/phone"] input')).toBeFocused();
    await expect(li.locator('[data-ask="/phone"] [data-faults]')).toBeVisible();
    await sound(li);
    await li.locator('[data-ask="/phone"] input').fill('13800000000');
    await li.locator('[data-next]').click();
    await li.locator('[data-submit]').click();

    // and where it is
    await expect(li.locator('[data-track=submitted]')).toBeVisible();
    await expect(li.locator('[data-where=clerk] dd').first()).not.toBeEmpty();
    await expect(li.locator('[data-event=submit]')).toBeVisible();
    await sound(li);
    await li.goto(`/notices?lang=${lang}`);
    await expect(li.locator('[data-notice="case.submit"][data-read=false]').first()).toContainText(w.applied);
    await expect(li.locator('header [data-bell]')).not.toHaveAttribute('data-bell', '0');
    await sound(li);
    await li.locator('[data-notice="case.submit"] a').first().click();
    await expect(li.locator('[data-track=submitted]')).toBeVisible();
    await li.locator('[data-move=withdraw]').click();
    await li.locator('[data-moves] form input[type=checkbox]').check();
    await li.locator('[data-moves] form button[type=submit]').click();
    await expect(li.locator('[data-track=withdrawn]')).toBeVisible();
    await li.goto(`/notices?lang=${lang}`);
    await expect(li.locator('[data-notice="case.withdraw"]').first()).toContainText(w.withdrawn);
    await li.getByRole('button', { name: w.mark }).click();
    await expect(li.locator('header [data-bell="0"]')).toBeVisible();
    await li.goto(`/notices?tab=settings&lang=${lang}`);
    await expect(li.locator('[data-way=webhook]')).toBeVisible();
    await sound(li);
    await li.goto(`/household?lang=${lang}`);
    await expect(li.locator('[data-registered=changsha]')).toBeVisible();
    await expect(li.locator('[data-member]')).not.toHaveCount(0);
    await sound(li);
    await li.goto(`/bundles/work-move?lang=${lang}`);
    await expect(li.locator('[data-step]').first()).toBeVisible();
    await expect(li.locator('[data-ask]').first()).toBeVisible();
    await sound(li);
  });
}
