// A transfer between two cities as its applicant sees it: what each of them has done, and which
// city counts at this moment. The states are those of the move-in (livelihood/household/course).

export type Side = 'idle' | 'asked' | 'yours' | 'works' | 'waits' | 'done' | 'kept';
export interface Sides { from: Side; fromWord: string; to: Side; toWord: string; registered: 'from' | 'to'; entry: boolean }

const at = (from: Side, fromWord: string, to: Side, toWord: string, registered: 'from' | 'to' = 'from', entry = false): Sides => ({ from, fromWord, to, toWord, registered, entry });

const table: Record<string, Sides> = {
  draft: at('idle', 'idle', 'yours', 'draft'),
  'in-asking': at('asked', 'asked', 'waits', 'asking'),
  'in-correct': at('idle', 'idle', 'yours', 'correct'),
  'in-examining': at('idle', 'agreed', 'works', 'examining'),
  'in-promised': at('waits', 'told', 'done', 'promised'),
  'in-there': at('works', 'calling', 'waits', 'permitted'),
  'in-leaving': at('done', 'left', 'works', 'entering', 'to', true),
  'in-withdrawing': at('asked', 'withdrawing', 'waits', 'withdrawing'),
  'in-booked': at('done', 'over', 'done', 'booked', 'to'),
  closed: at('done', 'over', 'done', 'booked', 'to'),
  'in-declined': at('kept', 'kept', 'idle', 'declined'),
  'in-refused': at('idle', 'refused', 'idle', 'refused'),
  'in-appealed': at('kept', 'kept', 'works', 'reviewing'),
  'in-appeal-there': at('works', 'reviewing', 'waits', 'waitsreview'),
  'in-dropping': at('asked', 'dropping', 'waits', 'waitsreview'),
  'in-over': at('kept', 'kept', 'idle', 'refused'),
  withdrawn: at('kept', 'kept', 'idle', 'withdrawn'),
  lapsed: at('kept', 'kept', 'idle', 'lapsed'),
};

/** How the two cities stand in a state; undefined where the page does not know it. */
export function sidesOf(state: string): Sides | undefined {
  return table[state];
}

export const fromWords = [...new Set(Object.values(table).map((s) => s.fromWord))];
export const toWords = [...new Set(Object.values(table).map((s) => s.toWord))];
