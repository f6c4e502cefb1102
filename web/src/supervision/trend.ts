// How long cases took, put in order for a chart of one item.
import type { CaseTrend, TrendLine } from '../door/cases';
import { addMonths, dayNumber, dayOf } from '../words/day';

export type Per = 'month' | 'week';

/** The items of all cities, those with the most cases first. */
export function itemsOf(cities: readonly CaseTrend[]): { id: string; name: string; cases: number }[] {
  const all = new Map<string, { id: string; name: string; cases: number }>();
  for (const l of cities.flatMap((c) => c.lines)) {
    const it = all.get(l.item) ?? { id: l.item, name: l.itemName || l.item, cases: 0 };
    it.cases += l.cases;
    all.set(l.item, it);
  }
  return [...all.values()].sort((a, b) => b.cases - a.cases || a.id.localeCompare(b.id));
}

/** The lines of an item of a city, by what their days are: one chart each. */
export function charts(city: CaseTrend, item: string): TrendLine[][] {
  const mine = city.lines.filter((l) => l.item === item);
  return (['working-days', 'days'] as const).map((u) => mine.filter((l) => l.unit === u)).filter((l) => l.length > 0);
}

const next = (from: string, per: Per) => (per === 'month' ? addMonths(from, 1) : dayOf(dayNumber(from) + 7));

/** Every period from the first to the last, with the line of those that have one. */
export function periods(lines: readonly TrendLine[], per: Per): { from: string; line: TrendLine | undefined }[] {
  const days = lines.map((l) => l.from).sort();
  const last = days[days.length - 1];
  const out: { from: string; line: TrendLine | undefined }[] = [];
  for (let day = days[0]; day !== undefined && last !== undefined && day <= last; day = next(day, per)) {
    const from = day;
    out.push({ from, line: lines.find((l) => l.from === from) });
  }
  return out;
}

/** Points in runs without a gap: a line is drawn through each, and none over a period that had no case. */
export function runs(values: readonly (number | undefined)[]): { at: number; value: number }[][] {
  const out: { at: number; value: number }[][] = [];
  values.forEach((value, at) => {
    if (value === undefined) return;
    const open = out[out.length - 1];
    if (open && open[open.length - 1]!.at === at - 1) open.push({ at, value });
    else out.push([{ at, value }]);
  });
  return out;
}

/** The share in time of all lines, null where there is no case. */
export function inTime(lines: readonly Pick<TrendLine, 'cases' | 'inTime'>[]): number | null {
  const n = lines.reduce((sum, l) => sum + l.cases, 0);
  return n ? lines.reduce((sum, l) => sum + l.inTime, 0) / n : null;
}

/** By month, and by week where the months are few. Other cities tell of months alone: where there is nothing of this city, so does the page. */
export function perOf(chosen: string | null | undefined, byMonth: readonly CaseTrend[] | undefined): Per {
  if (!weekly(byMonth)) return 'month';
  if (chosen === 'month' || chosen === 'week') return chosen;
  return new Set(byMonth?.find((c) => c.here)?.lines.map((l) => l.from)).size < 3 ? 'week' : 'month';
}

/** Whether there is something to tell by week. */
export function weekly(byMonth: readonly CaseTrend[] | undefined): boolean {
  return byMonth?.some((c) => c.here && c.lines.length > 0) ?? false;
}

/** How long ago something was said, and whether that is longer than a day and a half: each city says it once a day. */
export function age(at: string, now: string, lang: string): { text: string; old: boolean } {
  const minutes = Math.max(0, (Date.parse(now) - Date.parse(at)) / 60_000);
  const [n, unit]: [number, Intl.RelativeTimeFormatUnit] = minutes < 60 ? [minutes, 'minute'] : minutes < 48 * 60 ? [minutes / 60, 'hour'] : [minutes / 1440, 'day'];
  const numeric = minutes < 1 ? 'auto' : 'always'; // "this minute" rather than 0 minutes ago
  return { text: new Intl.RelativeTimeFormat(lang, { numeric }).format(-Math.floor(n), unit), old: minutes > 36 * 60 };
}
