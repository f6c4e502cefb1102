// What happened on the way, as marks on the two axes: openings and dated steps
// on the day they happened, and on the day they could first be known.
import type { SectionRow, Standing, Text } from '../door/types';
import type { Day } from '../words/day';

export interface Happening {
  day: Day;
  names: Text[];
}

export interface Happenings {
  asOf: Happening[];
  believedOn: Happening[];
}

export function happenings(projects: Standing[], network: SectionRow[]): Happenings {
  const asOf = new Map<Day, Text[]>();
  const known = new Map<Day, Text[]>();
  const add = (to: Map<Day, Text[]>, day: Day | undefined, text: Text) => {
    if (!day) return;
    const list = to.get(day) ?? [];
    if (!list.some((x) => x.zh === text.zh)) list.push(text);
    to.set(day, list);
  };
  const title = (s: SectionRow): Text => ({ zh: `${s.lineName.zh} ${s.name.zh}`, en: `${s.lineName.en}, ${s.name.en}` });
  for (const s of network) add(asOf, s.opened, title(s));
  for (const s of network) add(known, s.opened, title(s));
  for (const p of projects) {
    for (const m of p.milestones) {
      const text = { zh: `${p.name.zh} ${m.name.zh}`, en: `${p.name.en}: ${m.name.en}` };
      add(asOf, m.actual?.date, text);
      add(known, m.actual?.known, text);
      for (const d of m.planned) add(known, d.known, { zh: `${text.zh}（${d.date}）`, en: `${text.en} (${d.date})` });
    }
  }
  return { asOf: sorted(asOf), believedOn: sorted(known) };
}

function sorted(by: Map<Day, Text[]>): Happening[] {
  return [...by].map(([day, names]) => ({ day, names })).sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** The next event after a day, or the last one before it. */
export function neighbour(list: Happening[], day: Day, step: 1 | -1): Happening | undefined {
  return step === 1 ? list.find((h) => h.day > day) : list.findLast((h) => h.day < day);
}
