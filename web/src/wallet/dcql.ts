// DCQL as a wallet answers it (OpenID4VP 1.0 §6, §7): which credentials it holds answer a query,
// by which disclosures, and which choices its holder has. Pure.
import type { Claim, Credential, Json } from './sdjwt';

export type Step = string | number | null;

export interface ClaimQuery {
  id?: string;
  path: Step[];
  values?: (string | number | boolean)[];
}

export interface CredentialQuery {
  id: string;
  format: string;
  multiple?: boolean;
  require_cryptographic_holder_binding?: boolean;
  meta?: { vct_values?: string[] };
  trusted_authorities?: unknown[];
  claims?: ClaimQuery[];
  claim_sets?: string[][];
}

export interface SetQuery {
  options: string[][];
  required?: boolean;
}

export interface Query {
  credentials: CredentialQuery[];
  credential_sets?: SetQuery[];
}

export class NoQuery extends Error {}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);
const texts = (v: unknown): v is string[] => Array.isArray(v) && v.length > 0 && v.every((x) => typeof x === 'string');
const isStep = (v: unknown): v is Step => v === null || typeof v === 'string' || (typeof v === 'number' && Number.isInteger(v) && v >= 0);

/** Holds a query to its form as far as a wallet relies on it; the node looked at all of it before. */
export function readQuery(of: unknown): Query {
  if (!isObject(of) || !Array.isArray(of.credentials) || !of.credentials.length) throw new NoQuery('credentials');
  const ids = new Set<string>();
  for (const c of of.credentials as unknown[]) {
    if (!isObject(c) || typeof c.id !== 'string' || typeof c.format !== 'string' || ids.has(c.id)) throw new NoQuery('credentials');
    ids.add(c.id);
    if (c.claims !== undefined && (!Array.isArray(c.claims) || !c.claims.every((x) => isObject(x) && Array.isArray(x.path) && x.path.length > 0 && x.path.every(isStep) && (x.values === undefined || Array.isArray(x.values))))) throw new NoQuery('claims');
    const named = new Set(((c.claims as ClaimQuery[] | undefined) ?? []).map((x) => x.id));
    if (c.claim_sets !== undefined && (!Array.isArray(c.claim_sets) || !c.claim_sets.every((s) => texts(s) && s.every((id) => named.has(id))))) throw new NoQuery('claim_sets');
  }
  const sets = of.credential_sets;
  if (sets !== undefined && (!Array.isArray(sets) || !sets.every((s) => isObject(s) && Array.isArray(s.options) && s.options.length > 0 && s.options.every((o) => texts(o) && o.every((id) => ids.has(id)))))) throw new NoQuery('credential_sets');
  return of as unknown as Query;
}

/** The claims that a path points to (§7.1); empty where it points to nothing. */
export function find(all: Claim[], path: Step[]): Claim[] {
  return all.filter((c) => c.path.length === path.length && path.every((step, i) => (step === null ? typeof c.path[i] === 'number' : step === c.path[i])));
}

/** The claims below one, itself among them: whoever shows an object shows what is in it. */
function below(all: Claim[], c: Claim): Claim[] {
  return all.filter((x) => x.path.length >= c.path.length && c.path.every((step, i) => step === x.path[i]));
}

/** One way to answer a credential query by a credential. */
export interface Option {
  /** What is shown because it was asked for. */
  claims: Claim[];
  disclosures: string[];
}

export interface Match {
  held: number;
  /** At least one; the verifier prefers the first. */
  options: Option[];
}

function one(held: Credential, c: ClaimQuery): Claim[] | null {
  const found = find(held.all, c.path);
  const good = c.values ? found.filter((f) => c.values!.some((v) => v === f.value)) : found;
  return good.length ? good : null;
}

function optionOf(held: Credential, claims: ClaimQuery[]): Option | null {
  const out: Claim[] = [];
  for (const c of claims) {
    const found = one(held, c);
    if (!found) return null;
    out.push(...found);
  }
  const disclosures = new Set(out.flatMap((c) => below(held.all, c)).flatMap((c) => c.needs));
  return { claims: out, disclosures: held.disclosures.filter((d) => disclosures.has(d)) };
}

/** The credentials that answer a credential query, each with every way in which it does (§6.4.1). */
export function matches(q: CredentialQuery, held: Credential[]): Match[] {
  if (q.format !== 'dc+sd-jwt' || q.trusted_authorities?.length) return [];
  const out: Match[] = [];
  held.forEach((c, at) => {
    const types = q.meta?.vct_values;
    if (types && !types.includes(String(c.claims.vct))) return;
    const asked = q.claims ?? [];
    const sets = q.claim_sets ? q.claim_sets.map((ids) => asked.filter((a) => ids.includes(a.id ?? ''))) : [asked];
    const options = sets.map((s) => optionOf(c, s)).filter((o) => o !== null);
    if (options.length) out.push({ held: at, options });
  });
  return out;
}

/** What has to be decided about a query. */
export interface Choices {
  /** By the id of a credential query. */
  matches: Map<string, Match[]>;
  /** Ids without which the answer is none, as they would be chosen for the holder. */
  needed: string[];
  /** Ids that may be left out. */
  optional: string[];
  /** Ids, or sets, that nothing held answers. */
  missing: string[];
}

/** Which credentials have to be shown, which may be, and what is missing (§6.4.2). */
export function choices(q: Query, held: Credential[]): Choices {
  const found = new Map(q.credentials.map((c) => [c.id, matches(c, held)]));
  const has = (id: string) => (found.get(id)?.length ?? 0) > 0;
  const needed = new Set<string>();
  const optional = new Set<string>();
  const missing = new Set<string>();
  const sets: SetQuery[] = q.credential_sets ?? q.credentials.map((c) => ({ options: [[c.id]] }));
  for (const s of sets) {
    const option = s.options.find((o) => o.every(has));
    if (option) for (const id of option) (s.required === false ? optional : needed).add(id);
    else if (s.required !== false) for (const id of s.options[0]!) if (!has(id)) missing.add(id);
  }
  return { matches: found, needed: [...needed], optional: [...optional].filter((id) => !needed.has(id)), missing: [...missing] };
}

/** A value in words: as it stands, lists with commas; the page puts yes and no into words before. */
export function valueText(v: Json): string {
  if (Array.isArray(v)) return v.map(valueText).join(', ');
  if (isObject(v)) return JSON.stringify(v);
  return v === null ? '–' : String(v);
}
