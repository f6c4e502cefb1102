// How a wallet gets a credential (OpenID4VCI 1.0), by the code of an offer: offer, metadata,
// token, nonce, proof, credential. The network comes in as a function.
import { calculateJwkThumbprint, compactVerify, importJWK, type JWK } from 'jose';
import { makeKey, sameKey, signer, type Key } from './keys';
import { digest, parse, textOf, type Credential, type Json } from './sdjwt';

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;
type Obj = { [key: string]: Json };

/** Why a credential did not come; error is what the issuer said (RFC 6749 §5.2). */
export class NotIssued extends Error {
  readonly code: string;
  readonly error: string;
  constructor(code: string, error = '') {
    super(`${code} ${error}`.trim());
    this.code = code;
    this.error = error;
  }
}

export const preAuthorized = 'urn:ietf:params:oauth:grant-type:pre-authorized_code';

export interface Offer {
  issuer: string;
  configuration: string;
  code: string;
  /** What the holder was told apart from the offer; undefined: nothing is asked for. */
  txCode?: { numeric: boolean; length: number };
}

/** Where an offer is, or the offer itself, by a link or by its address alone (§4.1). */
export function readLink(text: string): { offer: Obj } | { uri: string } {
  let q: URLSearchParams;
  try {
    q = new URL(text.trim()).searchParams;
  } catch {
    throw new NotIssued('link');
  }
  const uri = q.get('credential_offer_uri');
  const inline = q.get('credential_offer');
  if ((uri === null) === (inline === null)) throw new NotIssued('link');
  if (uri !== null) {
    if (!/^https?:\/\//.test(uri)) throw new NotIssued('link');
    return { uri };
  }
  return { offer: object(parsed(inline!), 'link') };
}

/** Whether a text is an offer of a credential. */
export const isOffer = (text: string) => /^(openid-credential-offer|haip-vci):|[?&]credential_offer(_uri)?=/.test(text.trim());

/** Whether a text is a request for credentials. */
export const isRequest = (text: string) => /^(openid4vp|haip-vp|haip):|[?&]request_uri=/.test(text.trim());

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new NotIssued('form');
  }
}

function object(v: Json | undefined, code: string): Obj {
  if (typeof v !== 'object' || v === null || Array.isArray(v)) throw new NotIssued(code);
  return v;
}

function text(v: Json | undefined, code: string): string {
  if (typeof v !== 'string' || !v) throw new NotIssued(code);
  return v;
}

