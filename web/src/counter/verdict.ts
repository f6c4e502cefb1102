import type { IconName } from '../frame/icons';
import type { Check } from '../door/licences';

/** A tone and a shape for an outcome, so that it is never told by colour alone. */
export function looks(outcome: string): { tone: string; icon: IconName } {
  switch (outcome) {
    case 'accepted':
      return { tone: 'met', icon: 'met' };
    case 'not-accepted':
      return { tone: 'missed', icon: 'missed' };
    default:
      return { tone: 'at-risk', icon: 'unknown' };
  }
}

export const weighs: Record<string, { tone: string; icon: IconName }> = {
  refusal: { tone: 'missed', icon: 'missed' },
  doubt: { tone: 'at-risk', icon: 'unknown' },
  note: { tone: 'undetermined', icon: 'list' },
};

export type Unit = 'days' | 'hours' | 'minutes' | 'seconds';

/** The largest unit that an age of some seconds fills, rounded down: 7199 is one hour. */
export function age(seconds: number): { unit: Unit; n: number } {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole >= 86_400) return { unit: 'days', n: Math.floor(whole / 86_400) };
  if (whole >= 3600) return { unit: 'hours', n: Math.floor(whole / 3600) };
  if (whole >= 60) return { unit: 'minutes', n: Math.floor(whole / 60) };
  return { unit: 'seconds', n: whole };
}

/** Minutes and seconds that are left, as "4:09"; never below zero. */
export function left(until: string, now: number): string {
  const s = Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
}

/** A slip or a file can be copied: whoever shows it has to show an identity card too. */
export function compares(c: Pick<Check, 'form' | 'signed' | 'outcome'>): boolean {
  return c.form !== 'wallet' && c.signed && c.outcome.code !== 'not-accepted';
}

/** Only what was accepted, or what a clerk decides on himself, may become part of a case. */
export function acceptable(c: Pick<Check, 'outcome' | 'accepted' | 'signed'>): boolean {
  return c.outcome.code === 'accepted' && c.signed && !c.accepted;
}

/** A value that a licence shows, as text. */
export function shown(value: unknown, yes: string, no: string, between: string): string {
  if (value === true) return yes;
  if (value === false) return no;
  if (Array.isArray(value)) return value.map(String).join(between);
  return value === null || value === undefined || value === '' ? '–' : String(value);
}

/** An objection waits until it is answered. */
export function waiting(list: Check[]): Check[] {
  return list.filter((c) => c.objection && !c.answer);
}
