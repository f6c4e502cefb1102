// A drawn city: its desk and its counter answer in place of a node, and keep what they were asked.
import type { Page, Request, Route } from '@playwright/test';
import type { Check, Licence, LicenceDetail, LicenceImport, LicenceType, Named, WalletRequest } from '../src/door/licences';
import type { Lang } from './walk';

const say = (lang: Lang, zh: string, en: string) => (lang === 'en' ? en : zh);
export const permit = '11100000XXGAB00010003';

export function types(lang: Lang): LicenceType[] {
  const rest = { definer: say(lang, '公安部', 'Ministry'), several: false, transfer: true, grade: 'assumed', holders: [{ code: '111', name: say(lang, '公民身份号码', 'citizen’s number') }] };
  return [
    { ...rest, code: permit, name: say(lang, '居住证', 'residence permit'), months: 12, attributes: [
      { id: 'address', name: say(lang, '居住地址', 'address of residence'), form: 'text', needed: true, open: false },
      { id: 'since', name: say(lang, '起始日期', 'since'), form: 'day', needed: false, open: false },
      { id: 'area', name: say(lang, '面积', 'floor area'), form: 'number', needed: false, open: false },
      { id: 'adult', name: say(lang, '成年', 'of age'), form: 'yesno', needed: true, open: false },
      { id: 'members', name: say(lang, '同住人', 'members'), form: 'texts', needed: false, open: false },
      { id: 'kind', name: say(lang, '类别', 'kind'), form: 'text', needed: false, open: true },
    ] },
    { ...rest, code: '11100000XXSCJ00010001', name: say(lang, '营业执照', 'business licence'), months: 0, transfer: false, attributes: [] },
  ];
}

const number = '11010519491231002X';
const named = (lang: Lang, code: string): Named => ({ code, name: { valid: say(lang, '有效', 'valid'), suspended: say(lang, '暂扣', 'suspended'), issue: say(lang, '新发', 'issued'), suspend: say(lang, '暂扣', 'suspend'), resume: say(lang, '暂扣发还', 'resume'), cancel: say(lang, '注销', 'cancel'), cancelled: say(lang, '注销', 'cancelled'), renew: say(lang, '延续', 'renew'), 'transfer-out': say(lang, '办理转出', 'hand over'), leaving: say(lang, '办理转出', 'leaving'), stay: say(lang, '取消转出', 'keep') }[code] ?? code });
const may: Record<string, string[]> = { valid: ['renew', 'suspend', 'transfer-out', 'cancel'], suspended: ['resume', 'cancel'], cancelled: [], leaving: ['stay'] };
const becomes: Record<string, string> = { suspend: 'suspended', resume: 'valid', cancel: 'cancelled', 'transfer-out': 'leaving', stay: 'valid', renew: 'valid' };

interface Deed { action: string; state: string; reason: string }

function licence(lang: Lang, deeds: Deed[], id = 'l-1', holder = '王小明'): LicenceDetail {
  const state = deeds.at(-1)!.state;
  return {
    id, identifier: `1.2.156.3005.2.${permit}.11430100XX00000010.2BPBDT2TIE07OA75D3I0.001.T`, edition: 1, type: { code: permit, name: types(lang)[0]!.name }, state: named(lang, state),
    holder: { kind: '111', code: number, name: holder }, number: '430100-2026-0001', office: { city: 'changsha', code: '11430100XX00000010', name: '长沙市公安局' }, issued: '2026-11-26', from: '2026-11-26', until: '2027-11-25',
    may: may[state]!.map((m) => named(lang, m)), attributes: [{ id: 'address', name: types(lang)[0]!.attributes[0]!.name, value: '雨花区1号', open: false }, { id: 'adult', name: types(lang)[0]!.attributes[3]!.name, value: true, open: false }],
    metadata: [{ short: 'CZZT', name: say(lang, '持证主体', 'holder'), text: holder, personal: true }],
    past: deeds.map((d, i) => ({ version: i + 1, at: `2026-11-26T08:0${i}:00.000000Z`, action: named(lang, d.action), state: named(lang, d.state), edition: 1, by: '李', reason: d.reason })),
  };
}

export type Outcome = 'accepted' | 'not-accepted' | 'cannot-tell';

