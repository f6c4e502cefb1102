// What is looked for in the register: a whole number asks the register, anything else narrows a list.
import type { Household } from './types';

/** A citizen's number, if the text is one by its form. */
export function numberIn(text: string): string | null {
  const n = text.trim().toUpperCase();
  return /^\d{17}[\dX]$/.test(n) ? n : null;
}

/** Whether a household has to do with a text: an address, a unit, a name, or the end of a number. */
export function fits(h: Household, text: string): boolean {
  const q = text.trim().toLowerCase();
  if (!q) return true;
  return [h.address, h.unit ?? '', h.id].some((x) => x.toLowerCase().includes(q)) || h.members.some((m) => m.name.toLowerCase().includes(q) || (q.length >= 4 && m.person.toLowerCase().includes(q)));
}
