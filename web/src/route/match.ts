// The page's addresses: real paths, with the two days and the language in the
// query string, so that a link shows to others what it showed to whoever sent it.

export const names = ['board', 'target', 'indicator', 'projects', 'map', 'reach', 'circles', 'evidence', 'wallet', 'counter', 'desk', 'signin', 'account', 'trust', 'nodes', 'people', 'queue', 'supervision', 'catalogue', 'households', 'reconciliation', 'courses', 'services', 'bundle', 'cases', 'notices', 'household', 'search', 'help', 'lost'] as const;
export type PlaceName = (typeof names)[number];

export interface Place {
  name: PlaceName;
  id: string;
}

const paths: [RegExp, PlaceName][] = [
  [/^\/$/, 'board'],
  [/^\/targets\/([^/]+)$/, 'target'],
  [/^\/indicators\/([^/]+)$/, 'indicator'],
  [/^\/projects$/, 'projects'],
  [/^\/map$/, 'map'],
  [/^\/reach$/, 'reach'],
  [/^\/circles$/, 'circles'],
  [/^\/evidence$/, 'evidence'],
  [/^\/wallet$/, 'wallet'],
  [/^\/counter$/, 'counter'],
  [/^\/desk$/, 'desk'],
  [/^\/signin$/, 'signin'],
  [/^\/account$/, 'account'],
  [/^\/trust$/, 'trust'],
  [/^\/nodes$/, 'nodes'],
  [/^\/people$/, 'people'],
  [/^\/queue(?:\/([^/]+))?$/, 'queue'],
  [/^\/supervision$/, 'supervision'],
  [/^\/catalogue(?:\/([^/]+))?$/, 'catalogue'],
  [/^\/households(?:\/([^/]+))?$/, 'households'],
  [/^\/reconciliation$/, 'reconciliation'],
  [/^\/courses(?:\/([^/]+))?$/, 'courses'],
  [/^\/services(?:\/([^/]+))?$/, 'services'],
  [/^\/bundles\/([^/]+)$/, 'bundle'],
  [/^\/cases(?:\/([^/]+))?$/, 'cases'],
  [/^\/notices$/, 'notices'],
  [/^\/household$/, 'household'],
  [/^\/search$/, 'search'],
  [/^\/help$/, 'help'],
];

export function match(path: string): Place {
  const clean = path.length > 1 ? path.replace(/\/+$/, '') : path;
  for (const [pattern, name] of paths) {
    const m = pattern.exec(clean);
    if (m) return { name, id: decode(m[1] ?? '') };
  }
  return { name: 'lost', id: '' };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What every link of the page hands on. */
export const kept = ['asOf', 'believedOn', 'atLog', 'lang'] as const;

export type Query = Record<string, string | null | undefined>;

/** An address made from a path, what is kept of the present query, and more. */
export function address(path: string, present: URLSearchParams, more: Query = {}): string {
  const q = new URLSearchParams();
  for (const key of kept) {
    const value = present.get(key);
    if (value) q.set(key, value);
  }
  return path + queryText(change(q, more));
}

/** A copy of the query with values set, or removed where they are empty. */
export function change(present: URLSearchParams, more: Query): URLSearchParams {
  const q = new URLSearchParams(present);
  for (const [key, value] of Object.entries(more)) {
    if (value) q.set(key, value);
    else q.delete(key);
  }
  return q;
}

export function queryText(q: URLSearchParams): string {
  const text = q.toString();
  return text ? `?${text}` : '';
}
