import jsQR from 'jsqr';
import { describe, expect, it } from 'vitest';
import { codePath } from './code';

/** Paints the path as pixels, eight to a module. */
function paint(text: string): Uint8ClampedArray & { width?: number } {
  const { side, path } = codePath(text);
  const width = side * 8;
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const [, x, y, n] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    for (let py = Number(y) * 8; py < Number(y) * 8 + 8; py++) {
      for (let px = Number(x) * 8; px < (Number(x) + Number(n)) * 8; px++) pixels.set([0, 0, 0], (py * width + px) * 4);
    }
  }
  return Object.assign(pixels, { width });
}

describe('a QR code', () => {
  it.each([
    'CONURB1:6BFOXN*TS0BI$ZD4N9:9S6RCVN5+O30K3/XIV0W23NTDE$VK G2EP4J0B3KLASMUG8GX1/3:',
    'openid4vp://?client_id=x509_hash%3AUvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk&request_uri=http%3A%2F%2F127.0.0.1%3A8083%2Fopenid%2Frequest%2F01990a3c',
    'CONURB1:' + 'A7*'.repeat(300),
  ])('is read by another program: %s', (text) => {
    const pixels = paint(text);
    expect(jsQR(pixels, pixels.width!, pixels.width!)?.data).toBe(text);
  });
});
