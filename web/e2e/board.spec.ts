import { at, expect, langs, seen, settled, test, visit, type Lang } from './walk';

// Kilometres of rail in operation by counting rule, from the published lengths:
// metro 1-5 with 142.529 at the end of 2021; line 6 (48.11) and the West Ring
// (17.29) by the end of 2023; the north extension of line 1 (9.88) in June 2024.
// The maglev has 18.55, the intercity railway 105.
const rail: Record<string, Record<string, string>> = {
  '2021-12-31': { urban: '142.5', 'urban-maglev': '161.1', 'urban-maglev-intercity': '266.1' },
  '2023-12-31': { urban: '207.9', 'urban-maglev': '226.5', 'urban-maglev-intercity': '331.5' },
  '2026-11-23': { urban: '217.8', 'urban-maglev': '236.4', 'urban-maglev-intercity': '341.4' },
};
const km: Record<Lang, string> = { 'zh-CN': '公里', en: ' km' };

interface Measured {
  rules: { rule: { id: string; name: { zh: string; en: string } }; value: { value: number } }[];
}

for (const lang of langs) {
  for (const [asOf, wanted] of Object.entries(rail)) {
    test(`rail by rule on ${asOf} is what the node measures and what was published (${lang})`, async ({ page, request }) => {
      await visit(page, '/', { asOf, lang });
      const card = page.locator('[data-target=rail-420]');
      const measured = (await (await request.get(`/api/v1/measures/rail?asOf=${asOf}&believedOn=2026-11-23`)).json()) as Measured;
      expect(measured.rules.length).toBeGreaterThanOrEqual(3);
      for (const r of measured.rules) {
        const shown = r.value.value.toFixed(1).replace(/\.0$/, '');
        const row = card.locator('label', { hasText: lang === 'en' ? r.rule.name.en : r.rule.name.zh }).first();
        await expect(row).toContainText(shown + km[lang].replace(' ', '\u00a0'));
        if (wanted[r.rule.id]) expect(shown).toBe(wanted[r.rule.id]);
      }
    });
  }

  test(`the board says where the plan stands (${lang})`, async ({ page, request }) => {
    await visit(page, '/', { lang });
    await expect(page.locator('html')).toHaveAttribute('lang', lang);
    await expect(page.locator('header')).toContainText(lang === 'en' ? 'Changsha-Zhuzhou-Xiangtan' : '长株潭都市圈');
    const board = await (await request.get(at('/api/v1/board', { lang }))).json();
    await expect(page.locator('article[data-target]')).toHaveCount(board.total);
    const sum = Object.values(board.summary.targets as Record<string, number>).reduce((a, b) => a + b, 0);
    await expect(page.getByRole('heading', { name: lang === 'en' ? `${sum} targets` : `${sum} 项目标` })).toBeVisible();
    await expect(page.locator('aside')).toContainText(
      lang === 'en' ? `The plan states 18 aspects; ${board.coverage.aspectsIdentified} could be identified.` : `规划称有 18 个方面，已查明名称的 ${board.coverage.aspectsIdentified} 个。`,
    );
    for (const t of board.targets) await expect(page.locator(`[data-target="${t.id}"]`)).toContainText(lang === 'en' ? t.name.en : t.name.zh);
    const gdp = page.locator('[data-target=gdp-2026]');
    await expect(gdp).toContainText(lang === 'en' ? '1.79 trillion yuan' : '1.79 万亿元');
    await expect(gdp).toContainText(lang === 'en' ? '> 2.7\u00a0trillion yuan' : '> 2.7万亿元');
    expect(await page.locator('main').innerText()).not.toContain('[');
  });
}

test('a verdict depends on the counting rule, and the card shows each', async ({ page }) => {
  await visit(page, '/', { lang: 'en' });
  const card = page.locator('[data-target=rail-420]');
  await expect(card).toContainText('Depends on the counting rule');
  await expect(card.locator('.value .large')).toContainText('217.8');
  await card.getByRole('radio').nth(2).check();
  await expect(card.locator('.value .large')).toContainText('341.4');
  await expect(card).toContainText('behind the registered trajectory');
});

test('what was not yet published is not used', async ({ page }) => {
  await visit(page, '/targets/rail-420', { asOf: '2024-12-31', believedOn: '2024-06-27', lang: 'en' });
  await expect(page.locator('tr[data-rule=urban]')).toContainText('207.9');
  await visit(page, '/targets/rail-420', { asOf: '2024-12-31', believedOn: '2024-06-28', lang: 'en' });
  await expect(page.locator('tr[data-rule=urban]')).toContainText('217.8');
});

test('filters go into the address and come back from it', async ({ page }) => {
  await visit(page, '/', { lang: 'en' });
  const all = await page.locator('article[data-target]').count();
  await page.getByRole('combobox', { name: 'Verdict' }).selectOption('no-data');
  await expect(page).toHaveURL(/verdict=no-data/);
  await settled(page);
  await expect.poll(() => page.locator('article[data-target]').count()).toBeLessThan(all);
  for (const badge of await page.locator('article .head .badge').allInnerTexts()) expect(badge).toContain('No data');
  await page.reload();
  await settled(page);
  await expect(page.getByRole('combobox', { name: 'Verdict' })).toHaveValue('no-data');
  await page.getByRole('button', { name: 'Clear filter' }).click();
  await expect(page.locator('article[data-target]')).toHaveCount(all);
  await page.getByRole('textbox', { name: 'Filter by name' }).fill('trunk');
  await expect(page.locator('article[data-target]')).toHaveCount(2);
  await page.getByRole('textbox', { name: 'Filter by name' }).fill('no such thing');
  await expect(page.getByText('No target matches the filter.')).toBeVisible();
});

test('what the plan leaves silent opens as lists', async ({ page, request }) => {
  await visit(page, '/');
  const { coverage } = await (await request.get(at('/api/v1/board'))).json();
  const list = page.locator('details', { hasText: '没有目标的任务' });
  await expect(list.locator('summary')).toContainText(String(coverage.tasksWithoutTarget.length));
  await list.locator('summary').click();
  await expect(list.locator('li')).toHaveCount(coverage.tasksWithoutTarget.length);
  const silent = page.locator('details', { hasText: '没有数据的指标' });
  await silent.locator('summary').click();
  await silent.locator('a').first().click();
  await expect(page).toHaveURL(/\/indicators\//);
  await settled(page);
});

test('hedge words explain themselves on focus', async ({ page }) => {
  await visit(page, '/', { lang: 'en' });
  const word = page.locator('[data-target=rail-420]').getByRole('button', { name: 'about', exact: true });
  await word.focus();
  const tip = page.getByRole('tooltip').filter({ visible: true });
  await expect(tip).toContainText('3%');
  await page.keyboard.press('Escape');
  await expect(tip).toHaveCount(0);
});

test('another area, the same program', async ({ page, baseURL }) => {
  const other = new URL(baseURL!);
  other.port = String(Number(other.port) + 1);
  await page.goto(`${other.origin}/?lang=zh-CN&asOf=2026-06-30&believedOn=2026-06-30`);
  await settled(page);
  await expect(page.locator('header')).toContainText('两河都市圈');
  await expect(page.locator('[data-target=rail-30]')).toContainText('9.7');
  expect(await page.locator('body').innerText()).not.toMatch(/长株潭|长沙/);
  expect(await seen(page, 'h1')).toBe('规划进展');
});
