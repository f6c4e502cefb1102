// The clerk's counter and the authority's desk, held to a drawn city.
import { drawCity, permit } from './drawnLicences';
import { expect, langs, sound, test, visit } from './walk';

const words = {
  'zh-CN': { make: '生成二维码', fund: '办理公积金贷款', address: '居住地址', accept: '并入办件', case: '办件编号', outcome: { accepted: '认可', 'not-accepted': '不认可', 'cannot-tell': '无法判断' }, compare: '请核对身份证', look: '核验', issue: '签发', must: '还缺', hours: '2 小时前' },
  en: { make: 'Make the QR code', fund: 'Housing fund loan', address: 'address of residence', accept: 'Accept into the case', case: 'Case reference', outcome: { accepted: 'accepted', 'not-accepted': 'not accepted', 'cannot-tell': 'cannot tell' }, compare: 'Compare with an identity card', look: 'Check', issue: 'Issue', must: 'Still missing', hours: '2 hours old' },
};

for (const lang of langs) {
  const w = words[lang];

  test(`a wallet is asked, answers, and what it shows becomes part of a case (${lang})`, async ({ page }) => {
    const city = await drawCity(page, lang);
    await visit(page, '/counter', { lang });
    const make = page.getByRole('button', { name: w.make });
    await expect(make).toBeDisabled();
    await page.getByRole('button', { name: w.fund }).click();
    await page.getByRole('checkbox', { name: w.address }).check();
    await make.click();
    await expect(page.locator('[data-request=open] [data-left]')).toHaveText(/^4:0\d$/);
    await expect(page.locator('[data-request=open] svg[role=img]')).toBeVisible();
    expect(city.sent[0]).toMatchObject({ body: { wanted: permit, purpose: w.fund, attributes: ['licence.CZZT', 'attributes.address'] } });
    const verdict = page.locator('[data-outcome=accepted]');
    await expect(verdict.locator('h2')).toHaveText(w.outcome.accepted);
    await expect(verdict.locator('[data-content]')).toContainText('雨花区1号');
    await expect(verdict.locator('[data-ages]')).toContainText(w.hours);
    await expect(verdict.getByRole('note')).toHaveCount(0);
    await verdict.getByLabel(w.case).fill('A-1');
    await verdict.getByRole('button', { name: w.accept }).click();
    await expect(page.locator('[data-accepted]')).toContainText('A-1');
    expect(city.sent.at(-1)).toMatchObject({ body: { case: 'A-1' } });
    await sound(page);
  });

  test(`every outcome of a slip has its word, its colour and its remedy (${lang})`, async ({ page }) => {
    const city = await drawCity(page, lang);
    const tones = new Set<string>();
    for (const outcome of ['accepted', 'not-accepted', 'cannot-tell'] as const) {
      city.outcome = outcome;
      await visit(page, '/counter?tab=slip', { lang });
      await page.getByRole('button', { name: w.fund }).click();
      await page.getByRole('checkbox').check();
      await page.locator('textarea').fill('CONURB1:DRAWN');
      await page.getByRole('button', { name: w.look, exact: true }).click();
      const verdict = page.locator(`[data-outcome=${outcome}]`);
      await expect(verdict.locator('h2')).toHaveText(w.outcome[outcome]);
      tones.add(await verdict.locator('.head').evaluate((e) => getComputedStyle(e).backgroundColor));
      await expect(verdict.getByText(w.compare)).toHaveCount(outcome === 'not-accepted' ? 0 : 1);
      await expect(verdict.locator('[data-reason]')).toHaveCount(1);
      await sound(page);
    }
    expect(tones.size).toBe(3);
    expect(city.sent.at(-1)).toMatchObject({ body: { text: 'CONURB1:DRAWN', offline: true } });
  });

  test(`a licence is issued by the form of its type, suspended and taken back (${lang})`, async ({ page }) => {
    const city = await drawCity(page, lang);
    await visit(page, '/desk?tab=issue', { lang });
    const form = page.locator('[data-issue]');
    await expect(form).toContainText(w.must);
    await form.locator('section').first().locator('input').nth(0).fill('王小明');
    await form.locator('section').first().locator('input').nth(1).fill('11010519491231002x');
    await form.locator('[data-field=address] input').fill('雨花区1号');
    await form.locator('[data-field=area] input').fill('many');
    await form.locator('[data-field=adult] input').first().check();
    await form.locator('[data-field=members] textarea').fill('甲\n乙');
    await sound(page);
    const issue = form.getByRole('button', { name: w.issue, exact: true });
    await issue.click();
    await expect(page.locator('[data-fault=number]')).toContainText('write digits');
    await form.locator('[data-field=area] input').fill('88.5');
    await issue.click();
    await expect(page.locator('[data-one=l-1]')).toBeVisible();
    expect(city.sent.at(-1)).toMatchObject({ body: { type: permit, holder: { kind: '111', code: '11010519491231002X', name: '王小明' }, attributes: { address: '雨花区1号', area: 88.5, adult: true, members: ['甲', '乙'] } } });

    // a licence just issued can be cancelled as an error, but not by one click
    const act = page.locator('[data-act]');
    await act.locator('.undo button').click();
    await expect(act.locator('form textarea')).not.toHaveValue('');
    await expect(act.locator('form button')).toBeDisabled();
    await act.getByRole('group').getByRole('button').nth(1).click();
    await expect(act.locator('form button')).toBeDisabled();
    await act.locator('form textarea').fill('inquiry 7');
    await act.locator('form button').click();
    await expect(page.locator('[data-one] [data-state]')).toHaveAttribute('data-state', 'suspended');
    await act.locator('.undo button').click();
    await expect(page.locator('[data-one] [data-state]')).toHaveAttribute('data-state', 'valid');
    await expect(page.locator('[data-deed]')).toHaveCount(3);
    expect(city.sent.slice(-2).map((s) => (s.body as { action: string }).action)).toEqual(['suspend', 'resume']);
    await sound(page);
  });

  test(`a licence is handed over after it was said twice, and offered with a number to read out (${lang})`, async ({ page }) => {
    const city = await drawCity(page, lang);
    await visit(page, '/desk?licence=l-1', { lang });
    await page.locator('[data-offer] button').click();
    await expect(page.locator('[data-tx]')).toHaveText('493 536');
    await sound(page);
    const act = page.locator('[data-act]');
    await act.getByRole('group').getByRole('button').nth(2).click();
    const to = act.locator('select');
    await expect(to.locator('option[value=zhuzhou]')).toHaveCount(0);
    await to.selectOption('xiangtan');
    await act.locator('form textarea').fill('moved');
    await expect(act.locator('form button')).toBeDisabled();
    await act.getByRole('checkbox').check();
    await act.locator('form button').click();
    await expect(page.locator('[data-one] [data-state]')).toHaveAttribute('data-state', 'leaving');
    expect(city.sent.at(-1)).toMatchObject({ body: { action: 'transfer-out', to: 'xiangtan', reason: 'moved' } });
  });

  test(`a table is previewed with its faults and issued by the digest of its preview (${lang})`, async ({ page }) => {
    const city = await drawCity(page, lang);
    city.faulty = true;
    await visit(page, '/desk?tab=import', { lang });
    const file = { name: 'table.csv', mimeType: 'text/csv', buffer: Buffer.from('CZZT,CZZTDM\n王,1\n') };
    await page.locator('input[type=file]').setInputFiles(file);
    await expect(page.locator('[data-preview=faulty]')).toBeVisible();
    await expect(page.locator('[data-row]').first()).toHaveAttribute('data-row', '3');
    await expect(page.locator('[data-row="3"]')).toContainText(lang === 'en' ? 'Code of the holder' : '持证主体代码');
    await expect(page.locator('[data-preview] button.big')).toBeDisabled();
    await sound(page);
    city.faulty = false;
    await page.locator('input[type=file]').setInputFiles({ ...file, name: 'mended.csv' });
    await page.locator('[data-preview=sound] button.big').click();
    await expect(page.locator('[data-preview=issued]')).toContainText('id-2');
    expect(city.sent.map((s) => new URLSearchParams(s.path.split('?')[1]).get('digest'))).toEqual([null, null, 'd-1']);
  });

  test(`on a phone, in the dark, nothing is cut off (${lang})`, async ({ page }) => {
    await drawCity(page, lang);
    await page.setViewportSize({ width: 360, height: 740 });
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    for (const path of ['/counter', '/counter?tab=slip', '/counter?tab=checks', '/counter?tab=objections', '/desk', '/desk?tab=issue', '/desk?tab=import', '/desk?licence=l-1']) {
      await visit(page, path, { lang });
      await sound(page);
    }
  });
}

