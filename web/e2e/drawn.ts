// A drawn area of two hundred and forty cells that answers for the circles: every figure
// follows from the state that is asked for, so that the page can be held to it.
import type { Page, Route } from '@playwright/test';
import type { CircleCells, CircleComparison, CircleContributions, CircleFrame, CircleResult, Group, Method } from '../src/door/circles';

const text = (zh: string, en: string) => ({ zh, en });
const columns = 20;
const rows = 12;
const side = 6000;

export const centres = [
  { city: 'changsha', name: text('长沙市', 'Changsha'), point: [112.9823, 28.1941] },
  { city: 'zhuzhou', name: text('株洲市', 'Zhuzhou'), point: [113.134, 27.8274] },
  { city: 'xiangtan', name: text('湘潭市', 'Xiangtan'), point: [112.944, 27.8297] },
];
const districts = [
  { code: '430102', city: 'changsha', name: text('芙蓉区', 'Furong District') },
  { code: '430104', city: 'changsha', name: text('岳麓区', 'Yuelu District') },
  { code: '430211', city: 'zhuzhou', name: text('天元区', 'Tianyuan District') },
  { code: '430304', city: 'xiangtan', name: text('岳塘区', 'Yuetang District') },
];

interface Drawn { id: string; zh: string; en: string; kind: 'rail' | 'road'; opened?: string; planned?: string; yuan?: number; served: boolean; at: number; saves: number }
const works: Drawn[] = [
  { id: 'changyichang-1', zh: '常益长高铁益阳南至长沙西段', en: 'Changde-Yiyang-Changsha HSR, Yiyang South to Changsha West', kind: 'rail', opened: '2022-09-06', yuan: 33_500_000_000, served: true, at: 112.5, saves: 14 },
  { id: 'west-ring', zh: '长株潭城际轨道交通西环线一期', en: 'West Ring Line, phase 1', kind: 'rail', opened: '2023-06-28', yuan: 9_700_000_000, served: true, at: 112.94, saves: 11 },
  { id: 'furong-south', zh: '芙蓉大道快速化改造', en: 'Furong Avenue expressway', kind: 'road', opened: '2022-01-26', yuan: 3_600_000_000, served: true, at: 113.0, saves: -3 },
  { id: 'maglev-east', zh: '长沙磁浮东延线', en: 'Changsha Maglev, eastern extension', kind: 'rail', opened: '2025-06-30', yuan: 2_780_000_000, served: true, at: 113.25, saves: 9 },
  { id: 'direct-line', zh: '长株潭城际直通线', en: 'Intercity through line', kind: 'rail', planned: '2027-12-31', served: true, at: 113.1, saves: 8 },
  { id: 'metro-7', zh: '长沙轨道交通7号线一期', en: 'Changsha Metro Line 7, phase 1', kind: 'rail', planned: '2028-06-30', yuan: 20_400_000_000, served: true, at: 113.02, saves: 5 },
  { id: 'hub', zh: '长沙西站综合枢纽', en: 'Changsha West hub', kind: 'rail', planned: '2026-12-31', served: false, at: 112.8, saves: 0 },
];

export const today = '2026-11-23';
const first = '2021-12-31';

export const indicators = [
  ['circle-30', 'half-hour', '半小时生活圈人口比例', 'People in the half-hour living circle', true, 30],
  ['circle-30-services', 'half-hour', '半小时内可达基本服务的人口比例', 'People within half an hour of basic services', false, 33],
  ['circle-60-nearest', 'one-hour', '一小时内可达最近中心的人口比例', 'People within an hour of the nearest centre', true, 60],
  ['circle-60-own', 'one-hour', '一小时内可达本市中心的人口比例', 'People within an hour of their own centre', false, 57],
  ['circle-60-all', 'one-hour', '一小时内可达三市中心的人口比例', 'People within an hour of all three centres', false, 44],
] as const;

