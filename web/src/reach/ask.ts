// What the visitor asks of a street network, as it stands in the address of the page.
import type { Direction, StreetNetwork } from '../door/types';

export type Point = [lon: number, lat: number];

/** Sets of limits to choose from; the second is the half-hour and one-hour circle with their halves. */
export const circles = ['5,10,15,20', '15,30,45,60', '30,60,90,120'] as const;
export const usual = circles[1];

export interface Asked {
  net: StreetNetwork | undefined;
  mode: string;
  at: Point | null;
  to: Point | null;
  direction: Direction;
  minutes: string;
  depart: string;
}

/** Walking and riding: a way of moving where a network has a service. */
export const transit = 'transit';

/** The ways of moving that can be chosen. */
export function modesOf(net: StreetNetwork | undefined): string[] {
  const modes = net?.modes.map((m) => m.id) ?? [];
  return net?.service ? [...modes, transit] : modes;
}

export function askedOf(param: (key: string) => string, networks: StreetNetwork[]): Asked {
  const net = networks.find((n) => n.id === param('net')) ?? networks.find((n) => n.state !== 'failed') ?? networks[0];
  const modes = modesOf(net);
  return {
    net, mode: modes.includes(param('mode')) ? param('mode') : (modes[0] ?? ''), at: pointOf(param('at')), to: pointOf(param('to')),
    direction: param('dir') === 'inbound' ? 'inbound' : 'outbound', minutes: circles.find((c) => c === param('min')) ?? usual,
    depart: /^([01]\d|2[0-3]):[0-5]\d$/.test(param('dep')) ? param('dep') : '08:00',
  };
}

/** A point from text such as "112.94, 28.23", also with a full-width comma or a blank between. */
export function pointOf(text: string): Point | null {
  const m = /^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,\uFF0C\s]\s*(-?\d{1,2}(?:\.\d+)?)\s*$/.exec(text);
  if (!m) return null;
  const lon = Number(m[1]);
  const lat = Number(m[2]);
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? [lon, lat] : null;
}

/** A point as it is written and sent: to a metre. */
export function pointText(p: Point): string {
  return `${trim(p[0])},${trim(p[1])}`;
}

const trim = (v: number) => String(Number(v.toFixed(5)));

const tile = 512; // pixels of the whole world at zoom 0

/** A point so many pixels to the east and north of another on a Web Mercator map. */
export function moved(p: Point, east: number, north: number, zoom: number): Point {
  const pixels = 360 / (tile * 2 ** zoom);
  const lat = p[1] + north * pixels * Math.cos((p[1] * Math.PI) / 180);
  return [Math.max(-180, Math.min(180, p[0] + east * pixels)), Math.max(-85, Math.min(85, lat))];
}

const arrows: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Where an arrow key takes a point; null for other keys. With shift it goes farther. */
export function stepped(p: Point, key: string, far: boolean, zoom: number): Point | null {
  const way = arrows[key];
  if (!way) return null;
  const pixels = far ? 64 : 12;
  return moved(p, way[0] * pixels, way[1] * pixels, zoom);
}

export function base(net: string): string {
  return `/api/v1/networks/${encodeURIComponent(net)}`;
}

/** When people leave, which matters by public transport only. */
export function timed(a: Asked): Record<string, string> {
  return a.mode === transit ? { depart: a.depart } : {};
}

/** Parameters of isochrones, also for the files of them. */
export function circleParams(a: Asked): Record<string, string> {
  return { mode: a.mode, lon: trim(a.at?.[0] ?? 0), lat: trim(a.at?.[1] ?? 0), minutes: a.minutes, direction: a.direction, ...timed(a) };
}
