// What a new version of an item changes, field by field.
import { join, type Json } from './pointer';

export interface Change { at: string; before: string; after: string }

const texts = (v: Json): v is { zh: string; en: string } => !!v && typeof v === 'object' && !Array.isArray(v) && Object.keys(v).every((k) => k === 'zh' || k === 'en');
const nothing = (v: Json | undefined): boolean => v === undefined || v === null || v === '' || v === false || v === 0 || (Array.isArray(v) && !v.length) || (typeof v === 'object' && !Array.isArray(v) && Object.values(v).every(nothing));
const keyed = (v: Json | undefined): v is { id: string }[] => Array.isArray(v) && v.length > 0 && v.every((r) => !!r && typeof r === 'object' && !Array.isArray(r) && typeof r['id'] === 'string');

/** A value on one line. */
export function plain(v: Json | undefined): string {
  if (v === undefined || v === null) return '';
  if (Array.isArray(v)) return v.map(plain).join(', ');
  if (texts(v)) return [v.zh, v.en].filter(Boolean).join(' / ');
  if (typeof v === 'object') return Object.values(v).map(plain).filter(Boolean).join(' · ');
  return String(v);
}

/**
 * The fields in which two versions differ. Rows that have an id are told apart by it, so that a
 * row put in front does not change all that follow; places are those of the newer version where
 * the row is still there.
 */
export function changes(before: Json | undefined, after: Json | undefined, at = ''): Change[] {
  if (nothing(before) && nothing(after)) return [];
  if (keyed(before) || keyed(after)) {
    const [old, now] = [keyed(before) ? before : [], keyed(after) ? after : []];
    return [
      ...now.flatMap((r, i) => changes(old.find((o) => o.id === r.id) as Json | undefined, r as Json, join(at, i))),
      ...old.flatMap((o, i) => (now.some((r) => r.id === o.id) ? [] : [{ at: join(at, i), before: plain(o as Json), after: '' }])),
    ];
  }
  const branch = (v: Json | undefined): v is Record<string, Json> => !!v && typeof v === 'object' && !Array.isArray(v) && !texts(v);
  if (branch(before) && branch(after)) return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((k) => changes(before[k], after[k], join(at, k)));
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ at, before: plain(before), after: plain(after) }];
}