export const frame: CircleFrame = {
  network: 'czt', first, today, modes: ['transit', 'car'], sideMetres: side,
  rule: {
    id: 'circle-v1', name: text('圈层规则第1版', 'Circle rule, version 1'), digest: 'sha256:9f86d081884c7d65', threshold: 0.8,
    parameters: [
      { id: 'threshold', name: text('“基本实现”的门槛', 'Threshold of “basically realised”'), value: '80 %', grade: 'assumed', reason: text('文件没有给出门槛；取多数区域规划评估中“基本”的惯用下限。', 'No document gives one; four fifths is what evaluations usually take “basically” to mean.') },
      { id: 'hour.minutes', name: text('一小时交通圈的时限', 'Minutes of the one-hour circle'), value: '60 min', grade: 'b', source: 'plan-press', reason: text('方案原文：“一小时交通圈”。', 'The words of the plan: the one-hour traffic circle.') },
      { id: 'window', name: text('出发时段', 'Window of departures'), value: '07:00–09:00', grade: 'assumed', reason: text('早高峰，全天最能说明通勤的两小时。', 'The two hours of the morning that say most about getting to work.') },
    ],
  },
  centres, indicators: indicators.map(([id, circle, zh, en, headline]) => ({ id, circle, name: text(zh, en), definition: text(`${zh}：按门到门中位时间计。`, `${en}: door to door, at the median of the window.`), unit: 'share' as const, headline })),
  works: works.map(({ id, zh, en, kind, opened, planned, yuan, served }) => ({
    id, name: text(zh, en), project: 'changgan', kind, cities: ['changsha'], served, ...(opened ? { opened } : {}), ...(planned ? { planned } : {}), ...(yuan ? { yuan } : {}),
  })),
  basis: [
    { kind: 'modelled', text: text('道路网由骨干路网按规则补全，不是实测。', 'Streets are laid by rule between the trunk roads; they are no survey.') },
    { kind: 'assumed', text: text('地铁发车间隔除西环线外均为假定。', 'Headways of the metro are assumed, but for the West Ring Line.') },
    { kind: 'missing', text: text('没有医院和学校的位置数据：基本服务以中心代替。', 'Where hospitals and schools are is not known: centres stand in for services.') },
  ],
};

// ---- what follows from a state

interface Asked { asOf: string; mode: string; on: string[] }
interface Cell { point: number[]; district: number; people: number }

const cells: Cell[] = Array.from({ length: columns * rows }, (_, i) => {
  const point = [112.42 + (i % columns) * 0.0611, 27.58 + Math.floor(i / columns) * 0.05396];
  const [x, y] = [point[0]!, point[1]!];
  const near = Math.min(...centres.map((c) => kilometres(point, c.point)));
  return { point, district: y > 28.05 ? (x > 112.95 ? 0 : 1) : x > 113.04 ? 2 : 3, people: Math.round(260_000 * Math.exp(-near / 14) + 3000 + ((i * 7919) % 2000)) };
});

function kilometres(a: number[], b: number[]): number {
  return Math.hypot((a[0]! - b[0]!) * 98.2, (a[1]! - b[1]!) * 111.2);
}

function minutes(c: Cell, centre: number, s: Asked): number {
  const km = kilometres(c.point, centres[centre]!.point);
  if (s.mode === 'car') return 6 + km * 1.15 - (s.on.includes('furong-south') ? Math.min(4, km / 8) : 0);
  const saved = works.filter((w) => s.on.includes(w.id)).reduce((n, w) => n + w.saves * Math.exp(-(((c.point[0]! - w.at) / 0.13) ** 2)), 0);
  const all = 11 + km * 1.75 - saved * Math.min(1, km / 12);
  return all > 125 ? -1 : Math.max(4, all);
}

const within = (m: number, limit: number) => m >= 0 && m <= limit;
const least = (list: number[]) => list.filter((m) => m >= 0).reduce((a, b) => Math.min(a, b), Infinity);

function table(s: Asked) {
  const by = centres.map((_, k) => cells.map((c) => Math.round(minutes(c, k, s) * 10) / 10));
  const nearest = cells.map((_, i) => { const m = least(by.map((b) => b[i]!)); return Number.isFinite(m) ? m : -1; });
  return { by, nearest };
}

const total = cells.reduce((n, c) => n + c.people, 0);
const sum = (pick: (i: number) => boolean) => cells.reduce((n, c, i) => n + (pick(i) ? c.people : 0), 0);

function share(id: string, s: Asked, pick: (i: number) => boolean = () => true): number {
  const { by, nearest } = table(s);
  const limit = indicators.find((i) => i[0] === id)![5];
  const hit = (i: number) => id === 'circle-60-all' ? by.every((b) => within(b[i]!, 60)) : within(nearest[i]!, limit);
  return sum((i) => pick(i) && hit(i)) / sum(pick);
}

function median(pick: (i: number) => boolean, s: Asked): number | null {
  const { nearest } = table(s);
  const own = nearest.map((m, i) => ({ m: m < 0 ? Infinity : m, i })).filter(({ i }) => pick(i)).sort((a, b) => a.m - b.m);
  let at = 0;
  const half = sum(pick) / 2;
  const found = own.find(({ i }) => (at += cells[i]!.people) >= half)?.m ?? Infinity;
  return Number.isFinite(found) ? found : null;
}

