// SD-JWT (RFC 9901) as a wallet needs it: a credential is read, every claim is found with the
// disclosures that show it, and a presentation is put together of some of them. Pure: texts in,
// texts out.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Path = (string | number)[];

export interface Claim {
  path: Path;
  value: Json;
  /** The disclosures that show it, outermost first; none: it always stands open. */
  needs: string[];
}

export interface Credential {
  text: string;
  jwt: string;
  header: { [key: string]: Json };
  disclosures: string[];
  /** What it says when all of it is shown. */
  claims: { [key: string]: Json };
  /** Every value that is no object, and every object and list too, by its path. */
  all: Claim[];
  /** sha-256 or another one: of _sd_alg. */
  hash: string;
}

export class Faulty extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`sd-jwt: ${code}`);
    this.code = code;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Strict base64url without padding (RFC 7515 §2). */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw new Faulty('base64');
  const raw = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const out = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
  if (textOf(out) !== text) throw new Faulty('base64');
  return out;
}

export function textOf(bytes: Uint8Array): string {
  let raw = '';
  for (const b of bytes) raw += String.fromCharCode(b);
  return btoa(raw).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export function jsonOf(part: string): Json {
  try {
    return JSON.parse(utf8.decode(bytesOf(part))) as Json;
  } catch {
    throw new Faulty('json');
  }
}

const hashes: Record<string, string> = { 'sha-256': 'SHA-256', 'sha-384': 'SHA-384', 'sha-512': 'SHA-512' };

export async function digest(text: string, hash = 'sha-256'): Promise<string> {
  const name = hashes[hash];
  if (!name) throw new Faulty('hash');
  return textOf(new Uint8Array(await crypto.subtle.digest(name, new TextEncoder().encode(text))));
}

const isObject = (v: Json | undefined): v is { [key: string]: Json } => typeof v === 'object' && v !== null && !Array.isArray(v);

const most = { bytes: 1 << 20, disclosures: 1000, depth: 32 };

/** Reads a credential as its issuer gave it: no key binding, no disclosure that belongs nowhere
    or twice (RFC 9901 §7.1). The signature is not looked at. */
export async function parse(text: string): Promise<Credential> {
  if (text.length > most.bytes || !text.endsWith('~')) throw new Faulty('form');
  const [jwt = '', ...rest] = text.split('~');
  const disclosures = rest.slice(0, -1);
  const parts = jwt.split('.');
  if (parts.length !== 3 || disclosures.length > most.disclosures || disclosures.includes('')) throw new Faulty('form');
  if (!bytesOf(parts[2]!).length) throw new Faulty('form');
  const header = jsonOf(parts[0]!);
  const payload = jsonOf(parts[1]!);
  if (!isObject(header) || !isObject(payload)) throw new Faulty('form');
  const hash = typeof payload._sd_alg === 'string' ? payload._sd_alg : 'sha-256';
  const byDigest = new Map<string, string>();
  for (const d of disclosures) {
    const key = await digest(d, hash);
    if (byDigest.has(key)) throw new Faulty('twice');
    byDigest.set(key, d);
  }
  const reading = new Reading(byDigest);
  const claims = reading.object(payload, [], [], 0);
  delete claims._sd_alg;
  if (reading.used.size !== disclosures.length) throw new Faulty('stray');
  return { text, jwt, header, disclosures, claims, all: reading.all, hash };
}

class Reading {
  readonly used = new Set<string>();
  readonly all: Claim[] = [];
  private readonly seen = new Set<string>();
  private readonly byDigest: Map<string, string>;
  constructor(byDigest: Map<string, string>) {
    this.byDigest = byDigest;
  }

  /** The disclosure of a digest; undefined where the holder was not given it, or it is a decoy. */
  private open(of: Json | undefined, parts: number): { text: string; parts: Json[] } | undefined {
    if (typeof of !== 'string') throw new Faulty('digest');
    if (this.seen.has(of)) throw new Faulty('twice');
    this.seen.add(of);
    const text = this.byDigest.get(of);
    if (text === undefined) return undefined;
    const list = jsonOf(text);
    if (!Array.isArray(list) || list.length !== parts || typeof list[0] !== 'string') throw new Faulty('disclosure');
    this.used.add(text);
    return { text, parts: list };
  }

  private value(v: Json, path: Path, needs: string[], depth: number): Json {
    if (depth > most.depth) throw new Faulty('deep');
    const place = this.all.length;
    this.all.push({ path, value: null, needs });
    const out = Array.isArray(v) ? this.list(v, path, needs, depth) : isObject(v) ? this.object(v, path, needs, depth) : v;
    this.all[place]!.value = out;
    return out;
  }

  object(o: { [key: string]: Json }, path: Path, needs: string[], depth: number): { [key: string]: Json } {
    const out: { [key: string]: Json } = Object.create(null) as { [key: string]: Json };
    for (const [key, v] of Object.entries(o)) {
      if (key === '...') throw new Faulty('reserved');
      if (key !== '_sd') out[key] = key === '_sd_alg' && depth === 0 ? v : this.value(v, [...path, key], needs, depth + 1);
    }
    const hidden = o._sd ?? [];
    if (!Array.isArray(hidden)) throw new Faulty('digest');
    for (const one of hidden) {
      const d = this.open(one, 3);
      if (!d) continue;
      const [, key, v] = d.parts;
      if (typeof key !== 'string' || key === '_sd' || key === '...' || key in out) throw new Faulty('reserved');
      out[key] = this.value(v!, [...path, key], [...needs, d.text], depth + 1);
    }
    return { ...out };
  }

  private list(list: Json[], path: Path, needs: string[], depth: number): Json[] {
    const out: Json[] = [];
    for (const v of list) {
      if (!isObject(v) || !('...' in v)) {
        out.push(this.value(v, [...path, out.length], needs, depth + 1));
        continue;
      }
      if (Object.keys(v).length !== 1) throw new Faulty('digest');
      const d = this.open(v['...'], 2);
      if (d) out.push(this.value(d.parts[1]!, [...path, out.length], [...needs, d.text], depth + 1));
    }
    return out;
  }
}

/** The credential with some of its disclosures, in the order of the issuer, without key binding. */
export function show(c: Credential, disclosures: Iterable<string>): string {
  const wanted = new Set(disclosures);
  for (const d of wanted) if (!c.disclosures.includes(d)) throw new Faulty('stray');
  return [c.jwt, ...c.disclosures.filter((d) => wanted.has(d)), ''].join('~');
}

/** Signs a JWT. */
export type Sign = (header: Record<string, Json>, payload: Record<string, Json>) => Promise<string>;

/** A presentation bound to a verifier (RFC 9901 §4.3). */
export async function bind(c: Credential, disclosures: Iterable<string>, sign: Sign, to: { audience: string; nonce: string; now: number }): Promise<string> {
  const shown = show(c, disclosures);
  const jwt = await sign({ typ: 'kb+jwt', alg: 'ES256' }, { iat: Math.floor(to.now / 1000), aud: to.audience, nonce: to.nonce, sd_hash: await digest(shown, c.hash) });
  return shown + jwt;
}
