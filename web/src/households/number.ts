// The number of a citizen (GB 11643-1999): what it says of itself, so that nobody types it twice.

export interface Said { born: string; sex: '1' | '2' }

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** The day of birth and the sex in a number; null where it is none. */
export function said(number: string): Said | null {
  const n = number.trim().toUpperCase();
  if (!/^\d{17}[\dX]$/.test(n)) return null;
  const sum = weights.reduce((all, w, i) => all + w * Number(n[i]), 0);
  if ('10X98765432'[sum % 11] !== n[17]) return null;
  const born = `${n.slice(6, 10)}-${n.slice(10, 12)}-${n.slice(12, 14)}`;
  const at = Date.parse(`${born}T00:00:00Z`);
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== born) return null;
  return { born, sex: Number(n[16]) % 2 ? '1' : '2' };
}

/** Whole years on a day. */
export function age(born: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(born.slice(0, 4));
  return today.slice(5) < born.slice(5) ? years - 1 : years;
}
