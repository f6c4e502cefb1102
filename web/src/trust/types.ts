// What the API says of the trust list, and what is made of it for people.
import type { components } from '../door/schema';

type Api = components['schemas'];
export type TrustList = Api['TrustList'];
export type Row = Api['ListedTrustRow'];
export type Equivalent = Api['ListedTrustEquivalent'];
export type Revocation = Api['TrustRevocation'];
export type Proposal = Api['TrustProposalView'];
export type Change = Api['TrustChange'];
export type Question = Api['TrustQuestion'];
export type Verdict = Api['TrustVerdict'];
export type Head = Api['TrustHead'];

export const changes = ['add-equivalent', 'add-row', 'end-equivalent', 'end-row', 'revoke-key'] as const;
export type ChangeKind = (typeof changes)[number];

/** Things by a key, in the order in which the keys first come. */
export function grouped<T>(list: readonly T[], key: (x: T) => string): [string, T[]][] {
  const found = new Map<string, T[]>();
  for (const x of list) {
    const of = found.get(key(x));
    if (of) of.push(x);
    else found.set(key(x), [x]);
  }
  return [...found];
}

/** Whether something of the list is in force at an instant. */
export function holds(x: { from: string; until?: string }, at: string): boolean {
  const t = Date.parse(at);
  return Date.parse(x.from) <= t && (!x.until || t < Date.parse(x.until));
}

/** A day that somebody chose, as the instant of its start on his clock; now where none was chosen. */
export function startOf(day: string, now: Date = new Date()): string {
  return (day ? new Date(`${day}T00:00:00`) : now).toISOString().replace(/\.\d+Z$/, 'Z');
}

export interface Version {
  version: number;
  at?: string | undefined;
  added: (Row | Equivalent | Revocation)[];
  changes: Proposal[];
}

/** The versions of a list, the newest first: by what is in it, and by the proposals that are known. */
export function versions(list: TrustList, proposals: readonly Proposal[]): Version[] {
  const found: Version[] = [];
  for (let n = list.version; n >= 1; n--) found.push({ version: n, added: [], changes: [], ...(n === list.version ? { at: list.published } : {}) });
  const of = (n: number) => found[list.version - n];
  for (const x of [...list.rows, ...list.equivalents, ...list.revoked]) of(x.version)?.added.push(x);
  for (const p of proposals) {
    const done = p.steps.find((s) => s.action === 'published');
    const v = of(done?.version ?? 0);
    if (!v || !done) continue;
    v.changes.push(p);
    v.at ??= done.at;
  }
  return found;
}
