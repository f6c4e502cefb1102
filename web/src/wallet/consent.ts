// What a holder decided about a request, as presentations. Pure but for the signature.
import { type Choices, type Option, type Query } from './dcql';
import { bind, show, type Credential, type Sign } from './sdjwt';
import type { Presented } from './vp';

/** Of a credential query: whether it is answered, by which of its matches, and how much is shown. */
export interface Choice {
  on: boolean;
  match: number;
  option: number;
}

/** What would be chosen for the holder: what is needed, by the first credential, as the verifier
    prefers; what is optional is left out. */
export function first(c: Choices): Record<string, Choice> {
  const out: Record<string, Choice> = {};
  for (const id of c.needed) out[id] = { on: true, match: 0, option: 0 };
  for (const id of c.optional) out[id] = { on: false, match: 0, option: 0 };
  return out;
}

export function chosen(c: Choices, id: string, x: Choice): { held: number; option: Option } | undefined {
  const match = c.matches.get(id)?.[x.match];
  const option = match?.options[x.option] ?? match?.options[0];
  return match && option && { held: match.held, option };
}

/** The presentations, each bound to the verifier where that is asked for. */
export async function present(q: Query, c: Choices, picked: Record<string, Choice>, held: { credential: Credential; sign: Sign }[], to: { audience: string; nonce: string; now: number }): Promise<Presented> {
  const out: Presented = {};
  for (const [id, x] of Object.entries(picked)) {
    const found = x.on ? chosen(c, id, x) : undefined;
    const from = found && held[found.held];
    if (!found || !from) continue;
    const bare = q.credentials.find((k) => k.id === id)?.require_cryptographic_holder_binding === false;
    out[id] = [bare ? show(from.credential, found.option.disclosures) : await bind(from.credential, found.option.disclosures, from.sign, to)];
  }
  return out;
}