/** Reads an offer; only those that come with a code are taken. */
export function readOffer(o: Obj): Offer {
  const issuer = text(o.credential_issuer, 'offer');
  const ids = o.credential_configuration_ids;
  const grants = typeof o.grants === 'object' && o.grants !== null && !Array.isArray(o.grants) ? o.grants : {};
  if (!/^https?:\/\//.test(issuer) || !Array.isArray(ids) || !ids.length) throw new NotIssued('offer');
  if (!grants[preAuthorized]) throw new NotIssued('grant');
  const grant = object(grants[preAuthorized], 'offer');
  const offer: Offer = { issuer, configuration: text(ids[0], 'offer'), code: text(grant['pre-authorized_code'], 'offer') };
  if (grant.tx_code !== undefined) {
    const tx = object(grant.tx_code, 'offer');
    offer.txCode = { numeric: tx.input_mode !== 'text', length: typeof tx.length === 'number' ? tx.length : 0 };
  }
  return offer;
}

async function get(fetch: Fetch, url: string, init?: RequestInit): Promise<{ status: number; body: Obj }> {
  let answer: Response;
  try {
    answer = await fetch(url, { credentials: 'omit', cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(30_000), ...init });
  } catch {
    throw new NotIssued('unreachable', host(url));
  }
  const body = await answer.text();
  if (answer.status === 204) return { status: 204, body: {} };
  let o: Obj = {};
  try {
    o = object(JSON.parse(body) as Json, 'form');
  } catch {
    if (answer.ok) throw new NotIssued('form', host(url));
  }
  if (!answer.ok) throw new NotIssued('refused', typeof o.error === 'string' ? o.error : String(answer.status));
  return { status: answer.status, body: o };
}

export function host(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

/** Metadata below /.well-known/, before the path of the issuer (§12.2.2). */
function wellKnown(issuer: string, name: string): string {
  const u = new URL(issuer);
  return `${u.origin}/.well-known/${name}${u.pathname === '/' ? '' : u.pathname}`;
}

export async function fetchOffer(fetch: Fetch, link: string): Promise<Offer> {
  const l = readLink(link);
  return readOffer('offer' in l ? l.offer : (await get(fetch, l.uri)).body);
}

/** What is kept of a credential that comes later (§9). */
export interface Later {
  issuer: string;
  configuration: string;
  deferred: string;
  notification: string;
  transaction: string;
  token: string;
  key: Key;
  dpop: Key;
}

export interface Got {
  credential: Credential;
  key: Key;
}

const random = () => textOf(crypto.getRandomValues(new Uint8Array(24)));

/** A proof that the token is used by whom it was given to (RFC 9449 §4.2). */
async function dpop(key: Key, method: string, url: string, token: string, now: number): Promise<string> {
  const payload: Obj = { jti: random(), htm: method, htu: url, iat: Math.floor(now / 1000) };
  if (token) payload.ath = await digest(token);
  return signer(key)({ typ: 'dpop+jwt', alg: 'ES256', jwk: key.public as Json }, payload);
}

async function post(fetch: Fetch, url: string, body: Obj, token: string, key: Key, now: number) {
  const headers = { 'Content-Type': 'application/json', Authorization: `DPoP ${token}`, DPoP: await dpop(key, 'POST', url, token, now) };
  return get(fetch, url, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** Takes what is offered. */
export async function take(fetch: Fetch, offer: Offer, txCode: string, now = Date.now()): Promise<Got | Later> {
  const issuer = (await get(fetch, wellKnown(offer.issuer, 'openid-credential-issuer'))).body;
  if (issuer.credential_issuer !== offer.issuer) throw new NotIssued('metadata');
  const servers = issuer.authorization_servers;
  const at = Array.isArray(servers) && servers.length ? text(servers[0], 'metadata') : offer.issuer;
  const server = (await get(fetch, wellKnown(at, 'oauth-authorization-server'))).body;
  if (server.issuer !== at) throw new NotIssued('metadata');
  const configuration = object(object(issuer.credential_configurations_supported, 'metadata')[offer.configuration], 'metadata');
  if (configuration.format !== 'dc+sd-jwt') throw new NotIssued('format');

  const bound = await makeKey();
  const tokenAt = text(server.token_endpoint, 'metadata');
  const form = new URLSearchParams({ grant_type: preAuthorized, 'pre-authorized_code': offer.code });
  if (offer.txCode) form.set('tx_code', txCode);
  const token = (await get(fetch, tokenAt, { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded', DPoP: await dpop(bound, 'POST', tokenAt, '', now) }, body: form.toString() })).body;
  const access = text(token.access_token, 'form');
  if (String(token.token_type).toLowerCase() !== 'dpop') throw new NotIssued('form');

  const nonce = text((await get(fetch, text(issuer.nonce_endpoint, 'metadata'), { method: 'POST' })).body.c_nonce, 'form');
  const key = await makeKey();
  const proof = await signer(key)({ typ: 'openid4vci-proof+jwt', alg: 'ES256', jwk: key.public as Json }, { aud: offer.issuer, iat: Math.floor(now / 1000), nonce });
  const which = identifierOf(token, offer.configuration);
  const credentialAt = text(issuer.credential_endpoint, 'metadata');
  const { status, body } = await post(fetch, credentialAt, { ...which, proofs: { jwt: [proof] } }, access, bound, now);
  const later: Later = {
    issuer: offer.issuer, configuration: offer.configuration, key, dpop: bound, token: access, transaction: String(body.transaction_id ?? ''),
    deferred: String(issuer.deferred_credential_endpoint ?? ''), notification: String(issuer.notification_endpoint ?? ''),
  };
  return status === 202 ? later : received(fetch, later, body, now);
}

/** How the credential is named in the request: by what the token says, where it says something (§8.2). */
function identifierOf(token: Obj, configuration: string): Obj {
  const details = Array.isArray(token.authorization_details) ? token.authorization_details : [];
  for (const d of details) {
    const ids = object(d, 'form').credential_identifiers;
    if (object(d, 'form').credential_configuration_id === configuration && Array.isArray(ids) && ids.length) return { credential_identifier: ids[0]! };
  }
  return { credential_configuration_id: configuration };
}

/** Asks again for what comes later; undefined: it is still not there. */
export async function ask(fetch: Fetch, l: Later, now = Date.now()): Promise<Got | undefined> {
  const { status, body } = await post(fetch, l.deferred, { transaction_id: l.transaction }, l.token, l.dpop, now);
  return status === 202 ? undefined : received(fetch, l, body, now);
}

async function received(fetch: Fetch, l: Later, body: Obj, now: number): Promise<Got> {
  const list = Array.isArray(body.credentials) ? body.credentials : [];
  const tell = async (event: string) => {
    if (l.notification && typeof body.notification_id === 'string') await post(fetch, l.notification, { notification_id: body.notification_id, event }, l.token, l.dpop, now).catch(() => undefined);
  };
  try {
    const credential = await check(fetch, text(object(list[0], 'form').credential, 'form'), l.key, l.issuer, now);
    await tell('credential_accepted');
    return { credential, key: l.key };
  } catch (error) {
    await tell('credential_failure');
    throw error;
  }
}

/** Holds what came to what was asked for: form, holder's key, issuer, dates, and the signature
    against the keys on the issuer's card. */
export async function check(fetch: Fetch, raw: string, key: Key, issuer: string, now: number): Promise<Credential> {
  const c = await parse(raw).catch(() => {
    throw new NotIssued('credential', 'form');
  });
  if (c.header.typ !== 'dc+sd-jwt') throw new NotIssued('credential', 'typ');
  if (c.claims.iss !== issuer) throw new NotIssued('credential', 'iss');
  const cnf = c.claims.cnf;
  if (typeof cnf !== 'object' || cnf === null || Array.isArray(cnf) || !(await sameKey(key, cnf.jwk))) throw new NotIssued('credential', 'cnf');
  if (typeof c.claims.exp === 'number' && c.claims.exp * 1000 <= now) throw new NotIssued('credential', 'exp');
  const alg = c.header.alg;
  if (alg !== 'ES256' && alg !== 'EdDSA') throw new NotIssued('credential', 'alg');
  const jwk = await named(await keysOf(fetch, issuer), c.header.kid);
  if (!jwk) throw new NotIssued('credential', 'kid');
  try {
    await compactVerify(c.jwt, await importJWK(jwk, alg), { algorithms: [alg] });
  } catch {
    throw new NotIssued('credential', 'signature');
  }
  return c;
}

/** The keys with which a node signs licences, from its card; those that were revoked are not taken. */
async function keysOf(fetch: Fetch, issuer: string): Promise<JWK[]> {
  const card = object((await get(fetch, `${issuer}/node/card`)).body.card, 'card');
  const list = Array.isArray(card.licences) ? card.licences.map((k) => object(k, 'card')) : [];
  return list.filter((k) => k.revoked === undefined).map((k) => object(k.key, 'card') as JWK);
}

/** The key of a name, which is its thumbprint (RFC 7638). */
async function named(list: JWK[], kid: Json | undefined): Promise<JWK | undefined> {
  for (const k of list) if (kid === (await calculateJwkThumbprint(k))) return k;
  return undefined;
}
