// The wallet's pure parts, held to the examples that the texts print and to answers made by
// other code (node's own crypto).
import { compactDecrypt, compactVerify, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { first, present } from './consent';
import { choices, find, matches, readQuery, type Query } from './dcql';
import { makeKey, sameKey, signer } from './keys';
import { bind, bytesOf, digest, jsonOf, parse, show, textOf, type Credential, type Json } from './sdjwt';
import { check, isOffer, NotIssued, readLink, readOffer, take, type Fetch } from './vci';
import { answer, refusal, type Wanted } from './vp';

const data = join(import.meta.dirname, '../../../../shared/data/credentials');
const there = existsSync(data);
if (!there) console.warn(`left out: the examples of the texts are not at ${data}`);
const published = (...path: string[]) => readFileSync(join(data, ...path), 'utf8');
const glued = (text: string) => text.replace(/\s+/g, '');
const sample = join('openid4vp', '1.0', 'examples', 'sd_jwt_vcld', '01');

/** A credential that says what it is told to; a hidden value is { $hidden: value }. */
async function seal(claims: Record<string, Json>, header: Record<string, Json> = {}, key?: Awaited<ReturnType<typeof makeKey>>): Promise<string> {
  const texts: string[] = [];
  async function walk(v: Json): Promise<Json> {
    if (Array.isArray(v)) return Promise.all(v.map(walk));
    if (typeof v !== 'object' || v === null) return v;
    const out: Record<string, Json> = {};
    const sd: Json[] = [];
    for (const [k, x] of Object.entries(v)) {
      const hidden = typeof x === 'object' && x !== null && !Array.isArray(x) && '$hidden' in x;
      const inner = await walk(hidden ? (x as Record<string, Json>).$hidden! : x);
      if (!hidden) {
        out[k] = inner;
        continue;
      }
      const d = textOf(new TextEncoder().encode(JSON.stringify([`salt-${texts.length}`, k, inner])));
      texts.push(d);
      sd.push(await digest(d));
    }
    if (sd.length) out._sd = sd;
    return out;
  }
  const payload = { ...((await walk(claims)) as Record<string, Json>), _sd_alg: 'sha-256' };
  const jwt = await signer(key ?? (await makeKey()))({ alg: 'ES256', typ: 'dc+sd-jwt', ...header }, payload);
  return [jwt, ...texts, ''].join('~');
}

const licence = (vct = 'a', more: Record<string, Json> = {}) => seal({ vct, licence: { CZZT: { $hidden: '王*' } }, attributes: { address: { $hidden: { city: '长沙', street: { $hidden: '雨花1号' } } }, open: true, year: { $hidden: 1990 } }, ...more }).then(parse);

describe.skipIf(!there)('the example of OpenID4VP', () => {
  it('is read, shown and bound as the text prints it', async () => {
    const c = await parse(glued(published(sample, 'sd_jwt_issuance.txt')));
    const want = JSON.parse(published(sample, 'user_claims.json')) as Record<string, Json>;
    for (const [k, v] of Object.entries(want)) expect(c.claims[k], k).toEqual(v);
    const printed = glued(published(sample, 'sd_jwt_presentation.txt'));
    const parts = printed.split('~');
    const shown = show(c, parts.slice(1, -1));
    expect(new Set(shown.split('~'))).toEqual(new Set([...parts.slice(0, -1), '']));
    const kb = jsonOf(parts.at(-1)!.split('.')[1]!) as Record<string, Json>;
    expect(await digest(printed.slice(0, printed.lastIndexOf('~') + 1))).toBe(kb.sd_hash);
  });

  it.each(['claims_alternatives', 'credentials_alternatives', 'multi_credentials', 'simple', 'value_matching_simple'])('query %s is read', (name) => {
    expect(readQuery(JSON.parse(published('openid4vp', '1.0', 'examples', 'query_lang', `${name}.json`))).credentials.length).toBeGreaterThan(0);
  });

  it('claims_alternatives: either set answers, the preferred one first', async () => {
    const q = readQuery(JSON.parse(published('openid4vp', '1.0', 'examples', 'query_lang', 'claims_alternatives.json')));
    const hidden = (...names: string[]) => Object.fromEntries(names.map((n) => [n, { $hidden: n }]));
    const vct = 'https://credentials.example.com/identity_credential';
    const all = await parse(await seal({ vct, ...hidden('family_name', 'postal_code', 'locality', 'region', 'date_of_birth') }));
    const few = await parse(await seal({ vct, ...hidden('family_name', 'postal_code', 'date_of_birth') }));
    const got = matches(q.credentials[0]!, [all, few]);
    expect(got.map((m) => m.options.map((o) => o.claims.map((c) => c.path[0])))).toEqual([
      [['family_name', 'locality', 'region', 'date_of_birth'], ['family_name', 'postal_code', 'date_of_birth']],
      [['family_name', 'postal_code', 'date_of_birth']],
    ]);
  });

  it('credentials_alternatives: the first set that can be answered, and what may be left out', async () => {
    const q = readQuery(JSON.parse(published('openid4vp', '1.0', 'examples', 'query_lang', 'credentials_alternatives.json')));
    const reduced = await parse(await seal({ vct: 'https://credentials.example.com/reduced_identity_credential', family_name: 'a', given_name: 'b' }));
    const home = await parse(await seal({ vct: 'https://cred.example/residence_credential', postal_code: '1', locality: 'x', region: 'y' }));
    const nice = await parse(await seal({ vct: 'https://company.example/company_rewards', rewards_number: '7' }));
    const c = choices(q, [reduced, home, nice]);
    expect([c.needed, c.optional, c.missing]).toEqual([['pid_reduced_cred_1', 'pid_reduced_cred_2'], ['nice_to_have'], []]);
    expect(choices(q, [reduced]).missing).toEqual(['pid']);
  });

  it('the offer of OpenID4VCI with a transaction code', () => {
    const o = readOffer(JSON.parse(published('openid4vci', '1.0', 'examples', 'credential_offer_pre-authz_code.json')));
    expect(o).toEqual({ issuer: 'https://credential-issuer.example.com', configuration: 'UniversityDegreeCredential', code: 'adhjhdjajkdkhjhdj', txCode: { numeric: true, length: 0 } });
  });
});

describe('an SD-JWT', () => {
  it('shows what is chosen and what holds it, and nothing else', async () => {
    const c = await licence();
    const street = find(c.all, ['attributes', 'address', 'street'])[0]!;
    expect(street.needs.length).toBe(2);
    const again = await parse(show(c, street.needs));
    expect(again.claims).toEqual({ vct: 'a', licence: {}, attributes: { address: { city: '长沙', street: '雨花1号' }, open: true } });
  });

  it.each<[string, (c: Credential) => string]>([
    ['a disclosure twice', (c) => c.text + c.disclosures[0]! + '~'],
    ['a disclosure that belongs nowhere', (c) => `${c.text}${textOf(new TextEncoder().encode('["s","x",1]'))}~`],
    ['no tilde at the end', (c) => c.text.slice(0, -1)],
    ['padding', (c) => c.text.replace('~', '=~')],
    ['two parts', (c) => c.text.replace('.', '')],
  ])('with %s is refused', async (_, change) => {
    await expect(parse(change(await licence()))).rejects.toThrow('sd-jwt');
  });

  it('is bound so that another program verifies it', async () => {
    const key = await makeKey();
    const c = await licence();
    const text = await bind(c, [c.disclosures[0]!], signer(key), { audience: 'x509_hash:abc', nonce: 'n', now: 1_800_000_000_500 });
    const cut = text.lastIndexOf('~') + 1;
    const { payload, protectedHeader } = await compactVerify(text.slice(cut), await importJWK(key.public, 'ES256'));
    expect(protectedHeader.typ).toBe('kb+jwt');
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({ iat: 1_800_000_000, aud: 'x509_hash:abc', nonce: 'n', sd_hash: await digest(text.slice(0, cut)) });
  });
});

describe('DCQL', () => {
  it.each<[string, (string | number | null)[], unknown[] | undefined, boolean]>([
    ['a claim', ['attributes', 'address'], undefined, true],
    ['a claim inside a hidden one', ['attributes', 'address', 'street'], undefined, true],
    ['a value', ['attributes', 'year'], [1990], true],
    ['another value', ['attributes', 'year'], [1991], false],
    ['a value of another kind', ['attributes', 'year'], ['1990'], false],
    ['nothing', ['attributes', 'none'], undefined, false],
  ])('%s', async (_, path, values, want) => {
    const q = readQuery({ credentials: [{ id: 'l', format: 'dc+sd-jwt', claims: [{ path, ...(values ? { values } : {}) }] }] });
    expect(matches(q.credentials[0]!, [await licence()]).length > 0).toBe(want);
  });

  it('without claims shows nothing that is hidden; of another type or format does not match', async () => {
    const held = [await licence()];
    const m = (c: object) => matches(readQuery({ credentials: [{ id: 'l', format: 'dc+sd-jwt', ...c }] }).credentials[0]!, held);
    expect(m({})[0]!.options[0]!.disclosures).toEqual([]);
    expect(m({ meta: { vct_values: ['b'] } })).toEqual([]);
    expect(m({ format: 'mso_mdoc' })).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['no credentials', {}], ['an id twice', { credentials: [{ id: 'a', format: 'x' }, { id: 'a', format: 'x' }] }],
    ['a path of another kind', { credentials: [{ id: 'a', format: 'x', claims: [{ path: [-1] }] }] }],
    ['a set of unknown claims', { credentials: [{ id: 'a', format: 'x', claims: [{ id: 'b', path: ['x'] }], claim_sets: [['c']] }] }],
    ['a set of unknown credentials', { credentials: [{ id: 'a', format: 'x' }], credential_sets: [{ options: [['b']] }] }],
  ])('a query with %s is refused', (_, q) => expect(() => readQuery(q)).toThrow());
});

describe('an answer', () => {
  const wanted = (more: Partial<Wanted>): Wanted => ({ verifier: { code: 'xiangtan', name: 'x' }, host: 'h', purpose: 'p', clientId: 'c', nonce: 'n', state: 's', responseUri: 'https://h/r', mode: 'direct_post.jwt', query: {}, keys: [], enc: ['A256GCM'], ...more });

  it('is encrypted to the key of the request', async () => {
    const pair = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
    const key = { ...(await exportJWK(pair.publicKey)), kid: 'k', use: 'enc', alg: 'ECDH-ES' } as JWK;
    const form = await answer(wanted({ keys: [{ kty: 'EC', crv: 'P-521' } as JWK, key] }), { l: ['x~'] });
    const { plaintext, protectedHeader } = await compactDecrypt(form.get('response')!, pair.privateKey);
    expect([protectedHeader.enc, protectedHeader.kid]).toEqual(['A256GCM', 'k']);
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toEqual({ vp_token: { l: ['x~'] }, state: 's' });
    expect([...form.keys()]).toEqual(['response']);
  });

  it('is not sent in the clear where no key can be used', async () => {
    await expect(answer(wanted({}), { l: ['x~'] })).rejects.toThrow('encryption');
  });

  it('of the holder may be no', () => expect(Object.fromEntries(refusal(wanted({})))).toEqual({ error: 'access_denied', state: 's' }));

  it('leaves out what is optional until the holder chooses it', async () => {
    const q: Query = readQuery({ credentials: [{ id: 'must', format: 'dc+sd-jwt', meta: { vct_values: ['a'] } }, { id: 'may', format: 'dc+sd-jwt', meta: { vct_values: ['b'] } }], credential_sets: [{ options: [['must']] }, { options: [['may']], required: false }] });
    const held = [await licence('a'), await licence('b')];
    const c = choices(q, held);
    const keys = await Promise.all(held.map(async (credential) => ({ credential, sign: signer(await makeKey()) })));
    const to = { audience: 'c', nonce: 'n', now: 0 };
    expect(Object.keys(await present(q, c, first(c), keys, to))).toEqual(['must']);
    expect(Object.keys(await present(q, c, { ...first(c), may: { on: true, match: 0, option: 0 } }, keys, to))).toEqual(['must', 'may']);
  });
});

describe('an offer', () => {
  it.each(['openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fa.example%2Fo', 'https://wallet.example/?credential_offer=%7B%7D'])('is told from a request: %s', (text) => expect(isOffer(text)).toBe(true));
  it.each(['', 'nonsense', 'openid-credential-offer://', 'openid-credential-offer://?credential_offer_uri=file%3A%2F%2F%2Fetc', 'openid-credential-offer://?credential_offer_uri=https://a&credential_offer={}'])('is refused: %s', (text) => expect(() => readLink(text)).toThrow(NotIssued));
});

/** An issuer in a function; change alters what it hands out. */
async function issuer(change: { claims?: Record<string, Json>; otherKey?: boolean; spoil?: boolean } = {}) {
  const at = 'https://changsha.example';
  const key = await makeKey();
  const kid = (await import('jose')).calculateJwkThumbprint;
  const seen: string[] = [];
  const reply = (o: unknown, status = 200) => new Response(JSON.stringify(o), { status });
  const fetch: Fetch = async (url, init) => {
    const path = url.replace(at, '');
    seen.push(path);
    if (path === '/.well-known/openid-credential-issuer') return reply({ credential_issuer: at, credential_endpoint: `${at}/c`, nonce_endpoint: `${at}/n`, notification_endpoint: `${at}/note`, credential_configurations_supported: { t: { format: 'dc+sd-jwt' } } });
    if (path === '/.well-known/oauth-authorization-server') return reply({ issuer: at, token_endpoint: `${at}/t` });
    if (path === '/t') return new URLSearchParams(String(init?.body)).get('tx_code') === '123456' ? reply({ access_token: 'tok', token_type: 'DPoP' }) : reply({ error: 'invalid_grant' }, 400);
    if (path === '/n') return reply({ c_nonce: 'nonce' });
    if (path === '/node/card') return reply({ card: { licences: [{ key: key.public }] } });
    if (path === '/note') return new Response(null, { status: 204 });
    const proof = (JSON.parse(String(init?.body)) as { proofs: { jwt: string[] } }).proofs.jwt[0]!;
    const jwk = (jsonOf(proof.split('.')[0]!) as Record<string, Json>).jwk!;
    await compactVerify(proof, await importJWK(jwk as JWK, 'ES256'));
    const holder = change.otherKey ? ((await makeKey()).public as Json) : jwk;
    let text = await seal({ vct: 't', iss: at, cnf: { jwk: holder }, attributes: { a: { $hidden: 1 } }, ...change.claims }, { kid: await kid(key.public) }, key);
    if (change.spoil) text = text.replace(/\.([A-Za-z0-9_-]{20})/, (_, x: string) => `.${[...x].reverse().join('')}`);
    return reply({ credentials: [{ credential: text }], notification_id: 'n1' });
  };
  return { fetch, seen, offer: { issuer: at, configuration: 't', code: 'x', txCode: { numeric: true, length: 6 } } };
}

describe('getting a licence', () => {
  it('ends with a credential for a key of this wallet, and tells the issuer', async () => {
    const x = await issuer();
    const got = await take(x.fetch, x.offer, '123456');
    if (!('credential' in got)) throw new Error('later');
    expect(await sameKey(got.key, (got.credential.claims.cnf as Record<string, Json>).jwk)).toBe(true);
    expect(got.key.private.extractable).toBe(false);
    expect(x.seen.at(-1)).toBe('/note');
  });

  it.each<[string, Parameters<typeof issuer>[0], string]>([
    ['of another issuer', { claims: { iss: 'https://evil.example' } }, 'credential iss'],
    ['for another key', { otherKey: true }, 'credential cnf'],
    ['that is over', { claims: { exp: 1 } }, 'credential exp'],
    ['that was altered', { spoil: true }, 'credential'],
  ])('a credential %s is not kept', async (_, change, want) => {
    const x = await issuer(change);
    await expect(take(x.fetch, x.offer, '123456')).rejects.toThrow(want);
  });

  it('a wrong code is told as the issuer says it', async () => {
    const x = await issuer();
    await expect(take(x.fetch, x.offer, '0')).rejects.toMatchObject({ code: 'refused', error: 'invalid_grant' });
  });

  it('a signature of a key that is not on the card is refused', async () => {
    const x = await issuer();
    const key = await makeKey();
    const text = await seal({ vct: 't', iss: x.offer.issuer, cnf: { jwk: key.public as Json } }, { kid: 'strange' });
    await expect(check(x.fetch, text, key, x.offer.issuer, 0)).rejects.toThrow('credential kid');
  });
});

it('base64url is strict', () => {
  for (const bad of ['A', 'AB=', 'A+', 'AB', 'A B']) if (bad !== 'AB') expect(() => bytesOf(bad), bad).toThrow();
  expect(() => bytesOf('AB')).toThrow(); // bits that are left over are set
  expect(textOf(bytesOf('AQID_-8'))).toBe('AQID_-8');
});
