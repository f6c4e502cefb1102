// The map of streets: the node's own tiles, and over them what was answered. Like
// the area's map it names no glyphs: labels come from the visitor's own fonts.
import type { FeatureCollection } from 'geojson';
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import { label } from '../map/style';

/** Dashes tell the limits apart without colour, the shortest first; in widths of the line. */
export const dashes: (number[] | undefined)[] = [undefined, [5, 1.5], [2, 1.2], [0.6, 1.2]];
export const lineWidths = [2.6, 2.2, 2, 2];

/** Widths of streets at zoom 12 by class; what is not named is a lane. */
const widths: Record<string, number> = {
  motorway: 2.6, trunk: 2.4, primary: 2, secondary: 1.6, tertiary: 1.2, motorway_link: 1.4, trunk_link: 1.4, primary_link: 1.2, secondary_link: 1,
};

export interface Look {
  colour: (token: string) => string;
  lang: string;
  area: string; // tiles of the area
  streets: string; // tiles of the network
  people: boolean;
  shapes: FeatureCollection;
  way: FeatureCollection;
}

export function streetTiles(origin: string, net: string, mode: string): string {
  return `${origin}/tiles/streets/${encodeURIComponent(net)}/{z}/{x}/{y}.mvt?mode=${encodeURIComponent(mode)}`;
}

function streetWidth(): ExpressionSpecification {
  const at = (f: number): ExpressionSpecification =>
    ['match', ['get', 'class'], ...Object.entries(widths).flatMap(([k, v]) => [k, v * f]), 0.7 * f] as unknown as ExpressionSpecification;
  return ['interpolate', ['linear'], ['zoom'], 7, at(0.45), 12, at(1), 15, at(2.2), 18, at(6)];
}

const major: ExpressionSpecification = ['in', ['get', 'class'], ['literal', ['motorway', 'trunk', 'primary', 'motorway_link', 'trunk_link']]];

export const rankColour = (rank: number) => `--reach-${rank + 1}`;

function shapeLayers(c: Look['colour']): LayerSpecification[] {
  const fill: LayerSpecification = {
    id: 'shapes', type: 'fill', source: 'shapes', filter: ['==', ['get', 'kind'], 'ground'],
    paint: {
      'fill-color': ['match', ['get', 'rank'], 0, c(rankColour(0)), 1, c(rankColour(1)), 2, c(rankColour(2)), c(rankColour(3))],
      'fill-opacity': 0.3, 'fill-antialias': false,
    },
  };
  return [fill];
}

function edgeLayers(c: Look['colour']): LayerSpecification[] {
  return [3, 2, 1, 0].map((rank): LayerSpecification => ({
    id: `edge-${rank}`, type: 'line', source: 'shapes', filter: ['all', ['==', ['get', 'kind'], 'edge'], ['==', ['get', 'rank'], rank], ['>=', ['zoom'], ['get', 'zoom']]], layout: { 'line-join': 'round' },
    paint: { 'line-color': c(`--reach-${rank + 1}-edge`), 'line-width': lineWidths[rank] ?? 2, ...(dashes[rank] ? { 'line-dasharray': dashes[rank] } : {}) },
  }));
}

export function styleOf(l: Look): StyleSpecification {
  const c = l.colour;
  const halo = { 'text-halo-color': c('--sheet'), 'text-halo-width': 1.8 };
  const layers: LayerSpecification[] = [
    { id: 'ground', type: 'background', paint: { 'background-color': c('--sunk') } },
    { id: 'districts', type: 'fill', source: 'area', 'source-layer': 'districts', paint: { 'fill-color': c('--sheet') } },
    {
      id: 'people', type: 'fill', source: 'streets', 'source-layer': 'cells', layout: { visibility: l.people ? 'visible' : 'none' }, filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': c('--people'), 'fill-antialias': false, 'fill-opacity': ['interpolate', ['linear'], ['sqrt', ['coalesce', ['get', 'per_km2'], 0]], 4, 0, 20, 0.12, 60, 0.45, 130, 0.85] },
    },
    ...shapeLayers(c),
    { id: 'district-edges', type: 'line', source: 'area', 'source-layer': 'districts', paint: { 'line-color': c('--line-2'), 'line-width': 0.8, 'line-opacity': 0.5 } },
    {
      id: 'streets', type: 'line', source: 'streets', 'source-layer': 'streets', layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': ['case', major, c('--street-major'), c('--street')], 'line-width': streetWidth() },
    },
    ...edgeLayers(c),
    {
      id: 'street-names', type: 'symbol', source: 'streets', 'source-layer': 'streets', minzoom: 13.5, filter: ['has', 'name'],
      layout: { 'symbol-placement': 'line', 'text-field': ['get', 'name'], 'text-size': 11.5, 'symbol-spacing': 320 }, paint: { 'text-color': c('--ink-2'), ...halo },
    },
    {
      id: 'stations', type: 'circle', source: 'area', 'source-layer': 'stations', minzoom: 9.5,
      paint: { 'circle-radius': 3, 'circle-color': c('--sheet'), 'circle-stroke-color': c('--ink-2'), 'circle-stroke-width': 1.2 },
    },
    { id: 'way-casing', type: 'line', source: 'way', layout: { 'line-cap': 'round', 'line-join': 'round' }, paint: { 'line-color': c('--sheet'), 'line-width': 8 } },
    { id: 'way', type: 'line', source: 'way', layout: { 'line-cap': 'round', 'line-join': 'round' }, paint: { 'line-color': c('--way'), 'line-width': 4.5 } },
    {
      id: 'station-names', type: 'symbol', source: 'area', 'source-layer': 'stations', minzoom: 11,
      layout: { 'text-field': label(l.lang), 'text-size': 12, 'text-offset': [0, 0.9], 'text-anchor': 'top', 'text-optional': true }, paint: { 'text-color': c('--ink-2'), ...halo },
    },
    {
      id: 'city-names', type: 'symbol', source: 'area', 'source-layer': 'cities',
      layout: { 'text-field': label(l.lang), 'text-size': ['interpolate', ['linear'], ['zoom'], 6, 14, 10, 20] }, paint: { 'text-color': c('--ink'), ...halo },
    },
    {
      id: 'limits', type: 'symbol', source: 'shapes', filter: ['==', ['get', 'kind'], 'label'],
      layout: { 'text-field': ['get', 'label'], 'text-size': 13, 'text-offset': [0, -0.7], 'symbol-sort-key': ['get', 'rank'], 'text-padding': 4 },
      paint: { 'text-color': c('--ink'), 'text-halo-color': c('--sheet'), 'text-halo-width': 2.4 },
    },
  ];
  return {
    version: 8, layers,
    sources: {
      area: { type: 'vector', tiles: [l.area], minzoom: 0, maxzoom: 14 },
      streets: { type: 'vector', tiles: [l.streets], minzoom: 0, maxzoom: 14 },
      shapes: { type: 'geojson', data: l.shapes, tolerance: 0.9 },
      way: { type: 'geojson', data: l.way },
    },
  };
}
