import { describe, expect, it } from 'vitest';
import { address, change, match, queryText } from './match';

describe('places', () => {
  it.each([
    ['/', 'board', ''],
    ['/targets/rail-420', 'target', 'rail-420'],
    ['/targets/rail-420/', 'target', 'rail-420'],
    ['/targets/a%2Fb', 'target', 'a/b'],
    ['/targets/%E0%A4%A', 'target', '%E0%A4%A'],
    ['/indicators/gdp', 'indicator', 'gdp'],
    ['/projects', 'projects', ''],
    ['/map', 'map', ''],
    ['/reach', 'reach', ''],
    ['/circles', 'circles', ''],
    ['/evidence', 'evidence', ''],
    ['/search', 'search', ''],
    ['/help', 'help', ''],
    ['/targets', 'lost', ''],
    ['/report', 'lost', ''],
    ['/api/v1/board', 'lost', ''],
  ])('%s is %s %s', (path, name, id) => expect(match(path)).toEqual({ name, id }));
});

describe('addresses', () => {
  const here = new URLSearchParams('asOf=2024-12-31&believedOn=2024-06-30&lang=en&atLog=7&q=rail&state=late');

  it('hand on the days, the log and the language, and nothing else', () => {
    expect(address('/map', here)).toBe('/map?asOf=2024-12-31&believedOn=2024-06-30&atLog=7&lang=en');
  });

  it('take what is asked for', () => {
    expect(address('/projects', here, { project: 'west-ring', lang: '' })).toBe('/projects?asOf=2024-12-31&believedOn=2024-06-30&atLog=7&project=west-ring');
    expect(address('/', new URLSearchParams())).toBe('/');
  });

  it('change without touching what they were made from', () => {
    const before = here.toString();
    expect(queryText(change(here, { asOf: '', state: null, q: '磁浮' }))).toBe('?believedOn=2024-06-30&lang=en&atLog=7&q=%E7%A3%81%E6%B5%AE');
    expect(here.toString()).toBe(before);
  });
});
