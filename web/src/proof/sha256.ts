// SHA-256 (FIPS 180-4). WebCrypto does it where the page is served from a secure
// context; a node on a plain-HTTP local network is none, so it is also here.

const k = new Uint32Array(64);
const h0 = new Uint32Array(8);

// The constants are the first 32 bits of the fractional parts of the cube and
// square roots of the first primes (§4.2.2, §5.3.3).
for (let n = 2, i = 0; i < 64; n++) {
  let prime = true;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
  if (!prime) continue;
  k[i] = fraction(Math.cbrt(n));
  if (i < 8) h0[i] = fraction(Math.sqrt(n));
  i++;
}

function fraction(x: number): number {
  return Math.floor((x - Math.floor(x)) * 2 ** 32);
}

const turn = (x: number, n: number) => (x >>> n) | (x << (32 - n));

export function sha256Plain(data: Uint8Array): Uint8Array {
  const length = (((data.length + 8) >> 6) + 1) << 6;
  const message = new Uint8Array(length);
  message.set(data);
  message[data.length] = 0x80;
  const view = new DataView(message.buffer);
  view.setUint32(length - 8, Math.floor(data.length / 2 ** 29));
  view.setUint32(length - 4, (data.length << 3) >>> 0);
  const h = h0.slice();
  const w = new Uint32Array(64);
  for (let at = 0; at < length; at += 64) block(h, w, view, at);
  const out = new DataView(new ArrayBuffer(32));
  h.forEach((word, i) => out.setUint32(4 * i, word));
  return new Uint8Array(out.buffer);
}

function block(h: Uint32Array, w: Uint32Array, view: DataView, at: number): void {
  for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const a = w[i - 15]!;
    const b = w[i - 2]!;
    w[i] = w[i - 16]! + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7]! + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
  }
  const v = h.slice();
  for (let i = 0; i < 64; i++) {
    const [a, b, c, d, e, f, g, hh] = v as unknown as [number, number, number, number, number, number, number, number];
    const t1 = hh + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + k[i]! + w[i]!;
    const t2 = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    v.set([t1 + t2, a, b, c, d + t1, e, f, g]);
  }
  v.forEach((x, i) => (h[i] = h[i]! + x));
}

export async function sha256(data: Uint8Array): Promise<Uint8Array> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return sha256Plain(data);
  return new Uint8Array(await subtle.digest('SHA-256', data as BufferSource));
}
