import { expect, it } from 'vitest';
import { firstLang } from './choose';

it.each<[string | null, string | null, string[], string]>([
  [null, null, [], 'zh-CN'],
  [null, null, ['fr-FR'], 'zh-CN'],
  [null, null, ['fr-FR', 'en-GB'], 'en'],
  [null, null, ['zh-TW', 'en'], 'zh-CN'],
  [null, 'zh-CN', ['en-US'], 'zh-CN'],
  ['en', 'zh-CN', ['zh-CN'], 'en'],
  ['zh', 'en', ['en'], 'zh-CN'],
  ['tlh', 'en', ['zh-CN'], 'en'],
])('address %j, earlier choice %j, browser %j: %s', (query, stored, browser, want) => expect(firstLang(query, stored, browser)).toBe(want));
