// One's own registration as the API gives it.
import type { Household } from '../households/types';

export interface Mine { household?: Household; registration?: { city: string; underWay: boolean; said: string } }

/** The city in which somebody is registered; undefined where nobody can say so now. */
export function registeredIn(m: Mine): string | undefined {
  return m.registration?.city || m.household?.city || undefined;
}
