// The map of the circles: the area's own tiles, cells as coloured squares under its lines.
// Like the area's map it names no glyphs: labels come from the visitor's own fonts.
import type { FeatureCollection } from 'geojson';
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import { dashes, label, width } from '../map/style';
import { dashes as limitDashes, lineWidths } from '../reach/style';

export interface Look {
  colour: (token: string) => string;
  lang: string;
  area: string; // tiles of the area
  tokens: string[]; // colours of the classes
  cells: FeatureCollection;
  marks: FeatureCollection; // centres, the chosen cell
  ground: FeatureCollection; // what is within reach of it
}

export function fill(l: Pick<Look, 'colour' | 'tokens'>): ExpressionSpecification | string {
  const pairs = l.tokens.flatMap((token, i) => [i, l.colour(token)]);
  return pairs.length ? (['match', ['get', 'c'], ...pairs, 'transparent'] as unknown as ExpressionSpecification) : 'transparent';
}

function lines(l: Look): LayerSpecification[] {
  const of = { type: 'line', source: 'area', 'source-layer': 'lines', layout: { 'line-cap': 'butt', 'line-join': 'round' } } as const;
  const open = ['==', ['get', 'status'], 'open'] as ExpressionSpecification;
  return [
    { ...of, id: 'casing', filter: open, paint: { 'line-color': l.colour('--sheet'), 'line-width': width(0.7, 1.8), 'line-opacity': 0.85 } },
    { ...of, id: 'lines-later', filter: ['!', open], paint: { 'line-color': l.colour('--ink'), 'line-width': width(0.55), 'line-opacity': 0.7, 'line-dasharray': dashes.planned! } },
    { ...of, id: 'lines-open', filter: open, paint: { 'line-color': l.colour('--ink'), 'line-width': width(0.6), 'line-opacity': 0.85 } },
  ];
}

export function styleOf(l: Look): StyleSpecification {
  const c = l.colour;
  const halo = { 'text-halo-color': c('--sheet'), 'text-halo-width': 1.8 };
  const layers: LayerSpecification[] = [
    { id: 'ground', type: 'background', paint: { 'background-color': c('--sunk') } },
    { id: 'districts', type: 'fill', source: 'area', 'source-layer': 'districts', paint: { 'fill-color': c('--sheet') } },
    { id: 'cells', type: 'fill', source: 'cells', paint: { 'fill-color': fill(l), 'fill-antialias': false, 'fill-opacity': 0.82 } },
    { id: 'district-edges', type: 'line', source: 'area', 'source-layer': 'districts', paint: { 'line-color': c('--ink'), 'line-width': 0.8, 'line-opacity': 0.45 } },
    ...lines(l),
    ...[3, 2, 1, 0].map((rank): LayerSpecification => ({
      id: `edge-${rank}`, type: 'line', source: 'within', filter: ['all', ['==', ['get', 'kind'], 'edge'], ['==', ['get', 'rank'], rank], ['>=', ['zoom'], ['get', 'zoom']]], layout: { 'line-join': 'round' },
      paint: { 'line-color': c('--way'), 'line-width': lineWidths[rank] ?? 2, ...(limitDashes[rank] ? { 'line-dasharray': limitDashes[rank] } : {}) },
    })),
    { id: 'chosen-casing', type: 'line', source: 'marks', filter: ['==', ['get', 'kind'], 'cell'], paint: { 'line-color': c('--sheet'), 'line-width': 5 } },
    { id: 'chosen', type: 'line', source: 'marks', filter: ['==', ['get', 'kind'], 'cell'], paint: { 'line-color': c('--way'), 'line-width': 2.6 } },
    {
      id: 'stations', type: 'circle', source: 'area', 'source-layer': 'stations', minzoom: 9.5,
      paint: { 'circle-radius': 2.6, 'circle-color': c('--sheet'), 'circle-stroke-color': c('--ink'), 'circle-stroke-width': 1.2 },
    },
    {
      id: 'centres', type: 'circle', source: 'marks', filter: ['==', ['get', 'kind'], 'centre'],
      paint: { 'circle-radius': 6, 'circle-color': c('--way'), 'circle-stroke-color': c('--sheet'), 'circle-stroke-width': 2.2 },
    },
    {
      id: 'station-names', type: 'symbol', source: 'area', 'source-layer': 'stations', minzoom: 11,
      layout: { 'text-field': label(l.lang), 'text-size': 12, 'text-offset': [0, 0.9], 'text-anchor': 'top', 'text-optional': true }, paint: { 'text-color': c('--ink-2'), ...halo },
    },
    {
      id: 'centre-names', type: 'symbol', source: 'marks', filter: ['==', ['get', 'kind'], 'centre'],
      layout: { 'text-field': label(l.lang), 'text-size': ['interpolate', ['linear'], ['zoom'], 6, 13, 10, 18], 'text-variable-anchor': ['bottom', 'top', 'left', 'right'], 'text-radial-offset': 0.6, 'text-padding': 1 }, paint: { 'text-color': c('--ink'), ...halo },
    },
    {
      id: 'limits', type: 'symbol', source: 'within', filter: ['==', ['get', 'kind'], 'label'],
      layout: { 'text-field': ['get', 'label'], 'text-size': 13, 'text-offset': [0, -0.7], 'text-padding': 4 }, paint: { 'text-color': c('--way'), ...halo },
    },
  ];
  return {
    version: 8, layers,
    sources: {
      area: { type: 'vector', tiles: [l.area], minzoom: 0, maxzoom: 14 },
      cells: { type: 'geojson', data: l.cells, tolerance: 0 },
      marks: { type: 'geojson', data: l.marks },
      within: { type: 'geojson', data: l.ground, tolerance: 0.9 },
    },
  };
}
