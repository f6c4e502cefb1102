// The elements of a service item (GB/T 39046-2020 table 4) as an editor meets them: in groups,
// each with the way it is written.

export type Kind = 'both' | 'long' | 'line' | 'number' | 'money' | 'flag' | 'one' | 'many' | 'lines' | 'group' | 'list';
export interface Spec { key: string; kind: Kind; options?: readonly string[]; words?: string; fields?: Spec[]; fixed?: boolean }
export interface Group { id: string; fields: Spec[] }

const f = (key: string, kind: Kind, more: Partial<Spec> = {}): Spec => ({ key, kind, ...more });
const one = (key: string, words: string, options: readonly string[]): Spec => f(key, 'one', { words, options });
const many = (key: string, words: string, options: readonly string[]): Spec => f(key, 'many', { words, options });
const digits = (...d: (string | number)[]): string[] => d.map(String);

const mark = f('mark', 'group', { fields: [one('grade', 'grade.', ['a', 'b', 'c', 'd', 'K', 'assumed']), f('source', 'line'), f('note', 'both')] });
const body = [f('name', 'both'), f('code', 'line'), one('nature', 'catalogue.nature.', digits(1, 2, 3, 9))];
const days = [f('count', 'number'), one('unit', 'catalogue.unit.', ['', 'working', 'calendar']), f('note', 'both'), mark];
const contact = [f('way', 'both'), f('phone', 'line'), mark];

export const groups: Group[] = [
  {
    id: 'basics',
    fields: [
      f('name', 'both'), f('plain', 'long'), f('search', 'group', { fields: [f('zh', 'lines'), f('en', 'lines')] }), f('basic', 'line', { fixed: true }), f('code', 'line'),
      one('type', 'catalogue.type.', ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '20']), one('kind', 'catalogue.kind.', digits(1, 2, 9)), one('level', 'catalogue.level.', digits(1, 2, 3, 4, 5, 6, 7)),
      one('scope', 'catalogue.scope.', ['nation', 'province', 'city', 'county']), many('modes', 'catalogue.mode.', ['online', 'deputy', 'joint']), many('served', 'catalogue.served.', digits(1, 2, 3, 4, 5, 6)),
      many('subject', 'catalogue.subject.', ['birth', 'household', 'work', 'housing', 'medical', 'pension', 'business', 'documents', 'social']), many('handled', 'catalogue.handled.', digits(1, 2, 3, 4, 9)), many('special', 'catalogue.special.', digits(1, 2)),
    ],
  },
  { id: 'limits', fields: [f('limits', 'group', { fields: [f('statutory', 'group', { fields: days }), f('promised', 'group', { fields: days })] })] },
  {
    id: 'materials',
    fields: [f('materials', 'list', { fields: [f('id', 'line'), f('name', 'both'), f('licences', 'lines'), f('required', 'flag'), f('when', 'line'), f('originals', 'number'), f('copies', 'number'), f('issuer', 'both'), f('fresh', 'both'), f('use', 'both'), f('note', 'both'), mark] })],
  },
  { id: 'fees', fields: [f('fees', 'list', { fields: [f('id', 'line'), f('name', 'both'), f('amount', 'money'), f('per', 'both'), f('when', 'line'), f('basis', 'both'), mark] })] },
  {
    id: 'handling',
    fields: [f('accept', 'list', { fields: [f('text', 'long'), mark] }), f('steps', 'list', { fields: [f('id', 'line'), f('name', 'both'), f('text', 'long'), f('days', 'number')] }), f('result', 'group', { fields: [f('name', 'both'), f('licence', 'line'), f('sample', 'line')] }), f('quota', 'both'), f('agent', 'both'), f('course', 'line', { fixed: true }), f('form', 'line', { fixed: true })],
  },
  {
    id: 'body',
    fields: [f('grounds', 'list', { fields: [f('name', 'both'), f('article', 'line'), mark] }), f('body', 'group', { fields: body }), f('joint', 'list', { fields: body }), f('office', 'both'), f('powers', 'both'), f('content', 'both')],
  },
  {
    id: 'places',
    fields: [
      f('online', 'group', { fields: [f('there', 'flag'), f('url', 'line'), one('depth', 'catalogue.depth.', digits(1, 2, 3, 4)), f('visits', 'number'), f('booking', 'flag'), f('payment', 'flag'), f('delivery', 'flag'), one('system', 'catalogue.level.', digits(1, 2, 3, 4, 5, 6, 7))] }),
      f('places', 'list', { fields: [f('name', 'both'), f('address', 'both'), f('hours', 'both'), f('phone', 'line'), mark] }), f('consult', 'group', { fields: contact }), f('complaint', 'group', { fields: contact }),
    ],
  },
  { id: 'questions', fields: [f('questions', 'list', { fields: [f('ask', 'both'), f('answer', 'long')] }), mark] },
];

/** A new row of a list: what a publisher has to fill in stands there empty, and is marked as assumed. */
export function row(fields: readonly Spec[]): Record<string, never> {
  const empty = (s: Spec): unknown => {
    if (s.key === 'mark') return { grade: 'assumed' };
    switch (s.kind) {
      case 'both':
      case 'long': return { zh: '', en: '' };
      case 'number':
      case 'money': return 0;
      case 'flag': return false;
      case 'many':
      case 'lines':
      case 'list': return [];
      case 'group': return row(s.fields ?? []);
      case 'one': return s.options?.[0] ?? '';
      default: return '';
    }
  };
  return Object.fromEntries(fields.map((s) => [s.key, empty(s)])) as Record<string, never>;
}

/** The names of all fields, for their words. */
export function keysOf(list: readonly Spec[] = groups.flatMap((g) => g.fields)): string[] {
  return [...new Set(list.flatMap((s) => [s.key, ...keysOf(s.fields ?? [])]))];
}
