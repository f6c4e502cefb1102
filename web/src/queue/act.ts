// What can be done to a case now, and what it takes: made into fields, and into the body of an act.

export type Widget = 'area' | 'text' | 'day' | 'number' | 'yesno' | 'choice' | 'many' | 'relations';
export interface Need { name: string; widget: Widget; label: string; hint?: string; required: boolean; options?: { value: string; label: string }[]; min?: string }
export interface Possible { name: string; label: string; note?: string; needs: Need[]; final: boolean }
export interface Act { move: string; version?: string; reason?: string; grounds?: string; input?: Record<string, unknown> }

/** The needs that are not filled in yet. */
export function missing(needs: readonly Need[], fields: Record<string, string>): Need[] {
  return needs.filter((n) => n.required && !(fields[n.name] ?? '').trim());
}

/** What is wrong with each need, as the node tells it of the body of an act. */
export function wrong(needs: readonly Need[], errors: readonly { location: string; detail: string; remedy?: string }[] | undefined): Record<string, { at: string; detail: string; remedy?: string }[]> {
  const out: Record<string, { at: string; detail: string; remedy?: string }[]> = {};
  for (const e of errors ?? []) {
    const need = needs.find((n) => e.location === `body.${n.name}` || e.location === `body.input.${n.name}`);
    if (need) (out[need.name] ??= []).push({ at: need.name, detail: e.detail, ...(e.remedy ? { remedy: e.remedy } : {}) });
  }
  return out;
}

function value(n: Need, text: string): unknown {
  if (n.widget === 'yesno') return text === 'yes';
  if (n.widget === 'number') return /^[+-]?\d+$/.test(text) ? Number(text) : text;
  return text;
}

/** The body of an act. Reason and grounds have places of their own, everything else is input. */
export function act(move: Pick<Possible, 'name' | 'needs'>, fields: Record<string, string>, version?: string): Act {
  const body: Act = { move: move.name, ...(version ? { version } : {}) };
  const input: Record<string, unknown> = {};
  for (const n of move.needs) {
    const text = (fields[n.name] ?? '').trim();
    if (!text) continue;
    if (n.name === 'reason') body.reason = text;
    else if (n.name === 'grounds') body.grounds = text;
    else input[n.name] = value(n, text);
  }
  if (Object.keys(input).length) body.input = input;
  return body;
}
