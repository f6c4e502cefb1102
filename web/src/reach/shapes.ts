// What was answered, made ready for the map.
import type { Feature, FeatureCollection, Position } from 'geojson';
import type { Isochrones, Way } from '../door/types';

const nothing: FeatureCollection = { type: 'FeatureCollection', features: [] };

/** Pixels that a ring must span to have an edge drawn: a city's many small holes would be all one saw. */
const worthAnEdge = 34;

/**
 * The ground of each limit, the edges of its larger rings, and a label for each limit.
 * rank is 0 for the shortest; an edge is drawn from the zoom of its property on.
 */
export function shapesOf(iso: Isochrones | undefined, minutes: (n: number) => string): FeatureCollection {
  if (!iso) return nothing;
  const n = iso.shapes.features.length;
  const out: Feature[] = [];
  iso.shapes.features.forEach((f, i) => {
    const rank = n - 1 - i;
    const label = minutes(f.properties.minutes);
    out.push({ type: 'Feature', geometry: f.geometry, properties: { kind: 'ground', rank } });
    for (const polygon of f.geometry.coordinates) {
      for (const ring of polygon) {
        out.push({ type: 'Feature', geometry: { type: 'LineString', coordinates: ring }, properties: { kind: 'edge', rank, zoom: edgeZoom(ring) } });
      }
    }
    const top = topOf(f.geometry.coordinates);
    if (top) out.push({ type: 'Feature', geometry: { type: 'Point', coordinates: top }, properties: { kind: 'label', rank, label } });
  });
  return { type: 'FeatureCollection', features: out };
}

/** The zoom at which a ring spans enough pixels to be outlined. */
export function edgeZoom(ring: Position[]): number {
  let [west, east, south, north] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x = 0, y = 0] of ring) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, y);
    north = Math.max(north, y);
  }
  const span = Math.max(east - west, north - south, 1e-9);
  return Math.log2((worthAnEdge * 360) / (512 * span));
}

/** The northernmost point of the polygon with the longest outline. */
function topOf(polygons: Position[][][]): Position | undefined {
  const longest = polygons.map((p) => p[0] ?? []).reduce((a, b) => (b.length > a.length ? b : a), [] as Position[]);
  return longest.reduce<Position | undefined>((top, p) => (!top || (p[1] ?? 0) > (top[1] ?? 0) ? p : top), undefined);
}

/** The line of a way. */
export function wayOf(way: Way | undefined): FeatureCollection {
  return way ? { type: 'FeatureCollection', features: [{ type: 'Feature', geometry: way.line, properties: {} }] } : nothing;
}
