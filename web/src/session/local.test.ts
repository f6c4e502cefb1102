import { describe, expect, it } from 'vitest';
import { localPath, placeAt } from './local';

describe('a path to go back to', () => {
  const here = 'http://node.example:8080';
  for (const [asked, want] of [
    ['/wallet?tab=show#x', '/wallet?tab=show#x'], ['/', '/'], ['', '/'], [null, '/'], ['wallet', '/'],
    ['//evil.example/a', '/'], ['/\\evil.example', '/'], ['/\t/evil.example', '/'], ['https://evil.example', '/'], ['javascript:alert(1)', '/'],
    ['/..//evil.example', '/'], ['/a/..//evil.example', '/'],
  ] as const) {
    it(`${asked} leads to ${want}`, () => expect(localPath(asked, here)).toBe(want));
  }
});

describe('the same place at another node', () => {
  it('keeps its own host', () => expect(placeAt('https://zhuzhou.example', '/trust?lang=en', 'localhost')).toBe('https://zhuzhou.example/trust?lang=en'));
  it('follows the name of the machine for nodes on it', () => {
    expect(placeAt('http://localhost:8082', '/', '127.0.0.1')).toBe('http://127.0.0.1:8082/');
    expect(placeAt('http://localhost:8082', '/', '192.0.2.7')).toBe('http://192.0.2.7:8082/');
  });
});
