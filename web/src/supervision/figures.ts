// How the cases of cities stand, put together as one looks at them.
import type { CaseFigures } from '../door/cases';

/** A line names its item; one that no catalogue has is called by its id. */
export function linesOf(c: CaseFigures): Line[] {
  return c.lines.map((l) => ({ ...l, itemName: l.itemName || l.item }));
}

export interface Line { item: string; itemName: string; office: string; drafts: number; open: number; late: number; risk: number; decided: number; ended: number; rated: number; stars: number }
export interface Sums { open: number; late: number; risk: number; decided: number; ended: number; rated: number; stars: number }
export interface Heap extends Sums { key: string; name: string }
export type By = 'item' | 'office';

const none = (): Sums => ({ open: 0, late: 0, risk: 0, decided: 0, ended: 0, rated: 0, stars: 0 });

function add(to: Sums, l: Sums): void {
  for (const k of ['open', 'late', 'risk', 'decided', 'ended', 'rated', 'stars'] as const) to[k] += l[k];
}

export function total(lines: readonly Sums[]): Sums {
  const all = none();
  for (const l of lines) add(all, l);
  return all;
}

/** Lines put together by item or office: what is late comes first, then what is at risk; what has drafts alone is left out. */
export function heaps(lines: readonly Line[], by: By, called: (office: string) => string = (o) => o): Heap[] {
  const all = new Map<string, Heap>();
  for (const l of lines) {
    const key = l[by];
    const h = all.get(key) ?? { key, name: by === 'item' ? l.itemName : called(l.office), ...none() };
    add(h, l);
    all.set(key, h);
  }
  const idle = (h: Heap) => !(h.open || h.late || h.risk || h.decided || h.ended || h.rated);
  return [...all.values()].filter((h) => !idle(h)).sort((a, b) => b.late - a.late || b.risk - a.risk || b.open - a.open || a.key.localeCompare(b.key));
}

/** The mean of all ratings, null where nobody rated. */
export function satisfaction(s: Pick<Sums, 'rated' | 'stars'>): number | null {
  return s.rated ? s.stars / s.rated : null;
}

/** A table as CSV (RFC 4180), with a mark by which spreadsheets know UTF-8. */
export function csv(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  // a text that a spreadsheet would take for a formula is kept a text
  const cell = (v: string | number) => {
    const text = typeof v === 'string' && /^[=+\-@\t\r]/.test(v) ? `'${v}` : String(v);
    return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return `\ufeff${[head, ...rows].map((r) => r.map(cell).join(',')).join('\r\n')}\r\n`;
}
