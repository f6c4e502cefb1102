// What the visitor asks about the circles, as it stands in the address of the page.
import { methods, type CircleFrame, type Method } from '../door/circles';
import type { Params } from '../door/api.svelte';
import { pointOf, type Point } from '../reach/ask';
import type { Query } from '../route/match';
import { isDay, type Day } from '../words/day';

/** What the map is coloured by: a centre's city, or one of these. */
export const layers = ['nearest', 'half', 'reach', 'change'] as const;
export const plan = 'plan';

/** A state of the area: a day or "plan", and works that are in or out whatever the day. */
export interface State {
  asOf: Day | typeof plan;
  with: string[];
  without: string[];
}

export interface Asked extends State {
  mode: string;
  base: State | null; // what it is compared with
  baseKey: string; // as it stands in the address
  layer: string;
  threshold: number; // 0.5 to 1
  cell: Point | null;
  reach: boolean; // whether the people within reach are counted
  ground: boolean; // whether the ground within reach of the cell is drawn
  sharing: boolean; // whether the works' shares are asked for
  indicator: string;
  method: Method;
  budget: number; // yuan; 0 is none
}

export type Way = 'date' | 'on' | 'off';

export function askedOf(param: (key: string) => string, frame: CircleFrame): Asked {
  const ids = new Set(frame.works.map((w) => w.id));
  const list = (key: string) => param(key).split(',').filter((id) => ids.has(id));
  const day = param('asOf');
  const without = list('without');
  const state: State = { asOf: param('plan') ? plan : isDay(day) ? day : frame.today, with: list('with').filter((id) => !without.includes(id)), without };
  const base = baseOf(param('base'), state, frame);
  const named = [...layers, ...frame.centres.map((c) => c.city)];
  const layer = named.includes(param('layer')) ? param('layer') : 'nearest';
  const heads = frame.indicators.filter((i) => i.headline);
  const threshold = Number(param('threshold'));
  const yi = Number(param('budget'));
  return {
    ...state, base, baseKey: base ? param('base') : '', layer: layer === 'change' && !base ? 'nearest' : layer,
    mode: frame.modes.includes(param('mode')) ? param('mode') : (frame.modes[0] ?? ''),
    threshold: threshold >= 50 && threshold <= 100 ? threshold / 100 : frame.rule.threshold,
    cell: pointOf(param('cell')), reach: param('reach') === 'yes' || layer === 'reach', ground: param('ground') === 'yes', sharing: param('shares') === 'yes',
    indicator: frame.indicators.find((i) => i.id === param('indicator'))?.id ?? heads.find((i) => i.circle === 'one-hour')?.id ?? frame.indicators[0]?.id ?? '',
    method: methods.find((m) => m === param('method')) ?? 'shapley', budget: yi > 0 && Number.isFinite(yi) ? yi * 1e8 : 0,
  };
}

/**
 * The state that "base" names: a day or "plan" as the works open by themselves; "dates", the
 * same day without any switch; or "-work", the same state without that work.
 */
function baseOf(text: string, state: State, frame: CircleFrame): State | null {
  const work = text.startsWith('-') ? frame.works.find((w) => w.id === text.slice(1)) : undefined;
  if (text === 'dates') return { asOf: state.asOf, with: [], without: [] };
  if (!work) return text === plan || isDay(text) ? { asOf: text, with: [], without: [] } : null;
  return { asOf: state.asOf, with: state.with.filter((id) => id !== work.id), without: [...new Set([...state.without, work.id])] };
}

/** A state as the API is asked for it. */
export function stateParams(s: State, mode: string): Params {
  return { asOf: s.asOf, mode, with: s.with.join(','), without: s.without.join(',') };
}

export function comparisonParams(a: Asked): Params {
  const b = a.base ?? a;
  return { ...stateParams(a, a.mode), baseAsOf: b.asOf, baseWith: b.with.join(','), baseWithout: b.without.join(',') };
}

export function shareParams(a: Asked): Params {
  return { ...stateParams(a, a.mode), indicator: a.indicator, method: a.method, budget: a.budget };
}

export function wayOf(s: State, id: string): Way {
  return s.with.includes(id) ? 'on' : s.without.includes(id) ? 'off' : 'date';
}

/** What switching a work writes into the address. */
export function switched(s: State, id: string, way: Way): Query {
  const rest = (list: string[]) => list.filter((x) => x !== id);
  return {
    with: [...rest(s.with), ...(way === 'on' ? [id] : [])].sort().join(','),
    without: [...rest(s.without), ...(way === 'off' ? [id] : [])].sort().join(','),
  };
}

/** What choosing a day writes into the address; today is what stands there unsaid. */
export function dated(day: Day | typeof plan, frame: CircleFrame): Query {
  return day === plan ? { plan: 'yes' } : { plan: '', asOf: day === frame.today ? '' : day };
}

/** What moving the threshold writes into the address. */
export function weighed(threshold: number, frame: CircleFrame): Query {
  const percent = Math.round(threshold * 100);
  return { threshold: percent === Math.round(frame.rule.threshold * 100) ? '' : String(percent) };
}
