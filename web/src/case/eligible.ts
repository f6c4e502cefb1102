// How conditions of a move stand, as they look and as they add up.
import type { Eligibility } from '../door/cases';
import type { IconName } from '../frame/icons';

export type Standing = Eligibility['conditions'][number]['stands'];

export const looks: Record<Standing, IconName> = { met: 'met', unmet: 'missed', unseen: 'unknown', unsaid: 'unknown' };

/** How many are met, not met, and not known yet. */
export function summed(list: readonly { stands: Standing }[]): { all: number; met: number; unmet: number; unknown: number } {
  const of = (...s: Standing[]) => list.filter((c) => s.includes(c.stands)).length;
  return { all: list.length, met: of('met'), unmet: of('unmet'), unknown: of('unseen', 'unsaid') };
}
