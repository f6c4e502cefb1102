// Cells as squares on a map, and the cell at a point.
import type { Feature, FeatureCollection, Polygon } from 'geojson';
import type { CircleCells } from '../door/circles';
import type { Point } from '../reach/ask';
import type { Colouring } from './scales';

// WGS-84
const axis = 6_378_137;
const eccentricity2 = 0.00669437999014;

// squares overlap a little: the grid is turned against the meridians by up to half a degree, and would show gaps
const overlap = 1.006;

const round = (v: number) => Math.round(v * 1e6) / 1e6;

/** Half the side of a cell in degrees, to the east and to the north, from the radii of curvature on the ellipsoid. */
export function halfSide(side: number, lat: number): [number, number] {
  const phi = (lat * Math.PI) / 180;
  const w2 = 1 - eccentricity2 * Math.sin(phi) ** 2;
  const across = axis / Math.sqrt(w2);
  const along = (across * (1 - eccentricity2)) / w2;
  const degrees = 90 / Math.PI;
  return [(side / across / Math.cos(phi)) * degrees, (side / along) * degrees];
}

export function squareOf(point: number[], side: number): number[][] {
  const [x = 0, y = 0] = point;
  const [dx, dy] = halfSide(side * overlap, y);
  const [w, e, s, n] = [round(x - dx), round(x + dx), round(y - dy), round(y + dy)];
  return [[w, s], [e, s], [e, n], [w, n], [w, s]];
}

/** Squares with the class they are coloured by. */
export function squares(cells: CircleCells | undefined, colours: Colouring | null): FeatureCollection<Polygon> {
  const features: Feature<Polygon>[] = [];
  if (cells && colours) {
    cells.points.forEach((p, i) =>
      features.push({ type: 'Feature', id: i, geometry: { type: 'Polygon', coordinates: [squareOf(p, cells.sideMetres)] }, properties: { c: colours.of[i] ?? 0 } }),
    );
  }
  return { type: 'FeatureCollection', features };
}

/** The cell in which a point lies, or -1. */
export function cellAt(cells: CircleCells | undefined, p: Point | null): number {
  if (!cells || !p) return -1;
  let best = -1;
  let least = Infinity;
  cells.points.forEach(([x = 0, y = 0], i) => {
    const [dx, dy] = halfSide(cells.sideMetres, y);
    const far = Math.max(Math.abs(p[0] - x) / dx, Math.abs(p[1] - y) / dy);
    if (far < least) [best, least] = [i, far];
  });
  return least <= 1.02 ? best : -1;
}

const left = 0.05; // of the people on each side, who live out of the first view

/** Where most people live: west, south, east, north, with a twentieth of them beyond each side. */
export function boundsOfPeople(cells: CircleCells): [number, number, number, number] | null {
  if (!cells.points.length) return null;
  const all = cells.people.reduce((a, b) => a + b, 0);
  const span = (k: 0 | 1): [number, number] => {
    const order = cells.points.map((p, i) => ({ at: p[k] ?? 0, n: cells.people[i] ?? 0 })).sort((a, b) => a.at - b.at);
    let sum = 0;
    const from = order.find((o) => (sum += o.n) >= all * left)!.at;
    sum = 0;
    return [from, order.findLast((o) => (sum += o.n) >= all * left)!.at];
  };
  const [w, e] = span(0);
  const [s, n] = span(1);
  return [w, s, e, n];
}
