import { expect, test } from 'vitest';
import { comingOf } from './hostask';

test('who wants to come into a household is read as the case keeps it', () => {
  expect(comingOf('[{"name":"周云","relation":"97"},{"name":"陈小满"}]')).toEqual([{ name: '周云', relation: '97' }, { name: '陈小满' }]);
});

test.each([undefined, '', '{', '{"name":"x"}', '[1,null,{"relation":"97"}]'])('of what cannot be read nobody: %s', (fact) => {
  expect(comingOf(fact)).toEqual([]);
});
