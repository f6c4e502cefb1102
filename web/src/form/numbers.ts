// What is typed into fields of numbers, and how it stands in an answer.
import type { Json } from '../catalogue/pointer';

/** A number where it is one; what is none stays as it was typed, and the node says so. */
export function typedNumber(text: string): Json | undefined {
  const plain = text.trim().replace(/[,，]/g, '');
  if (plain === '') return undefined;
  return /^-?\d+(\.\d+)?$/.test(plain) && plain.length < 16 ? Number(plain) : text;
}

/** Yuan as they are typed, in fen. */
export function typedFen(text: string): Json | undefined {
  const plain = text.trim().replace(/[,，]/g, '');
  if (plain === '') return undefined;
  const m = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(plain);
  return m ? Number(m[1]) * 100 + Number((m[2] ?? '').padEnd(2, '0')) : text;
}

/** Fen as somebody would type them in yuan. */
export function yuanText(value: Json | undefined): string {
  if (typeof value !== 'number') return typeof value === 'string' ? value : '';
  const whole = Math.trunc(value / 100);
  const part = Math.abs(value % 100);
  return part ? `${whole}.${String(part).padStart(2, '0')}` : String(whole);
}
