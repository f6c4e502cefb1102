import type { Geometry, Position } from 'geojson';

/** West, south, east, north of some shapes; null for none. */
export function boundsOf(shapes: Geometry[]): [number, number, number, number] | null {
  const b: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  const add = (p: Position) => {
    const [x = 0, y = 0] = p;
    b[0] = Math.min(b[0], x);
    b[1] = Math.min(b[1], y);
    b[2] = Math.max(b[2], x);
    b[3] = Math.max(b[3], y);
  };
  const walk = (c: unknown): void => {
    if (!Array.isArray(c)) return;
    if (typeof c[0] === 'number') add(c as Position);
    else c.forEach(walk);
  };
  for (const g of shapes) if ('coordinates' in g) walk(g.coordinates);
  return Number.isFinite(b[0]) ? b : null;
}
