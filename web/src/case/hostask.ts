// Who wants to come into a household, as a case keeps it for its head.

export interface Coming { name: string; relation?: string }

/** What a fact says; of one that cannot be read nobody. */
export function comingOf(fact: string | undefined): Coming[] {
  try {
    const list: unknown = JSON.parse(fact ?? '[]');
    return Array.isArray(list) ? list.filter((p): p is Coming => typeof p === 'object' && p !== null && typeof (p as Coming).name === 'string') : [];
  } catch {
    return [];
  }
}
