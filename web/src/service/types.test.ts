import { expect, it } from 'vitest';
import { bySubject, satisfied } from './types';

it('puts items under their first subject, in the order of subjects', () => {
  const i = (id: string, ...subject: string[]) => ({ id, subject });
  expect(bySubject([i('a', 'work', 'household'), i('b', 'birth'), i('c', 'household'), i('d', 'no-such')])).toEqual([
    { subject: 'birth', ids: ['b'] }, { subject: 'household', ids: ['a', 'c'] }, { subject: 'documents', ids: ['d'] },
  ]);
  expect(bySubject([])).toEqual([]);
});

it.each([[['x', 'y'], ['y'], true], [['x'], ['y'], false], [[], ['y'], false], [undefined, ['y'], false]])('%j by %j: %s', (licences, held, want) => expect(satisfied({ licences: licences as never }, held)).toBe(want));
