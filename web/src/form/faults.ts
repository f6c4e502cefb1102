// Faults of answers as the node tells them, and the way of the focus to the first.
import { tick } from 'svelte';
import type { Problem } from '../door/types';
import type { FieldFault } from './filling.svelte';

interface Told { errors?: { location: string; detail: string; remedy?: string }[] }

/** The faults of a problem that name a place in the form. */
export function faultsOf(problem: Problem | undefined): FieldFault[] {
  return ((problem as (Problem & Told) | undefined)?.errors ?? [])
    .filter((e) => /^form(\/|$)/.test(e.location))
    .map((e) => ({ at: e.location.slice('form'.length), detail: e.detail, ...(e.remedy ? { remedy: e.remedy } : {}) }));
}

/** The field that a fault is at: the nearest one around it. */
export function fieldOf(at: string, known: readonly string[]): string | undefined {
  let place = at;
  for (;;) {
    if (known.includes(place)) return place;
    const cut = place.lastIndexOf('/');
    if (cut < 0) return undefined;
    place = place.slice(0, cut);
  }
}

/** Puts the focus into the first field that is at fault, in the order of the page. */
export async function first(box: HTMLElement | undefined, faults: readonly FieldFault[]): Promise<void> {
  await tick();
  const fields = [...(box?.querySelectorAll<HTMLElement>('[data-ask]') ?? [])];
  const known = fields.map((f) => f.dataset['ask'] ?? '');
  const bad = new Set(faults.map((f) => fieldOf(f.at, known)));
  const field = fields.find((f) => bad.has(f.dataset['ask']));
  const to = field?.querySelector<HTMLElement>('input, select, textarea, button');
  to?.focus({ preventScroll: true });
  field?.scrollIntoView({ block: 'center', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
}
