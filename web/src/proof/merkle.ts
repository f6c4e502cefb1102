// Merkle hashes and inclusion proofs of RFC 6962 §2.1, recomputed in the
// visitor's own browser: the page does not have to be believed.
import { sha256 } from './sha256';

export async function leafHash(leaf: Uint8Array): Promise<Uint8Array> {
  return sha256(concat(Uint8Array.of(0), leaf));
}

export async function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Uint8Array> {
  return sha256(concat(Uint8Array.of(1), left, right));
}

/** The root that a leaf and its path lead to (RFC 9162 §2.1.3.2), null where the path cannot fit. */
export async function rootFrom(hash: Uint8Array, index: number, size: number, path: Uint8Array[]): Promise<Uint8Array | null> {
  if (index < 0 || index >= size) return null;
  let fn = index;
  let sn = size - 1;
  let r = hash;
  for (const p of path) {
    if (sn === 0) return null;
    if (fn % 2 === 1 || fn === sn) {
      r = await nodeHash(p, r);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else {
      r = await nodeHash(r, p);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 ? r : null;
}

export interface Entry {
  index: number;
  leaf: string; // canonical JSON
  leafHash: string;
  proof: string[];
  size: number;
  root: string;
}

export interface Check {
  leafHash: string;
  leafMatches: boolean;
  root: string;
  rootMatches: boolean;
  valid: boolean;
}

export async function checkEntry(e: Entry): Promise<Check> {
  const hash = await leafHash(new TextEncoder().encode(e.leaf));
  const path = e.proof.map(bytes);
  const root = path.some((p) => p.length !== 32) ? null : await rootFrom(hash, e.index, e.size, path);
  const check = { leafHash: hex(hash), leafMatches: hex(hash) === e.leafHash, root: root ? hex(root) : '', rootMatches: !!root && hex(root) === e.root };
  return { ...check, valid: check.leafMatches && check.rootMatches };
}

export function hex(data: Uint8Array): string {
  return Array.from(data, (b) => b.toString(16).padStart(2, '0')).join('');
}

export function bytes(text: string): Uint8Array {
  if (text.length % 2 || /[^0-9a-f]/i.test(text)) return new Uint8Array();
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

function concat(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}
