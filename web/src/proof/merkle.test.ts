import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canonical, type Json } from './canonical';
import { bytes, checkEntry, hex, leafHash, nodeHash, rootFrom, type Entry } from './merkle';
import { sha256, sha256Plain } from './sha256';

const text = (s: string) => new TextEncoder().encode(s);

describe('SHA-256', () => {
  it('is the same here, in WebCrypto and in Node, at every length around a block', async () => {
    for (let n = 0; n < 200; n++) {
      const data = Uint8Array.from({ length: n }, (_, i) => (i * 31 + n) % 256);
      const want = createHash('sha256').update(data).digest('hex');
      expect(hex(sha256Plain(data))).toBe(want);
      expect(hex(await sha256(data))).toBe(want);
    }
  });
});

describe('canonical JSON (RFC 8785)', () => {
  it.each<[Json, string]>([
    [{ b: 1, a: 'x' }, '{"a":"x","b":1}'],
    [{ '€': 1, '\r': 2, '1': 3, '\u0080': 4, 'ö': 5, '😀': 6, '\ufb33': 7 }, '{"\\r":2,"1":3,"\u0080":4,"ö":5,"€":1,"😀":6,"\ufb33":7}'],
    [[333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0], '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]'],
    [{ s: '长沙\n"\\' }, '{"s":"长沙\\n\\"\\\\"}'],
    [{ a: [true, null, { z: 1, y: [] }] }, '{"a":[true,null,{"y":[],"z":1}]}'],
  ])('of %j', (value, want) => expect(canonical(value)).toBe(want));
});

// The slow obvious tree of RFC 6962 §2.1: split at the largest power of two.
async function root(leaves: Uint8Array[]): Promise<Uint8Array> {
  if (leaves.length === 1) return leafHash(leaves[0]!);
  const k = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return nodeHash(await root(leaves.slice(0, k)), await root(leaves.slice(k)));
}

async function path(leaves: Uint8Array[], m: number): Promise<Uint8Array[]> {
  if (leaves.length === 1) return [];
  const k = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return m < k
    ? [...(await path(leaves.slice(0, k), m)), await root(leaves.slice(k))]
    : [...(await path(leaves.slice(k), m - k)), await root(leaves.slice(0, k))];
}

async function entry(size: number, index: number): Promise<Entry> {
  const all = Array.from({ length: size }, (_, i) => text(canonical({ type: 'observation', value: i })));
  return {
    index, size, leaf: canonical({ type: 'observation', value: index }), leafHash: hex(await leafHash(all[index]!)),
    proof: (await path(all, index)).map(hex), root: hex(await root(all)),
  };
}

describe('inclusion proofs', () => {
  it('hold for every leaf of every tree up to 17', async () => {
    for (let size = 1; size <= 17; size++) {
      for (let index = 0; index < size; index++) expect((await checkEntry(await entry(size, index))).valid, `${index} of ${size}`).toBe(true);
    }
  });

  it.each<[string, (e: Entry) => Entry]>([
    ['another leaf', (e) => ({ ...e, leaf: e.leaf.replace('5', '6') })],
    ['another leaf with its own hash', (e) => ({ ...e, leaf: '{}', leafHash: createHash('sha256').update('\0{}').digest('hex') })],
    ['another root', (e) => ({ ...e, root: e.leafHash })],
    ['another index', (e) => ({ ...e, index: 4 })],
    ['another size', (e) => ({ ...e, size: 7 })],
    ['an index outside', (e) => ({ ...e, index: 11 })],
    ['no proof', (e) => ({ ...e, proof: [] })],
    ['a longer proof', (e) => ({ ...e, proof: [...e.proof, e.root] })],
    ['a shorter proof', (e) => ({ ...e, proof: e.proof.slice(1) })],
    ['a proof in another order', (e) => ({ ...e, proof: [...e.proof].reverse() })],
    ['a proof that is not hashes', (e) => ({ ...e, proof: e.proof.map(() => 'zz') })],
  ])('fail for %s', async (_, tamper) => expect((await checkEntry(tamper(await entry(11, 5)))).valid).toBe(false));
});

// Vectors made by others, outside the repository.
const vectors = join(import.meta.dirname, '../../../../shared/data/credentials/merkle/testdata/inclusion');
interface Vector { leafIdx: number; treeSize: number; root: string; leafHash: string; proof: string[] | null; desc: string; wantErr: boolean }
const here = existsSync(vectors);
const files = here ? readdirSync(vectors, { recursive: true, withFileTypes: true }).filter((f) => f.isFile() && f.name.endsWith('.json')) : [];
if (!here) console.warn(`left out 1 test: the Merkle vectors are not at ${vectors}`);

describe.skipIf(!here)('vectors of transparency-dev/merkle', () => {
  it(`all ${files.length} come out as they should`, async () => {
    const raw = (b64: string) => Uint8Array.from(Buffer.from(b64, 'base64'));
    for (const f of files) {
      const v = JSON.parse(readFileSync(join(f.parentPath, f.name), 'utf8')) as Vector;
      const proof = (v.proof ?? []).map(raw);
      const leaf = raw(v.leafHash ?? '');
      const whole = leaf.length === 32 && proof.every((p) => p.length === 32);
      const got = whole ? await rootFrom(leaf, v.leafIdx, v.treeSize, proof) : null;
      const ok = got !== null && hex(got) === hex(raw(v.root ?? ''));
      expect(ok, `${f.parentPath}/${f.name}: ${v.desc}`).toBe(!v.wantErr);
    }
  });
});

it('hex and bytes are inverse, and refuse what is not hex', () => {
  expect(hex(bytes('00ff10'))).toBe('00ff10');
  expect(bytes('0g')).toHaveLength(0);
  expect(bytes('abc')).toHaveLength(0);
});