test('a wallet that declines, and a request that is over, say what to do', async ({ page }) => {
  const city = await drawCity(page, 'en');
  for (const outcome of ['declined', 'expired'] as const) {
    city.outcome = outcome;
    await visit(page, '/counter', { lang: 'en' });
    await page.getByRole('button', { name: words.en.fund }).click();
    await page.getByRole('button', { name: words.en.make }).click();
    await expect(page.locator(`[data-request=${outcome}]`)).toBeVisible();
    await expect(page.locator('[data-request] svg[role=img]')).toHaveCount(0);
    const before = city.sent.length;
    await page.getByRole('button', { name: 'Make a new QR code' }).click();
    await expect.poll(() => city.sent.length).toBe(before + 1);
  }
});

test('an objection is answered once, and counts until then', async ({ page }) => {
  const city = await drawCity(page, 'en');
  await visit(page, '/counter?tab=objections', { lang: 'en' });
  await expect(page.getByRole('button', { name: /Objections/ })).toHaveText(/1/);
  await page.locator('[data-objection] textarea').fill('We called you.');
  await page.getByRole('button', { name: 'Send the answer' }).click();
  await expect(page.locator('[data-objection]')).toContainText('We called you.');
  await expect(page.getByRole('button', { name: /Objections/ })).toHaveText('Objections');
  expect(city.sent.at(-1)).toMatchObject({ body: { text: 'We called you.' } });
  city.may = ['counter.check'];
  await visit(page, '/counter?tab=objections', { lang: 'en' });
  await expect(page.getByRole('button', { name: /Objections/ })).toHaveCount(0);
});

