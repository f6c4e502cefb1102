// An item of several cities side by side: the elements that people ask about, whether they differ or not.
import { plain } from './diff';
import { at, type Json } from './pointer';

export const shown = ['name', 'promised', 'statutory', 'modes', 'scope', 'materials', 'fees', 'accept', 'steps', 'result', 'body', 'places', 'consult', 'complaint'] as const;

export interface Words { text: (key: string, args?: Record<string, string | number>) => string; code: (key: string, code: string) => string; lang: string }

function said(v: Json | undefined, lang: string): string {
  if (v && typeof v === 'object' && !Array.isArray(v)) return String((lang === 'en' ? v['en'] || v['zh'] : v['zh'] || v['en']) ?? '');
  return plain(v);
}

/** A time limit as an editor reads it. */
export function limit(unit: unknown, n: number, text: Words['text']): string {
  if (!unit) return text('web.catalogue.limit.none');
  return n === 0 ? text('web.catalogue.limit.once') : text(`web.catalogue.limit.${unit === 'calendar' ? 'calendar' : 'working'}`, { n });
}

/** What a city says in one of the fields, in a language; lists have one line for each of theirs. */
export function side(item: Json, field: (typeof shown)[number], w: Words): string[] {
  const rows = (p: string): Json[] => {
    const v = at(item, p);
    return Array.isArray(v) ? v : [];
  };
  switch (field) {
    case 'promised':
    case 'statutory': return [limit(at(item, `/limits/${field}/unit`), Number(at(item, `/limits/${field}/count`) ?? 0), w.text)];
    case 'modes': return rows('/modes').map((m) => w.code('catalogue.mode.', String(m)));
    case 'scope': return [w.code('catalogue.scope.', String(at(item, '/scope') ?? ''))];
    case 'materials': return rows('/materials').map((m) => said(at(m, '/name'), w.lang) + (at(m, '/required') === true ? '' : w.text('web.catalogue.optional')));
    case 'fees': return rows('/fees').map((f) => `${said(at(f, '/name'), w.lang)} ${(Number(at(f, '/amount') ?? 0) / 100).toFixed(2)} ${w.text('web.unit.yuan')}`);
    case 'accept': return rows('/accept').map((a) => said(at(a, '/text'), w.lang));
    case 'steps':
    case 'places': return rows(`/${field}`).map((r) => said(at(r, '/name'), w.lang));
    case 'result':
    case 'body': return [said(at(item, `/${field}/name`), w.lang)];
    case 'consult':
    case 'complaint': return [`${said(at(item, `/${field}/way`), w.lang)} ${said(at(item, `/${field}/phone`), w.lang)}`.trim()];
    default: return [said(at(item, `/${field}`), w.lang)];
  }
}

export function same(sides: readonly string[][]): boolean {
  return sides.every((s) => JSON.stringify(s) === JSON.stringify(sides[0]));
}
