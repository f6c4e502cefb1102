import { expect, langs, settled, test, visit } from './walk';

for (const lang of langs) {
  const en = lang === 'en';

  test(`a target opens down to everything behind it (${lang})`, async ({ page, request }) => {
    await visit(page, '/', { lang });
    await page.locator('[data-target=rail-420] a').first().click();
    await expect(page).toHaveURL(/\/targets\/rail-420\?/);
    await settled(page);
    await expect(page.locator('h1')).toBeFocused();
    await expect(page).toHaveURL(/asOf=2026-11-23/);

    const api = await (await request.get(`/api/v1/targets/rail-420?asOf=2026-11-23&believedOn=2026-11-23&lang=${lang}`)).json();
    await expect(page.locator('tr[data-method]')).toHaveCount(api.methods.length);
    await expect(page.locator('tr[data-method=canada]')).toContainText(en ? 'Canada' : '加拿大');
    await expect(page.locator('tr[data-method=trajectory]')).toContainText(String(Number(api.methods.find((m: { method: string }) => m.method === 'trajectory').value.toFixed(4))).replace('-', '−'));
    await expect(page.locator('main')).toContainText(api.difference.text.slice(0, 6));
    await expect(page.locator('main')).toContainText('争取');
    await expect(page.locator('main')).toContainText('By 2026, the length of rail transit in the metropolitan area will reach 420 km.');
    await expect(page.getByText(en ? 'the board judges by this one' : '以此为准')).toHaveCount(1);
    expect(await page.locator('main').innerText()).not.toMatch(/\[[a-z]+\./);
  });

  test(`contributions add up to the change exactly (${lang})`, async ({ page, request }) => {
    await visit(page, '/targets/rail-420', { lang });
    const parts = page.locator('[data-contributions=urban]');
    await expect(parts).toContainText('+17.29');
    await expect(parts).toContainText(en ? 'Residual (no project of the plan)' : '余项（不属于规划项目）');
    // 217.809 - 142.529: the West Ring, and line 6 with the north extension of line 1 as residual
    await expect(parts).toContainText('+75.28');
    await expect(parts).toContainText('+57.99');
    const api = await (await request.get('/api/v1/targets/rail-420?asOf=2026-11-23&believedOn=2026-11-23')).json();
    for (const c of api.contributions) {
      const sum = c.projects.reduce((n: number, p: { amount: number }) => n + Math.round(p.amount * 1e6), Math.round(c.residual * 1e6));
      expect(sum).toBe(Math.round(c.change * 1e6));
    }
  });
}

test('the chart can be walked with the keyboard', async ({ page }) => {
  await visit(page, '/targets/rail-420', { lang: 'en' });
  const chart = page.getByRole('img', { name: /values, target, registered trajectory/ });
  await chart.focus();
  await page.keyboard.press('End');
  await expect(page.locator('.readout')).toContainText('217.8');
  await page.keyboard.press('Home');
  await expect(page.locator('.readout')).toContainText('22.3');
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('.readout')).toContainText('26.6');
});

test('a figure of another scope is shown and not judged', async ({ page }) => {
  await visit(page, '/targets/urbanisation-2026', { lang: 'en' });
  await expect(page.locator('main')).toContainText('Not comparable');
  await expect(page.locator('main')).toContainText('Figures of other scopes');
  await expect(page.locator('main')).toContainText('83.16%');
});

test('an indicator shows its observations by scope', async ({ page, request }) => {
  await visit(page, '/indicators/gdp', { lang: 'zh-CN' });
  const api = await (await request.get('/api/v1/indicators/gdp?asOf=2026-11-23&believedOn=2026-11-23')).json();
  for (const s of api.series) {
    for (const p of s.points) await expect(page.locator(`tr[data-evidence="${p.id}"]`).first()).toBeVisible();
  }
  await expect(page.locator('main')).toContainText('2.2879万亿元'); // 22,878.5 亿元, three cities, 2025
});

test('an unknown target says what is wrong and what to do', async ({ page }) => {
  await page.goto('/targets/no-such-target?lang=en');
  const box = page.getByRole('alert');
  await expect(box).toContainText('There is no target no-such-target.');
  await expect(box).toContainText('What to do:');
  await expect(box.getByRole('button', { name: 'Try again' })).toBeVisible();
});
