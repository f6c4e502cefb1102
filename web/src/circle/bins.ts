// The distribution of people over minutes, made ready to be drawn.
import type { Bin } from '../door/circles';

export interface Column {
  from: number;
  until: number;
  people: number;
  below: number; // the share of all people who take at most that long
}

/** Bins with their lower ends and running shares; those who never arrive count among all. */
export function columnsOf(bins: Bin[]): { columns: Column[]; never: number; total: number } {
  const total = bins.reduce((n, b) => n + b.people, 0);
  const timed = bins.filter((b) => b.until > 0).sort((a, b) => a.until - b.until);
  let sum = 0;
  const columns = timed.map((b, i): Column => {
    sum += b.people;
    return { from: timed[i - 1]?.until ?? 0, until: b.until, people: b.people, below: total ? sum / total : 0 };
  });
  return { columns, never: bins.filter((b) => b.until === 0).reduce((n, b) => n + b.people, 0), total };
}