function reachOf(i: number, s: Asked): number {
  const m = table(s).nearest[i]!;
  return m < 0 ? 20_000 : Math.round(6_500_000 * Math.exp(-m / 45));
}

const digest = (s: Asked) => `sha256:${s.asOf}-${s.mode}-${s.on.join('-')}`;
const state = (s: Asked) => ({ ...s, digest: digest(s) });

function result(s: Asked, reach: boolean): CircleResult {
  const { nearest } = table(s);
  const inside = (d: number) => (i: number) => cells[i]!.district === d;
  const bins = Array.from({ length: 24 }, (_, k) => (k + 1) * 5);
  return {
    ...state(s), people: total,
    figures: indicators.map(([id, , , , headline]) => {
      const value = share(id, s);
      return { id, value, people: value * total, ...(headline ? { verdict: value >= 0.8 ? 'realised' as const : 'not-realised' as const } : {}) };
    }),
    between: centres.flatMap((a) => centres.filter((b) => a !== b).map((b) => ({ from: a.city, to: b.city, minutes: Math.round(14 + kilometres(a.point, b.point) * (s.mode === 'car' ? 0.8 : 1.1) - s.on.length) }))),
    districts: districts.map((d, k) => ({
      code: d.code, name: d.name, city: d.city, people: sum(inside(k)), shares: Object.fromEntries(indicators.map(([id]) => [id, share(id, s, inside(k))])),
      minutes: median(inside(k), s), reach: reach ? 2_000_000 - 300_000 * k : null,
    })),
    distribution: [...bins.map((until) => ({ until, people: sum((i) => within(nearest[i]!, until) && nearest[i]! > until - 5) })), { until: 0, people: sum((i) => nearest[i]! < 0 || nearest[i]! > 120) }],
    reachable: reach ? { known: true, percent: [5, 25, 50, 75, 95], people: [120_000, 840_000, 2_300_000, 3_600_000, 4_700_000], gini: 0.41, palma: 2.1 } : { known: false, percent: [], people: [], gini: null, palma: null },
    sensitivity: indicators.filter((i) => i[4]).flatMap(([id, , , , , limit]) => [-10, -5, 0, 5, 10].map((d) => {
      const v = sum((i) => within(nearest[i]!, limit + d)) / total;
      return { id, minutes: limit + d, share: v, threshold: 0.8, realised: v >= 0.8 };
    })),
  };
}

function cellsOf(s: Asked, reach: boolean): CircleCells {
  const { by, nearest } = table(s);
  return {
    ...state(s), sideMetres: side, centres: centres.map((c) => c.city), points: cells.map((c) => c.point), district: cells.map((c) => districts[c.district]!.code), people: cells.map((c) => c.people),
    nearest, minutes: by, half: nearest.map((m) => within(m, 30)), reach: reach ? cells.map((_, i) => reachOf(i, s)) : [],
  };
}

function group(a: Asked, b: Asked, pick: (i: number) => boolean): Group {
  const from = table(a).nearest;
  const to = table(b).nearest;
  const both = (i: number) => pick(i) && from[i]! >= 0 && to[i]! >= 0;
  return {
    people: sum(pick), gaining: sum((i) => both(i) && to[i]! < from[i]! - 0.05), losing: sum((i) => both(i) && to[i]! > from[i]! + 0.05),
    minutes: cells.reduce((n, c, i) => n + (both(i) ? c.people * (to[i]! - from[i]!) : 0), 0) / Math.max(1, sum(both)),
    newly: sum((i) => pick(i) && within(to[i]!, 60) && !within(from[i]!, 60)) - sum((i) => pick(i) && within(from[i]!, 60) && !within(to[i]!, 60)),
  };
}

function compare(a: Asked, b: Asked): CircleComparison {
  const far = cells.map((c) => Math.min(...centres.map((x) => kilometres(c.point, x.point))));
  const rings = [[0, 10], [10, 20], [20, 40], [40, 0]];
  return {
    from: state(a), to: state(b), figures: indicators.map(([id]) => ({ id, from: share(id, a), to: share(id, b) })), gain: group(a, b, () => true),
    districts: districts.map((d, k) => ({ code: d.code, name: d.name, ...group(a, b, (i) => cells[i]!.district === k) })),
    distances: rings.map(([lo, hi]) => ({ fromKm: lo!, toKm: hi!, ...group(a, b, (i) => far[i]! >= lo! && (hi === 0 || far[i]! < hi!)) })),
  };
}

