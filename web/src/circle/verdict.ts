// Verdicts under a threshold that moves.
import type { VerdictRow } from '../door/circles';

/** Whether a share reaches a threshold; null where the share cannot be told. */
export function realised(value: number | null | undefined, threshold: number): boolean | null {
  return value === null || value === undefined ? null : value >= threshold;
}

/** The largest whole percent at which a share still counts as realised. */
export function flipsAt(value: number): number {
  return Math.floor(value * 100 + 1e-9);
}

export interface Variation {
  minutes: number;
  share: number;
  realised: boolean;
  rule: boolean; // the minutes of the rule itself
}

/**
 * The rows of an indicator, the shortest time first. The row whose share is the figure's own
 * is that of the rule.
 */
export function variations(rows: VerdictRow[], id: string, value: number | null, threshold: number): Variation[] {
  const own = rows.filter((r) => r.id === id).sort((a, b) => a.minutes - b.minutes);
  const middle = value === null ? undefined : own.find((r) => Math.abs(r.share - value) < 1e-9);
  return own.map((r) => ({ minutes: r.minutes, share: r.share, realised: r.share >= threshold, rule: r === middle }));
}