function check(lang: Lang, outcome: Outcome, form: Check['form'], more: Partial<Check> = {}): Check {
  const wanted = { code: permit, name: types(lang)[0]!.name };
  return {
    id: 'c-1', outcome: { code: outcome, name: { accepted: say(lang, '认可', 'accepted'), 'not-accepted': say(lang, '不认可', 'not accepted'), 'cannot-tell': say(lang, '无法判断', 'cannot tell') }[outcome] },
    reasons: outcome === 'accepted' ? [{ code: 'equal', weight: 'note', sentence: say(lang, '清单说两者相当。', 'The list says it counts as this one.'), args: {} }]
      : [{ code: 'status-revoked', weight: outcome === 'cannot-tell' ? 'doubt' : 'refusal', sentence: say(lang, '签发机构吊销了证照。', 'The authority revoked the licence.'), remedy: say(lang, '请持证人询问签发机构。', 'The holder asks the authority.'), args: {} }],
    form, signed: true, offline: false, at: '2026-11-26T08:30:30Z', version: 2, listAge: 7260, statusAge: 1, identifier: licence(lang, [{ action: 'issue', state: 'valid', reason: '' }]).identifier, city: 'changsha', authority: '11430100XX00000010',
    type: wanted, wanted, purpose: '办理公积金贷款', clerk: { office: '11430300XX00000010', role: 'clerk' }, asked: ['attributes.address'], shown: ['attributes.address'],
    content: form === 'slip' ? [{ path: 'licence.CZZT', name: say(lang, '持证主体', 'holder'), value: '王*明' }] : [{ path: 'attributes.address', name: types(lang)[0]!.attributes[0]!.name, value: '雨花区1号' }], told: form === 'wallet', ...more,
  };
}

export interface City {
  sent: { path: string; body: unknown }[];
  /** what a wallet answers after this many looks */
  outcome: Outcome | 'declined' | 'expired';
  looks: number;
  signedIn: boolean;
  forbidden: boolean;
  faulty: boolean;
  may: string[];
}

