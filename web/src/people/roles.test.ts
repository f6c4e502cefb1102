import { describe, expect, it } from 'vitest';
import { chosenRoles } from './roles';

describe('roles after a choice', () => {
  const before = [{ name: 'issuer', office: 'o1' }, { name: 'issuer', office: 'o2', types: ['t'] }, { name: 'clerk' }] as const;
  it('keep what they were narrowed to', () => expect(chosenRoles(before as never, ['issuer', 'auditor'])).toEqual([before[0], before[1], { name: 'auditor' }]));
  it('go when they are not chosen', () => expect(chosenRoles(before as never, [])).toEqual([]));
});
