import { describe, expect, it } from 'vitest';
import type { Isochrones } from '../door/types';
import { edgeZoom, shapesOf, wayOf } from './shapes';

const square = (x: number, y: number, side: number) => [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]];
const iso = {
  shapes: {
    type: 'FeatureCollection',
    features: [
      { type: 'Feature', geometry: { type: 'MultiPolygon', coordinates: [[square(0, 0, 1), square(0.4, 0.4, 0.01)]] }, properties: { minutes: 30, modelled: true } },
      { type: 'Feature', geometry: { type: 'MultiPolygon', coordinates: [[square(0.2, 0.2, 0.1)]] }, properties: { minutes: 15, modelled: true } },
    ],
  },
} as unknown as Isochrones;

describe('shapes', () => {
  const all = shapesOf(iso, (n) => `${n} min`).features;
  const of = (kind: string) => all.filter((f) => f.properties?.kind === kind);

  it('keep the order, the longest first, and count ranks from the shortest', () => expect(of('ground').map((f) => f.properties?.rank)).toEqual([1, 0]));

  it('have an edge for every ring, small ones only when one is near', () => {
    expect(of('edge')).toHaveLength(3);
    const [outer, hole] = of('edge').map((f) => f.properties?.zoom as number);
    expect(hole! - outer!).toBeCloseTo(Math.log2(100));
  });

  it('are labelled at their northernmost point', () => {
    expect(of('label').map((f) => f.properties?.label)).toEqual(['30 min', '15 min']);
    expect((of('label')[0]!.geometry as { coordinates: number[] }).coordinates[1]).toBe(1);
  });

  it('are none without an answer', () => expect([shapesOf(undefined, String).features, wayOf(undefined).features]).toEqual([[], []]));
});

describe('edges', () => {
  it('of the whole earth are always drawn', () => expect(edgeZoom(square(-180, -85, 360))).toBeLessThan(0));
  it('of a single point never fail', () => expect(Number.isFinite(edgeZoom([[1, 1]]))).toBe(true));
});
