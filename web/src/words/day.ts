// Calendar days as ISO text, the form the API uses. They are days of the area,
// so no time zone enters: all arithmetic is in UTC.

export type Day = string; // "2026-11-23"

const ms = 86_400_000;

export function dayNumber(day: Day): number {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / ms);
}

export function dayOf(number: number): Day {
  return new Date(number * ms).toISOString().slice(0, 10);
}

export function isDay(text: string | null | undefined): text is Day {
  return !!text && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && dayOf(dayNumber(text)) === text;
}

/** Moves by whole months; a day the month lacks becomes its last, as in area.Date. */
export function addMonths(day: Day, months: number): Day {
  const [y, m, d] = parts(day);
  const last = new Date(Date.UTC(y, m - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(y, m - 1 + months, Math.min(d, last))).toISOString().slice(0, 10);
}

export function isMonthEnd(day: Day): boolean {
  return dayOf(dayNumber(day) + 1).endsWith('-01');
}

/** The next or previous month, keeping month ends at month ends. */
export function stepMonth(day: Day, months: number): Day {
  const moved = addMonths(day, months);
  return isMonthEnd(day) ? monthEnd(moved) : moved;
}

export function monthEnd(day: Day): Day {
  const [y, m] = parts(day);
  return new Date(Date.UTC(y, m, 0)).toISOString().slice(0, 10);
}

/** The continuous axis of years on which forecasts and trajectories live. */
export function yearFraction(day: Day): number {
  const [y] = parts(day);
  const start = Date.UTC(y, 0, 1);
  return y + (Date.parse(`${day}T00:00:00Z`) - start) / (Date.UTC(y + 1, 0, 1) - start);
}

export function fromYearFraction(t: number): Day {
  const y = Math.floor(t);
  const start = Date.UTC(y, 0, 1);
  return dayOf(Math.round((start + (t - y) * (Date.UTC(y + 1, 0, 1) - start)) / ms));
}

export function parts(day: Day): [number, number, number] {
  const [y, m, d] = day.split('-').map(Number);
  return [y ?? 0, m ?? 1, d ?? 1];
}

const monthName = new Intl.DateTimeFormat('en-US', { month: 'short', timeZone: 'UTC' });

function month(y: number, m: number): string {
  return monthName.format(Date.UTC(y, m - 1, 1));
}

/** "2026年11月23日" or "23 Nov 2026"; a dash where there is no day. */
export function formatDay(day: Day | null | undefined, lang: string): string {
  if (!day) return '–';
  const [y, m, d] = parts(day);
  return lang === 'en' ? `${d} ${month(y, m)} ${y}` : `${y}年${m}月${d}日`;
}

/** A period as observations write it: 2022, 2022-Q2, 2022-06 or a day. */
export function formatPeriod(period: string, lang: string): string {
  const quarter = /^(\d{4})-Q([1-4])$/.exec(period);
  if (quarter) return lang === 'en' ? `Q${quarter[2]} ${quarter[1]}` : `${quarter[1]}年${'一二三四'[Number(quarter[2]) - 1]}季度`;
  if (/^\d{4}$/.test(period)) return lang === 'en' ? period : `${period}年`;
  const m = /^(\d{4})-(\d{2})$/.exec(period);
  if (m) return lang === 'en' ? `${month(Number(m[1]), Number(m[2]))} ${m[1]}` : `${m[1]}年${Number(m[2])}月`;
  return formatDay(period, lang);
}
