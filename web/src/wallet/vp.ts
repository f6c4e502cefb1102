// How a wallet answers (OpenID4VP 1.0 §8): the form that is posted, encrypted where that is
// asked for (§8.3), or a refusal (§8.5). Pure but for what the callers hand in.
import { CompactEncrypt, importJWK, type JWK } from 'jose';

export interface Wanted {
  verifier: { code: string; name: string };
  host: string;
  purpose: string;
  clientId: string;
  nonce: string;
  state: string;
  responseUri: string;
  mode: string;
  query: unknown;
  keys: JWK[];
  enc: string[];
  until?: string;
}

/** Presentations by the id of what was asked. */
export type Presented = Record<string, string[]>;

const ciphers = ['A256GCM', 'A128GCM'];

/** The first key that an answer can be encrypted to: ECDH-ES on P-256. */
export function keyOf(w: Pick<Wanted, 'keys'>): JWK | undefined {
  return w.keys.find((k) => k.kty === 'EC' && k.crv === 'P-256' && (k.use === undefined || k.use === 'enc') && k.alg === 'ECDH-ES' && !('d' in k));
}

/** The form of an answer. */
export async function answer(w: Wanted, shown: Presented): Promise<URLSearchParams> {
  const form = new URLSearchParams();
  if (w.mode === 'direct_post') {
    form.set('vp_token', JSON.stringify(shown));
    if (w.state) form.set('state', w.state);
    return form;
  }
  const key = keyOf(w);
  const enc = (w.enc.length ? w.enc : ['A128GCM']).find((e) => ciphers.includes(e));
  if (w.mode !== 'direct_post.jwt' || !key || !enc) throw new Error('encryption');
  const text = new TextEncoder().encode(JSON.stringify({ vp_token: shown, ...(w.state ? { state: w.state } : {}) }));
  const jwe = new CompactEncrypt(text).setProtectedHeader({ alg: 'ECDH-ES', enc, ...(key.kid === undefined ? {} : { kid: key.kid }) });
  form.set('response', await jwe.encrypt(await importJWK({ ...key, alg: 'ECDH-ES' })));
  return form;
}

/** The form of a refusal by the holder. */
export function refusal(w: Pick<Wanted, 'state'>): URLSearchParams {
  return new URLSearchParams({ error: 'access_denied', ...(w.state ? { state: w.state } : {}) });
}
