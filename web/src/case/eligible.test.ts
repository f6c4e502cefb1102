import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { icons } from '../frame/icons';
import { looks, summed, type Standing } from './eligible';

describe('who may move', () => {
  const stands: Standing[] = ['met', 'unseen', 'met', 'unmet', 'unsaid', 'met'];
  it('adds up: nothing is left out or counted twice', () => {
    const n = summed(stands.map((s) => ({ stands: s })));
    expect(n).toEqual({ all: 6, met: 3, unmet: 1, unknown: 2 });
    expect(n.met + n.unmet + n.unknown).toBe(n.all);
  });
  it('of no conditions is nothing', () => expect(summed([])).toEqual({ all: 0, met: 0, unmet: 0, unknown: 0 }));
  it('knows every standing of the API, with an icon and with words in both languages', () => {
    const api = readFileSync(join(import.meta.dirname, '../../../openapi.yaml'), 'utf8');
    const known = /EligibilityCondition:[\s\S]*?stands:[\s\S]*?enum:\n((?:\s+- \w+\n)+)/.exec(api)![1]!.match(/\w+/g)!;
    expect(Object.keys(looks).sort()).toEqual([...known].sort());
    for (const lang of ['zh-CN', 'en']) {
      const words = JSON.parse(readFileSync(join(import.meta.dirname, '../../../locale', lang, 'queue.json'), 'utf8')) as Record<string, string>;
      for (const s of known) expect(words[`web.eligible.${s}`], `${s} in ${lang}`).toBeTruthy();
    }
    for (const i of Object.values(looks)) expect(icons[i]).toBeTruthy();
  });
});
