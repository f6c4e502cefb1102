// What an application can be given licences for: each material, and what else fills the form.
import type { ServiceForm } from '../service/types';
import { filler } from './form';
import type { CaseMaterial, CaseShare } from './types';

export interface Held { id: string; type: { code: string; name: string }; state: { code: string; name?: string }; number: string }
export interface Want {
  key: string; material?: CaseMaterial; types: string[];
  held: Held[]; // licences of this node that would do
  shared?: CaseShare;
}

const good = ['valid', 'leaving'];

/** What licences can answer of a form, in its order. */
function fillers(form: Pick<ServiceForm, 'layout'> | undefined): { type: string; attribute: string }[] {
  return (form?.layout ?? []).flatMap((s) => s.fields ?? []).flatMap((f) => filler(f) ?? []);
}

/** The attributes of a type of licence that answer questions of a form, in the order of the form. */
export function fills(form: Pick<ServiceForm, 'layout'> | undefined, type: string): string[] {
  return [...new Set(fillers(form).filter((f) => f.type === type).map((f) => f.attribute))];
}

export function wants(materials: readonly CaseMaterial[], form: Pick<ServiceForm, 'layout'> | undefined, licences: readonly Held[], shares: readonly CaseShare[]): Want[] {
  const valid = licences.filter((l) => good.includes(l.state.code));
  const holding = (types: readonly string[]) => valid.filter((l) => types.includes(l.type.code));
  const list: Want[] = materials.filter((m) => m.types.length).map((m) => {
    const shared = shares.find((s) => s.material === m.id);
    return { key: m.id, material: m, types: m.types, held: holding(m.types), ...(shared ? { shared } : {}) };
  });
  const covered = new Set(list.flatMap((w) => w.types));
  for (const type of new Set(fillers(form).map((f) => f.type))) {
    if (covered.has(type)) continue;
    const shared = shares.find((s) => s.type.code === type);
    const held = holding([type]);
    if (held.length || shared) list.push({ key: type, types: [type], held, ...(shared ? { shared } : {}) });
  }
  return list;
}

export interface TypeNames { code: string; name: string; attributes: { id: string; name: string; needed: boolean }[] }

/** What is proposed to be shown of a licence: what fills the form, or else what every such licence has. */
export function proposed(form: Pick<ServiceForm, 'layout'> | undefined, type: TypeNames): string[] {
  const ids = type.attributes.map((a) => a.id);
  const some = fills(form, type.code).filter((a) => ids.includes(a) || a.startsWith('holder.'));
  return some.length ? some : type.attributes.filter((a) => a.needed).map((a) => a.id);
}