/** Draws the city on a page. */
export async function drawCity(page: Page, lang: Lang): Promise<City> {
  const city: City = { sent: [], outcome: 'accepted', looks: 2, signedIn: true, forbidden: false, faulty: false, may: ['licence.read', 'licence.issue', 'licence.act', 'licence.import', 'counter.check', 'node.operate'] };
  const deeds: Deed[] = [{ action: 'issue', state: 'valid', reason: 'application 12/2026' }];
  let left = 0;
  let answered: Check['answer'];
  const problem = (route: Route, status: number, code: string, detail: string, errors: unknown[] = []) =>
    route.fulfill({ status, contentType: 'application/problem+json', body: JSON.stringify({ type: '', title: code, status, code, detail, remedy: 'drawn remedy', instance: 'drawn', errors }) });

  function request(): WalletRequest {
    const base = { id: 'r-1', made: new Date().toISOString(), expires: new Date(Date.now() + 249_000).toISOString(), wanted: { code: permit, name: types(lang)[0]!.name }, attributes: ['attributes.address'], purpose: '办理公积金贷款' };
    if (left > 0) return { ...base, state: 'open', link: 'openid4vp://?client_id=drawn', qr: 'openid4vp://?client_id=drawn' };
    if (city.outcome === 'declined' || city.outcome === 'expired') return { ...base, state: city.outcome };
    return { ...base, state: 'answered', check: check(lang, city.outcome, 'wallet') };
  }
  const objected = (): Check => check(lang, 'accepted', 'wallet', { id: 'c-9', objection: { text: '我没有申请贷款', at: '2026-11-26T09:00:00Z' }, ...(answered ? { answer: answered } : {}) });

  function table(digest: string): LicenceImport {
    const fault = { code: 'not-a-citizen', column: 'CZZTDM', row: 3, location: 'file', detail: say(lang, '不是公民身份号码', 'not a citizen’s number'), remedy: say(lang, '请核对', 'check it') };
    const row = (n: number, bad: boolean) => ({ row: n, holder: `王${n}`, becomes: { code: bad ? 'faulty' : 'issue', name: bad ? say(lang, '有问题', 'faulty') : say(lang, '将签发', 'will be issued') }, faults: bad ? [fault] : [], ...(digest && !bad ? { identifier: `id-${n}` } : {}) });
    return { counts: { issue: city.faulty ? 1 : 2, before: 0, standing: 0, faulty: city.faulty ? 1 : 0 }, digest: 'd-1', file: 'f', faults: [], issued: !!digest, sound: !city.faulty, rows: [row(2, false), row(3, city.faulty)] };
  }

  function post(r: Request, path: string): unknown {
    const body: unknown = r.headers()['content-type']?.includes('json') ? r.postDataJSON() : r.postData();
    city.sent.push({ path: path + new URL(r.url()).search, body });
    return body;
  }

  await page.route('**/api/v1/{session,node,licence-types,licences,counter,wallet}{,/**}{,\\?*}', async (route) => {
    const r = route.request();
    const url = new URL(r.url());
    const path = url.pathname.replace('/api/v1', '');
    const json = (body: unknown, status = 200) => route.fulfill({ status, json: body });
    const write = r.method() === 'POST';
    const body = write ? post(r, path) as Record<string, unknown> : {};
    if (path === '/session') return json({ password: true, passkeys: false, providers: [], demo: false, accounts: [], ...(city.signedIn ? { person: { id: 'p', name: '陈办事', kind: 'staff', city: 'zhuzhou', roles: [], may: city.may } } : {}) });
    if (path === '/node') return json({ name: 'zhuzhou', kind: 'city', title: { zh: '株洲市', en: 'Zhuzhou' }, url: 'http://drawn', fingerprint: '', demo: false });
    if (city.forbidden && write) return problem(route, 403, 'forbidden', 'rule clerk-only');
    if (path === '/licence-types') return json({ city: 'zhuzhou', offices: [{ city: 'zhuzhou', code: '11430200XX00000010', name: '株洲市公安局' }], types: types(lang) });
    if (path === '/counter/requests') { left = city.looks; return json(request(), 201); }
    if (path === '/counter/requests/r-1') { left--; return json(request()); }
    if (path.endsWith('/accept')) return json(check(lang, 'accepted', 'wallet', { accepted: { case: String(body['case']), at: '2026-11-26T08:31:00Z' } }));
    if (path === '/counter/slips') return city.outcome === 'declined' || city.outcome === 'expired' ? problem(route, 422, 'not-a-licence', 'drawn') : json(check(lang, city.outcome, 'slip', { offline: body['offline'] === true }));
    if (path === '/counter/checks') return json([check(lang, 'accepted', 'wallet'), check(lang, 'not-accepted', 'slip', { id: 'c-2' }), check(lang, 'cannot-tell', 'file', { id: 'c-3' })]);
    if (path === '/counter/objections') return json([objected()]);
    if (path.endsWith('/answer')) { answered = { text: String(body['text']), at: '2026-11-26T10:00:00Z' }; return json({ id: 'x' }); }
    if (path === '/licences/import') return json(table(url.searchParams.get('digest') ?? ''));
    if (path === '/licences' && write) {
      const attributes = body['attributes'] as Record<string, unknown>;
      if (attributes['area'] !== undefined && typeof attributes['area'] !== 'number') return problem(route, 422, 'bad-licence', 'faults', [{ location: 'body.area', column: 'area', code: 'number', detail: 'no number', remedy: 'write digits' }]);
      return json(licence(lang, deeds), 201);
    }
    if (path === '/licences') return json({ items: [licence(lang, deeds), licence(lang, deeds, 'l-2', '李雷')].filter((l: Licence) => l.holder.name.includes(url.searchParams.get('q') ?? '')) });
    if (path === '/licences/l-1/actions') { deeds.push({ action: String(body['action']), state: becomes[String(body['action'])]!, reason: String(body['reason']) }); return json(licence(lang, deeds)); }
    if (path === '/licences/l-1') return json(licence(lang, deeds));
    if (path === '/wallet/offers') return json({ offer: 'openid-credential-offer://?credential_offer_uri=drawn', uri: 'http://drawn', txCode: '493536', expires: new Date(Date.now() + 600_000).toISOString() }, 201);
    return problem(route, 404, 'not-drawn', path);
  });
  return city;
}
