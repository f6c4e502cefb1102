import { createHash } from 'node:crypto';
import { expect, langs, settled, test, visit } from './walk';

for (const lang of langs) {
  const en = lang === 'en';

  test(`a figure opens down to its row, its log entry and a proof checked in the browser (${lang})`, async ({ page, request }) => {
    await visit(page, '/targets/gdp-2026', { lang });
    const section = page.locator('section', { has: page.getByRole('heading', { name: en ? 'Evidence' : '证据', exact: true }) });
    await section.getByRole('button', { name: en ? 'Trace' : '溯源' }).click();
    await expect(section).toContainText(/observations\/economy\.csv:\d+/);
    const head = await (await request.get('/api/v1/evidence')).json();
    await expect(section).toContainText(head.root);
    await expect(section.locator('pre')).toContainText('"value": 17900');
    await section.getByRole('button', { name: en ? 'Check here in the browser' : '在本浏览器中核验' }).click();
    const result = section.locator('[data-valid]');
    await expect(result).toHaveAttribute('data-valid', 'true');
    await expect(result).toContainText(en ? 'Valid' : '有效');
  });
}

test('a tampered entry is found out by the browser', async ({ page }) => {
  await page.route('**/api/v1/evidence/2', async (route) => {
    const answer = await route.fetch();
    const entry = await answer.json();
    entry.leaf.value += 1;
    await route.fulfill({ response: answer, json: entry });
  });
  await visit(page, '/evidence?index=2', { lang: 'en' });
  await page.getByRole('button', { name: 'Check here in the browser' }).click();
  const result = page.locator('[data-valid]');
  await expect(result).toHaveAttribute('data-valid', 'false');
  await expect(result).toContainText('Invalid: the entry does not fit the log');
  await expect(result).toContainText('The recomputed leaf hash is another:');
});

test('every entry of the log is valid', async ({ page, request }) => {
  const { size } = await (await request.get('/api/v1/evidence')).json();
  expect(size).toBeGreaterThan(20);
  for (const index of [0, 1, Math.floor(size / 2), size - 1]) {
    await visit(page, `/evidence?index=${index}`, { lang: 'en' });
    await expect(page.locator('main')).toContainText(`entry ${index} of a log of`);
    await page.getByRole('button', { name: 'Check here in the browser' }).click();
    await expect(page.locator('[data-valid]')).toHaveAttribute('data-valid', 'true');
  }
});

test('a row of the pack is covered by the entry of its version', async ({ page, request }) => {
  await visit(page, '/targets/rail-420', { lang: 'en' });
  const section = page.locator('section', { has: page.getByRole('heading', { name: 'Evidence', exact: true }) });
  const row = section.locator('tr[data-evidence]', { hasText: 'West Ring' });
  await row.getByRole('button', { name: 'Trace' }).click();
  const trace = page.locator('tr.trace');
  await expect(trace).toContainText(/network\/rail\.yaml:\d+/);
  await expect(trace).toContainText('It holds the SHA-256 of network/rail.yaml:');
  await trace.getByRole('button', { name: 'Check here in the browser' }).click();
  await expect(trace.locator('[data-valid]')).toHaveAttribute('data-valid', 'true');
  const pack = await (await request.get('/api/v1/pack')).json();
  await expect(trace).toContainText(pack.digest);
});

test('everything can be taken away', async ({ page, request }) => {
  await visit(page, '/evidence', { lang: 'en' });
  const { size } = await (await request.get('/api/v1/evidence')).json();
  await expect(page.locator('[data-log-size]')).toHaveAttribute('data-log-size', String(size));
  const files: [string, RegExp][] = [
    ['Report (prints on A4)', /<html/], ['Board as JSON', /^\{/], ['Board as CSV', /217\.8/], ['Board as Excel', /^PK/], ['Evidence (zip)', /^PK/],
    ['Excel form', /^PK/], ['CSV form', /indicator,scope,period,value/],
  ];
  for (const [name, begins] of files) {
    const href = await page.getByRole('link', { name }).getAttribute('href');
    const answer = await request.get(href!);
    expect(answer.status(), name).toBe(200);
    expect((await answer.body()).toString('latin1'), name).toMatch(begins);
  }
});

test('an entry can be looked up by its place', async ({ page }) => {
  await visit(page, '/evidence', { lang: 'en' });
  await page.getByLabel('Look up an entry (from 0)').fill('1');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(page).toHaveURL(/index=1/);
  await expect(page.locator('pre', { hasText: '"type"' })).toBeVisible();
  await page.goBack();
  await settled(page);
  await expect(page).not.toHaveURL(/index=1/);
});

test('the browser computes the same hash as Node', async ({ page, request }) => {
  const entry = await (await request.get('/api/v1/evidence/1')).text();
  const leaf = /"leaf":(\{.*\}),"leafHash"/.exec(entry)![1]!; // canonical JSON, as it stands in the log
  const want = createHash('sha256').update(Buffer.concat([Buffer.of(0), Buffer.from(leaf)])).digest('hex');
  await visit(page, '/evidence?index=1', { lang: 'en' });
  await page.getByRole('button', { name: 'Check here in the browser' }).click();
  await expect(page.locator('[data-valid]')).toContainText(want);
});