function contributions(s: Asked, indicator: string, method: Method, budget: number): CircleContributions {
  const served = works.filter((w) => w.served).sort((a, b) => (a.opened ?? a.planned!).localeCompare(b.opened ?? b.planned!));
  const value = (on: string[], pick?: (i: number) => boolean) => share(indicator, { ...s, on }, pick);
  const all = served.map((w) => w.id);
  const change = value(all) - value([]);
  const alone = served.map((w) => (method === 'leave-one-out' ? value(all) - value(all.filter((x) => x !== w.id)) : value([w.id]) - value([])));
  const scale = method === 'shapley' ? change / (alone.reduce((a, b) => a + b, 0) || 1) : 1;
  const sampled = method === 'shapley' && indicator === 'circle-60-all';
  const list = served.map((w, k) => ({
    id: w.id, value: alone[k]! * scale, people: alone[k]! * scale * total, error: sampled ? Math.abs(change) / 40 : 0,
    districts: Object.fromEntries(districts.map((d, j) => [d.code, alone[k]! * scale * total * [0.5, 0.3, 0.15, 0.05][j]!])), perYi: w.yuan ? (alone[k]! * scale * total) / (w.yuan / 1e8) : null,
  }));
  const open = served.filter((w) => !w.opened);
  let spent = 0;
  const order = open.filter((w) => w.yuan && (!budget || w.yuan <= budget)).map((w) => ({ id: w.id, gain: Math.abs(alone[served.indexOf(w)]!), yuan: w.yuan!, spent: (spent += w.yuan!) }));
  return {
    state: 'ready', done: 64, total: 64, secondsLeft: null, method, indicator, before: value([]), after: value(all), residual: change - list.reduce((n, w) => n + w.value, 0), sampled,
    works: list, order, bound: order.length ? order.reduce((n, o) => n + o.gain, 0) * 1.05 : null, exact: true, unpriced: open.filter((w) => !w.yuan).map((w) => w.id),
  };
}

// ---- the door

export interface Door { asked: URL[]; cancelled: string[]; slow: number; polls: number }

function stateOf(q: URLSearchParams, prefix = ''): Asked {
  const key = (k: string) => q.get(prefix ? prefix + k[0]!.toUpperCase() + k.slice(1) : k) ?? '';
  const asOf = key('asOf') || q.get('asOf') || today;
  const list = (k: string) => key(k).split(',').filter(Boolean);
  const open = works.filter((w) => (asOf === 'plan' ? true : (w.opened ?? '9999') <= asOf)).map((w) => w.id);
  return { asOf, mode: q.get('mode') ?? 'transit', on: [...new Set([...open, ...list('with')])].filter((id) => !list('without').includes(id)) };
}

/** Answers for the circles in place of a node; the first questions for contributions are told to wait. */
export async function draw(page: Page): Promise<Door> {
  const door: Door = { asked: [], cancelled: [], slow: 0, polls: 2 };
  const waits = new Map<string, number>();
  await page.route('**/api/v1/circles**', async (route: Route) => {
    const url = new URL(route.request().url());
    const q = url.searchParams;
    door.asked.push(url);
    const json = (body: unknown) => route.fulfill({ json: body });
    if (door.slow) await new Promise((go) => setTimeout(go, door.slow));
    const s = stateOf(q);
    const what = url.pathname.replace('/api/v1/circles', '');
    if (what === '') return json(frame);
    if (what === '/result') return json(result(s, q.get('reach') === 'true'));
    if (what === '/cells') return json(cellsOf(s, q.get('reach') === 'true'));
    if (what === '/comparison') return json(compare(stateOf(q, 'base'), s));
    if (what.endsWith('/cancel')) {
      door.cancelled.push(what);
      return route.fulfill({ status: 204, body: '' });
    }
    if (what === '/contributions') {
      const ready = contributions(s, q.get('indicator')!, (q.get('method') ?? 'shapley') as Method, Number(q.get('budget') ?? 0));
      const seen = waits.get(url.search) ?? 0;
      waits.set(url.search, seen + 1);
      if (door.cancelled.length) return json({ ...ready, state: 'cancelled', works: [], order: [] });
      if (seen < door.polls) return json({ ...ready, state: 'working', job: 'drawn-1', done: 20 * (seen + 1), secondsLeft: 3 - seen, works: [], order: [] });
      return json(ready);
    }
    return route.fulfill({ status: 404, json: { title: 'Not drawn', status: 404, code: 'not-drawn', detail: what, remedy: '' } });
  });
  return door;
}
