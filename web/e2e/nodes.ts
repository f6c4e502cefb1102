// The four nodes of the demonstration, and their invented people, each in a browser of his own.
import { request, type APIRequestContext, type Browser, type Page } from '@playwright/test';
import { expect, type Lang } from './walk';

const first = Number(process.env.CONURB_E2E_DEMO);
export const at = { office: first, changsha: first + 1, zhuzhou: first + 2, xiangtan: first + 3 };
export type City = keyof typeof at;
export const home = (city: City) => `http://localhost:${at[city]}`;

/** The lists of the demonstration are published some seconds after its start. */
export async function published(request: APIRequestContext): Promise<void> {
  for (const city of ['changsha', 'zhuzhou', 'xiangtan'] as const) {
    await expect.poll(async () => ((await (await request.get(`${home(city)}/api/v1/trust/list`)).json()) as { version: number }).version, { timeout: 90_000 }).toBeGreaterThan(0);
  }
}

/** Somebody signed in by one touch, who then stands where he wanted to go. */
export async function person(browser: Browser, city: City, login: string, to: string, size: { phone?: boolean; lang?: Lang } = {}): Promise<Page> {
  const lang = size.lang ?? 'zh-CN';
  const context = await browser.newContext({ locale: lang, timezoneId: 'Asia/Shanghai', baseURL: home(city), ...(size.phone ? { viewport: { width: 360, height: 780 }, hasTouch: true } : {}) });
  const page = await context.newPage();
  await page.goto(`/signin?lang=${lang}&to=${encodeURIComponent(to)}`);
  await page.locator(`[data-login="${login}"]`).click();
  await expect(page).toHaveURL(new RegExp(`:${at[city]}${to.split('?')[0]}`));
  return page;
}

/** The same place in a language. */
export async function speaking(page: Page, lang: Lang, path?: string): Promise<void> {
  const url = new URL(path ?? page.url(), page.url());
  url.searchParams.set('lang', lang);
  await page.goto(url.pathname + url.search);
}

/** Puts a licence onto the phone. */
export async function carried(wallet: Page, name: string): Promise<void> {
  const card = wallet.locator('article', { has: wallet.getByRole('heading', { name, exact: true }) }).filter({ has: wallet.getByRole('button', { name: '添加到本机' }) });
  await card.getByRole('button', { name: '添加到本机' }).click();
  await expect(wallet.locator('article', { has: wallet.getByRole('heading', { name, exact: true }) }).getByText('已在本机', { exact: true })).toBeVisible();
}

/** Agrees in the wallet to what a link asks for. */
export async function agreed(wallet: Page, link: string): Promise<void> {
  await wallet.goto(`/wallet?lang=zh-CN&request=${encodeURIComponent(link)}`);
  await wallet.getByRole('button', { name: '同意并出示' }).click();
  await expect(wallet.getByText(/^已出示给/)).toBeVisible();
}

/** Somebody signed in without a browser. */
export async function caller(city: City, login: string): Promise<APIRequestContext> {
  const api = await request.newContext({ baseURL: home(city) });
  const all = (await (await api.get('/api/v1/session')).json()) as { accounts: { login: string; password: string }[] };
  const got = await api.post('/api/v1/session', { data: { name: login, password: all.accounts.find((a) => a.login === login)!.password } });
  expect(got.ok(), `${login} signs in at ${city}`).toBe(true);
  return api;
}

/** A clerk, or an applicant, does something to a case at his own page. */
export async function does(page: Page, move: string, fill: (form: Page) => Promise<unknown> = async () => {}): Promise<void> {
  await page.locator(`[data-move="${move}"]`).click();
  await fill(page);
  const sure = page.locator('[data-moves] form label.tick input');
  if (await sure.count()) await sure.check();
  const send = page.locator('[data-moves] form button[type=submit]');
  if (await send.count()) await send.click();
  await expect(page.locator('[data-moves] [data-done]')).toBeVisible();
}

/** Withdraws what somebody has open of some items: a test that is run again begins anew. */
export async function cleared(city: City, login: string, items: readonly string[]): Promise<void> {
  const api = await caller(city, login);
  await withdrawn(api, items);
  await api.dispose();
}

async function withdrawn(api: APIRequestContext, items: readonly string[]): Promise<void> {
  const before = ((await (await api.get('/api/v1/cases?limit=200')).json()) as { cases: { id: string; item: string; phase: string }[] }).cases;
  for (const c of before.filter((c) => items.includes(c.item) && ['draft', 'applied', 'handling'].includes(c.phase))) await api.post(`/api/v1/cases/${c.id}/moves`, { data: { move: 'withdraw' } });
}

/** A case of an item that takes no papers, handed in just now; one that is still open is withdrawn before. */
export async function submitted(city: City, login: string): Promise<string> {
  const api = await caller(city, login);
  const me = ((await (await api.get('/api/v1/session')).json()) as { person: { name: string; holderCode: string } }).person;
  await withdrawn(api, ['identity-card']);
  const form = { name: me.name, number: me.holderCode, phone: '13800000000', delivery: 'window', note: '旧证磁性失效' };
  const opened = await api.post('/api/v1/cases', { data: { item: 'identity-card', form } });
  expect(opened.ok(), await opened.text()).toBe(true);
  const { case: c } = (await opened.json()) as { case: { id: string } };
  const sent = await api.post(`/api/v1/cases/${c.id}/moves`, { data: { move: 'submit' } });
  expect(sent.ok(), await sent.text()).toBe(true);
  await api.dispose();
  return c.id;
}

/** An invented citizen's number with a sound check digit (GB 11643-1999); odd are men. */
export function invented(born: string, serial: number): string {
  const body = `430399${born.replaceAll('-', '')}${String(serial % 1000).padStart(3, '0')}`;
  const sum = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2].reduce((n, w, i) => n + w * Number(body[i]), 0);
  return body + '10X98765432'[sum % 11];
}
