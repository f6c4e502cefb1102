// The form of a licence, made from the attributes of its type.
import type { Licence, LicenceAction, LicenceAttribute, LicenceDetail, LicenceRow } from '../door/licences';

/** What stands in the fields: a text for each attribute; lists have one item on a line. */
export type Fields = Record<string, string>;

/** The values that the fields say; those that are empty are left out. What is no number stays
    the text that it is, for the node to say so. */
export function values(attributes: LicenceAttribute[], fields: Fields): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const a of attributes) {
    const text = (fields[a.id] ?? '').trim();
    if (!text) continue;
    out[a.id] = value(a.form, text);
  }
  return out;
}

function value(form: LicenceAttribute['form'], text: string): unknown {
  switch (form) {
    case 'number':
      return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
    case 'yesno':
      return text === 'yes' ? true : text === 'no' ? false : text;
    case 'texts':
      return text.split('\n').map((line) => line.trim()).filter(Boolean);
    default:
      return text;
  }
}

/** The fields that say what a licence says. */
export function fieldsOf(said: { id: string; value: unknown }[]): Fields {
  return Object.fromEntries(said.map(({ id, value: v }) => [id, v === true ? 'yes' : v === false ? 'no' : Array.isArray(v) ? v.join('\n') : String(v ?? '')]));
}

/** The attributes that are needed and are still empty. */
export function missing(attributes: LicenceAttribute[], fields: Fields): LicenceAttribute[] {
  return attributes.filter((a) => a.needed && !(fields[a.id] ?? '').trim());
}

export type Action = LicenceAction['action'];

/** The action that takes back what was done last, if one does and the state permits it. */
export function undo(l: Pick<LicenceDetail, 'past' | 'may'>): Action | null {
  const back: Record<string, Action> = { suspend: 'resume', resume: 'suspend', 'transfer-out': 'stay', issue: 'cancel' };
  const action = back[l.past.at(-1)?.action.code ?? ''];
  return action && l.may.some((m) => m.code === action) ? action : null;
}

/** Actions that end a licence or take it from its holder are asked twice. */
export const grave: ReadonlySet<string> = new Set(['cancel', 'rescind', 'revoke', 'transfer-out']);

/** A tone of the page for a state of a licence. */
export function tone(state: string): string {
  switch (state) {
    case 'valid':
      return 'met';
    case 'suspended':
      return 'at-risk';
    case 'leaving':
      return 'pending';
    case 'expired':
    case 'moved':
      return 'undetermined';
    default:
      return 'missed';
  }
}

/** A code of which the middle is hidden where others look over the shoulder: all but the first
    four and the last two characters. */
export function masked(code: string): string {
  return code.length <= 8 ? code : code.slice(0, 4) + '*'.repeat(code.length - 6) + code.slice(-2);
}

/** The last day in words' place: open ends have none. */
export function ends(l: Pick<Licence, 'until'>): string | null {
  return l.until || null;
}

/** Rows with faults first, each kind in the order of the file. */
export function faultyFirst(rows: LicenceRow[]): LicenceRow[] {
  return [...rows].sort((a, b) => Number(b.faults.length > 0) - Number(a.faults.length > 0) || a.row - b.row);
}
