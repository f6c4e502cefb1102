// RFC 8785 (JCS): the one text of a JSON value. ECMAScript already writes
// numbers and strings as JCS wants; what is left is to sort the members by
// UTF-16 code units, which is how ECMAScript compares strings.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key]!)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}
