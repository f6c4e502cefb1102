// What the catalogue says, by the names of the API.
import type { components } from '../door/schema';

type Api = components['schemas'];
export type ServiceList = Api['ServiceList'];
export type Summary = Api['ServiceSummary'];
export type Bundle = Api['ServiceBundleView'];
export type Compared = Api['ServiceCompared'];
export type InCity = Api['ServiceInCity'];
export type Item = Api['ServiceItem'];
export type Days = Api['ServiceDays'];
export type Material = Api['ServiceMaterial'];
export type Mark = Api['ServiceMark'];
export type ServiceForm = Api['ServiceForm'];

export const modes = ['online', 'deputy', 'joint'] as const;
export const events = ['birth', 'work-move', 'retirement', 'restaurant'] as const;
export const subjects = ['birth', 'household', 'work', 'housing', 'medical', 'pension', 'business', 'documents', 'social'] as const;

/** Items by their first subject, in the order of subjects; empty ones are left out. */
export function bySubject(list: readonly Pick<Summary, 'id' | 'subject'>[]): { subject: string; ids: string[] }[] {
  const heaps = new Map<string, string[]>(subjects.map((s) => [s, []]));
  for (const i of list) {
    const first = subjects.find((s) => i.subject?.includes(s)) ?? 'documents';
    heaps.get(first)!.push(i.id);
  }
  return [...heaps].filter(([, ids]) => ids.length).map(([subject, ids]) => ({ subject, ids }));
}

/** Whether a material can be shown by one of somebody's licences. */
export function satisfied(m: Pick<Material, 'licences'>, held: readonly string[]): boolean {
  return (m.licences ?? []).some((l) => held.includes(l));
}
