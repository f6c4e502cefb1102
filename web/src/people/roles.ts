import type { components } from '../door/schema';

type Role = components['schemas']['Role'];
export type RoleName = Role['name'];
export const roleNames: RoleName[] = ['issuer', 'clerk', 'trust-officer', 'operator', 'auditor', 'supervisor', 'editor', 'registrar'];

/** The roles after a choice of names: those that stay keep the offices and types they were narrowed to. */
export function chosenRoles(before: readonly Role[], names: readonly RoleName[]): Role[] {
  return roleNames.flatMap((name) => {
    if (!names.includes(name)) return [];
    const kept = before.filter((r) => r.name === name);
    return kept.length ? kept : [{ name }];
  });
}
