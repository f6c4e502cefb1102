// How a case stands to its last day: a tone, a sign and the key of its words; the figure is in working days.
import type { IconName } from '../frame/icons';

export interface Timed { due?: string | null; left?: number | null; late?: boolean; risk?: boolean; paused?: string | null; ended?: boolean }
export type Standing = 'ended' | 'paused' | 'late' | 'today' | 'risk' | 'fine' | 'none';

/** Where a case stands: what has ended is not late any more, what is paused cannot become late. */
export function standing(c: Timed): Standing {
  if (c.ended) return 'ended';
  if (c.paused) return 'paused';
  if (c.late) return 'late';
  if (!c.due || c.left === null || c.left === undefined) return 'none';
  if (c.left <= 0) return 'today';
  return c.risk ? 'risk' : 'fine';
}

export const looks: Record<Standing, { tone: string; icon: IconName }> = {
  late: { tone: 'missed', icon: 'late' },
  today: { tone: 'off-track', icon: 'at-risk' },
  risk: { tone: 'at-risk', icon: 'at-risk' },
  fine: { tone: 'met', icon: 'pending' },
  paused: { tone: 'undetermined', icon: 'undetermined' },
  ended: { tone: 'undetermined', icon: 'met' },
  none: { tone: 'no-data', icon: 'no-data' },
};

/** The key of its words and the figure in them; one day is told apart. */
export function said(c: Timed): { key: string; n: number } {
  const s = standing(c);
  const n = Math.abs(c.left ?? 0);
  const counted = s === 'late' || s === 'risk' || s === 'fine' || (s === 'paused' && n > 0);
  return { key: counted && n === 1 ? `web.queue.due.${s}.one` : s === 'paused' && !n ? 'web.queue.due.paused.bare' : `web.queue.due.${s}`, n };
}
