// The map's style: the area's own vector tiles and nothing from elsewhere. It
// names no glyphs, so MapLibre draws labels from the visitor's own fonts.
import type { ExpressionSpecification, FilterSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import { sectionStatuses, type SectionStatus } from '../door/types';

export const source = 'area';

/** Widths at zoom 9 by class; what is not named is drawn as a trunk road. */
export const widths: Record<string, number> = {
  'high-speed': 3.6, intercity: 3.4, metro: 3.2, maglev: 3.2, conventional: 2, expressway: 2.2, trunk: 1.6,
};

/** Dashes tell the status without colour. */
export const dashes: Record<SectionStatus, number[] | undefined> = {
  open: undefined, planned: [2.2, 1.4], late: [0.6, 1.1], unknown: [0.2, 2.2],
};

export interface Look {
  colour: (token: string) => string;
  lang: string;
  hidden: string[];
  tiles: string;
}

export function tilesAt(origin: string, asOf: string, believedOn: string): string {
  return `${origin}/tiles/area/{z}/{x}/{y}.mvt?asOf=${asOf}&believedOn=${believedOn}`;
}

export function label(lang: string): ExpressionSpecification {
  return ['coalesce', ['get', lang === 'en' ? 'name_en' : 'name_zh'], ['get', 'name_zh']];
}

export function visible(status: SectionStatus, hidden: string[]): FilterSpecification {
  return ['all', ['==', ['get', 'status'], status], ['!', ['in', ['get', 'class'], ['literal', hidden]]]];
}

export function width(scale: number, extra = 0): ExpressionSpecification {
  const pairs = Object.entries(widths).flatMap(([k, v]) => [k, v * scale + extra]);
  const at = (f: number): ExpressionSpecification =>
    ['match', ['get', 'class'], ...pairs.map((v) => (typeof v === 'number' ? v * f : v)), 1.6 * scale * f + extra] as unknown as ExpressionSpecification;
  return ['interpolate', ['linear'], ['zoom'], 6, at(0.55), 9, at(1), 13, at(2)];
}

export function lineLayer(status: SectionStatus): string {
  return `lines-${status}`;
}

export const lineLayers = sectionStatuses.map(lineLayer);

export function styleOf(l: Look): StyleSpecification {
  const c = l.colour;
  const lines = { type: 'line', source, 'source-layer': 'lines', layout: { 'line-cap': 'butt', 'line-join': 'round' } } as const;
  const layers: LayerSpecification[] = [
    { id: 'ground', type: 'background', paint: { 'background-color': c('--sunk') } },
    { id: 'districts', type: 'fill', source, 'source-layer': 'districts', paint: { 'fill-color': c('--sheet') } },
    { id: 'district-chosen', type: 'fill', source, 'source-layer': 'districts', filter: ['==', ['get', 'id'], ''], paint: { 'fill-color': c('--accent-soft') } },
    { id: 'district-edges', type: 'line', source, 'source-layer': 'districts', paint: { 'line-color': c('--line-2'), 'line-width': 0.8, 'line-opacity': 0.65 } },
    { ...lines, id: 'casing', paint: { 'line-color': c('--sheet'), 'line-width': width(1, 2.4), 'line-opacity': 0.9 } },
    { ...lines, id: 'chosen', filter: ['==', ['get', 'id'], ''], paint: { 'line-color': c('--focus'), 'line-width': width(1, 7), 'line-opacity': 0.55 } },
    ...(['unknown', 'late', 'planned', 'open'] as const).map((status): LayerSpecification => {
      const dash = dashes[status];
      return {
        ...lines, id: lineLayer(status), filter: visible(status, l.hidden),
        paint: { 'line-color': c(`--${tone[status]}-solid`), 'line-width': width(1), ...(dash ? { 'line-dasharray': dash } : {}) },
      };
    }),
    {
      id: 'stations', type: 'circle', source, 'source-layer': 'stations', minzoom: 9,
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 9, 1.6, 13, 4.5], 'circle-color': c('--sheet'), 'circle-stroke-color': c('--ink-2'),
        'circle-stroke-width': 1.2, 'circle-opacity': ['match', ['get', 'status'], 'open', 1, 0.55],
      },
    },
    {
      id: 'station-names', type: 'symbol', source, 'source-layer': 'stations', minzoom: 10.5,
      layout: { 'text-field': label(l.lang), 'text-size': 12, 'text-offset': [0, 0.9], 'text-anchor': 'top', 'text-optional': true },
      paint: { 'text-color': c('--ink-2'), 'text-halo-color': c('--sheet'), 'text-halo-width': 1.4 },
    },
    {
      id: 'district-names', type: 'symbol', source, 'source-layer': 'districts', minzoom: 8.4,
      layout: { 'text-field': label(l.lang), 'text-size': 12.5, 'text-padding': 70 },
      paint: { 'text-color': c('--ink-3'), 'text-halo-color': c('--sheet'), 'text-halo-width': 1.2 },
    },
    {
      id: 'city-names', type: 'symbol', source, 'source-layer': 'cities',
      layout: { 'text-field': label(l.lang), 'text-size': ['interpolate', ['linear'], ['zoom'], 6, 14, 10, 20], 'text-allow-overlap': true },
      paint: { 'text-color': c('--ink'), 'text-halo-color': c('--sheet'), 'text-halo-width': 2 },
    },
  ];
  return { version: 8, sources: { [source]: { type: 'vector', tiles: [l.tiles], minzoom: 0, maxzoom: 14 } }, layers };
}

const tone: Record<SectionStatus, string> = { open: 'kept', planned: 'pending', late: 'late', unknown: 'unknown' };

/** Colours of the page's tokens as MapLibre reads them. */
export function colourReader(probe: HTMLElement): (token: string) => string {
  return (token) => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
}