test('who is not signed in is shown the way, and who may not is told the rule', async ({ page }) => {
  const city = await drawCity(page, 'en');
  city.signedIn = false;
  for (const path of ['/counter', '/desk']) {
    await visit(page, path, { lang: 'en' });
    await expect(page.locator('[data-signed=no] a')).toHaveAttribute('href', new RegExp(`/signin\\?.*to=${encodeURIComponent(path)}`));
    await sound(page);
  }
  city.signedIn = true;
  city.forbidden = true;
  await visit(page, '/counter', { lang: 'en' });
  await page.getByRole('button', { name: words.en.fund }).click();
  await page.getByRole('button', { name: words.en.make }).click();
  await expect(page.getByRole('alert')).toContainText('rule clerk-only');
  await expect(page.getByRole('alert')).toContainText('drawn remedy');
});

test('what is looked for stays in the address', async ({ page }) => {
  await drawCity(page, 'en');
  await visit(page, '/desk', { lang: 'en' });
  await expect(page.locator('[data-licence]')).toHaveCount(2);
  await expect(page.locator('main')).not.toContainText('11010519491231002X');
  await page.getByRole('searchbox').last().fill('李');
  await expect(page.locator('[data-licence]')).toHaveCount(1);
  await expect(page).toHaveURL(/q=%E6%9D%8E/);
  await page.locator('[data-licence] a').click();
  await expect(page).toHaveURL(/licence=l-2/);
});
