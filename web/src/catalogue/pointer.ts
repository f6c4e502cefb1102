// Places within an item by JSON pointer (RFC 6901), as its faults name them.

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export function steps(pointer: string): string[] {
  return pointer === '' ? [] : pointer.slice(1).split('/').map((s) => s.replace(/~1/g, '/').replace(/~0/g, '~'));
}

export function join(pointer: string, step: string | number): string {
  return `${pointer}/${String(step).replace(/~/g, '~0').replace(/\//g, '~1')}`;
}

/** What stands at a pointer; undefined where nothing does. */
export function at(whole: Json | undefined, pointer: string): Json | undefined {
  let now = whole;
  for (const s of steps(pointer)) {
    if (Array.isArray(now)) now = now[Number(s)];
    else if (now && typeof now === 'object') now = now[s];
    else return undefined;
  }
  return now;
}

/** A copy with something else at a pointer; undefined takes it out. What leads there is made where it is missing. */
export function put(whole: Json | undefined, pointer: string, value: Json | undefined): Json {
  const path = steps(pointer);
  if (!path.length) return value ?? {};
  const [head, ...rest] = path as [string, ...string[]];
  const inner = rest.length ? put(at(whole, join('', head)), rest.reduce(join, ''), value) : value;
  if (Array.isArray(whole)) {
    const list = [...whole];
    if (inner === undefined) list.splice(Number(head), 1);
    else list[Number(head)] = inner;
    return list;
  }
  const object = { ...(whole && typeof whole === 'object' ? whole : {}) } as Record<string, Json>;
  if (inner === undefined) delete object[head];
  else object[head] = inner;
  return object;
}

/** Whether a fault's place is that of a field or lies within it. */
export function within(fault: string, field: string): boolean {
  return fault === field || fault.startsWith(`${field}/`);
}
