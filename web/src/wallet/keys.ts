// The holder's keys: P-256, made here, never to leave the browser (WebCrypto, not extractable).
import { calculateJwkThumbprint, exportJWK, SignJWT, type JWK } from 'jose';
import type { Json, Sign } from './sdjwt';

export interface Key {
  private: CryptoKey;
  public: JWK;
}

export async function makeKey(): Promise<Key> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const { kty, crv, x, y } = await exportJWK(pair.publicKey);
  return { private: pair.privateKey, public: { kty, crv, x, y } as JWK };
}

export function signer(key: Key): Sign {
  return (header, payload) => new SignJWT(payload as Record<string, unknown>).setProtectedHeader(header as { alg: string }).sign(key.private);
}

export async function sameKey(key: Key, jwk: Json | undefined): Promise<boolean> {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) return false;
  try {
    return (await calculateJwkThumbprint(jwk as JWK)) === (await calculateJwkThumbprint(key.public));
  } catch {
    return false;
  }
}
