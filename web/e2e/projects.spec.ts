import { expect, langs, settled, test, visit } from './walk';

for (const lang of langs) {
  const en = lang === 'en';

  test(`promises and what came of them (${lang})`, async ({ page }) => {
    await visit(page, '/projects', { lang });
    const ring = page.locator('[data-project=west-ring]');
    await expect(ring).toContainText(en ? 'Kept' : '已兑现');
    await expect(ring).toContainText(en ? '6.1 months early' : '提前 6.1 个月'); // due end of 2023, open 28 June
    await expect(ring).toContainText(en ? 'finish' : '建成');
    const maglev = page.locator('[data-project=maglev-east]');
    await expect(maglev).toContainText(en ? 'Late' : '逾期');
    await expect(maglev).toContainText(en ? '25.8 months late' : '拖后 25.8 个月'); // due 30 September 2024
    await ring.getByRole('button').first().click();
    await expect(page).toHaveURL(/project=west-ring/);
    await expect(ring).toContainText(en ? /Kept on\s*28 Jun 2023/ : /兑现日\s*2023年6月28日/);
  });
}

test('a ceremony is not construction', async ({ page }) => {
  await visit(page, '/projects', { asOf: '2023-12-30', believedOn: '2023-12-30', lang: 'en' });
  const changgan = page.locator('[data-project=changgan]');
  await expect(changgan).toContainText('Not due yet');
  await visit(page, '/projects', { asOf: '2025-08-03', lang: 'en' });
  await expect(changgan).toContainText('Kept');
});

test('the table holds the same, filtered and sorted', async ({ page, request }) => {
  await visit(page, '/projects', { lang: 'en' });
  await page.getByRole('button', { name: 'Table' }).click();
  await expect(page).toHaveURL(/view=table/);
  const all = await (await request.get('/api/v1/projects?asOf=2026-11-23&believedOn=2026-11-23')).json();
  await expect(page.locator('tr[data-project]')).toHaveCount(all.length);
  await page.getByRole('combobox', { name: 'Sort by' }).selectOption('slip');
  await expect(page.locator('tr[data-project]').first()).toHaveAttribute('data-project', 'changning');
  await page.getByRole('combobox', { name: 'Commitment' }).selectOption('kept');
  const kept = all.filter((p: { state: string }) => p.state === 'kept').length;
  await expect(page.locator('tr[data-project]')).toHaveCount(kept);
  await page.reload();
  await settled(page);
  await expect(page.locator('tr[data-project]')).toHaveCount(kept);
});
