// A form as data (livelihood/catalogue): which of its questions are asked, and how an answer
// reads. The conditions are weighed as the node weighs them.
import { at, type Json } from '../catalogue/pointer';

export type { Json } from '../catalogue/pointer';
export interface Text { zh: string; en: string }
export interface Cond { at: string; in: string[] | null }
export interface Option { value: string; label: Text; note?: Text }
export interface Question {
  at: string; label: Text; hint?: Text; widget: string; needed?: boolean; when?: Cond[] | null; fill?: string; options?: Option[] | null; fields?: Question[] | null;
}
export interface Section { id: string; title: Text; note?: Text; when?: Cond[] | null; fields: Question[] | null }
export interface Form { id: string; title: Text; layout: Section[] | null }

/** An answer as a condition writes it; what is not there is "". */
export function said(v: Json | undefined): string {
  return typeof v === 'string' ? v : typeof v === 'boolean' || typeof v === 'number' ? String(v) : '';
}

export function holds(list: readonly Cond[] | null | undefined, answers: Json | undefined): boolean {
  return (list ?? []).every((c) => (c.in ?? []).includes(said(at(answers, c.at))));
}

/** The questions of a section that are asked, in order; none where the section is not shown. */
export function asked(s: Pick<Section, 'when' | 'fields'>, answers: Json | undefined): Question[] {
  return holds(s.when, answers) ? (s.fields ?? []).filter((q) => holds(q.when, answers)) : [];
}

/** The licence type and the attribute that can answer a question. */
export function filler(q: { fill?: string | undefined }): { type: string; attribute: string } | null {
  const cut = q.fill?.indexOf('/') ?? -1;
  return cut > 0 ? { type: q.fill!.slice(0, cut), attribute: q.fill!.slice(cut + 1) } : null;
}

/** The question at a place of a form. */
export function questionAt(form: { layout?: readonly { fields?: Question[] | null }[] | null } | undefined, pointer: string): Question | undefined {
  return form?.layout?.flatMap((s) => s.fields ?? []).find((q) => q.at === pointer);
}

/** Whether nothing was answered. */
export function blank(v: Json | undefined): boolean {
  return v === undefined || v === null || v === '' || (Array.isArray(v) && v.length === 0);
}
