// What the API answers, by the names its description gives.
import type { components } from './schema';
import type { Unit } from '../words/figure';

export type { Unit };
export interface Text { zh: string; en: string }
export interface Ref { file: string; line: number }
export interface Reason { code: string; args?: Record<string, string>; text: string }
export interface SeriesPoint { date: string; value: number }
export interface Query { asOf: string; believedOn: string; log: number }

export type Verdict =
  | 'met' | 'on-track' | 'at-risk' | 'off-track' | 'missed'
  | 'rule-dependent' | 'lower-bound' | 'undetermined' | 'not-comparable' | 'no-data';
export const verdicts: Verdict[] = [
  'met', 'on-track', 'at-risk', 'off-track', 'missed', 'rule-dependent', 'lower-bound', 'undetermined', 'not-comparable', 'no-data',
];
export type Commitment = 'kept' | 'pending' | 'late' | 'unknown';
export const commitments: Commitment[] = ['kept', 'pending', 'late', 'unknown'];
export type Verb = 'finish' | 'speed-up' | 'plan' | 'seek' | 'study';
export const verbs: Verb[] = ['finish', 'speed-up', 'plan', 'seek', 'study'];
export type SectionStatus = 'open' | 'planned' | 'late' | 'unknown';
export const sectionStatuses: SectionStatus[] = ['open', 'planned', 'late', 'unknown'];

export interface Evidence {
  kind: 'observation' | 'section' | 'milestone';
  id: string; name?: Text; amount: number; definition?: string; date: string; known: string;
  source?: string; sourceText?: string; grade: string; ref?: Ref; log: number; version?: number; project?: string; missing?: boolean;
}
export interface Value {
  value: number; period: string; date: string; scope: string; grade: string; kind: 'reported' | 'measured';
  rule?: string; partial?: boolean; stale?: boolean; inputs: number; evidence?: Evidence[];
}
export interface Rule {
  id: string; version: number; name: Text; reason: Text; measure: string; mode?: string; classes: string[]; lines: string[];
  definitions: string[]; scope: string; openedAfter?: string; partial: boolean;
}
export interface RuleVerdict { rule: Rule; value?: Value; verdict: Verdict; reasons: Reason[] }
export interface Confidence { probability: number; basis: 'forecast' | 'milestones' | 'certain'; grade: string }

export interface Card {
  id: string; indicator: string; goal?: string; field?: string; task?: string; name: Text; indicatorName: Text; unit: Unit;
  decimals: number; direction: number; scope: string; op: string; value: number; hedges: string[]; due: string; judgedBy?: string;
  judgeRule?: string; verdict: Verdict; strict: boolean; reasons: Reason[]; current?: Value; other: Value[]; byRule: RuleVerdict[];
  accepted: number; expected?: number | null; confidence?: Confidence; path: SeriesPoint[]; series: SeriesPoint[];
}
export interface Baseline { value: number; date: string; source?: string; grade: string }
export interface Wording { source: string; lang: 'zh' | 'en'; text: string; value?: number | null; hedges: string[]; verb?: Verb; ref?: Ref }
export interface Trajectory { kind: string; registered?: string; points: SeriesPoint[]; source?: string; grade: string }
export interface Method {
  method: string; value?: number | null; score?: number | null; status: string; why?: string; text: string; inputs: Record<string, number>;
}
export interface FanPoint { t: number; mean: number; lo80: number; hi80: number; lo95: number; hi95: number }
export interface Backtest { origins: number; mae: number; mase: number; coverage: number }
export interface Forecast {
  model: string; why?: string; fan: FanPoint[]; probability?: number | null; backtest?: Backtest; n: number; modelled: string[];
}
export interface Contribution { project: string; name: Text; amount: number; pending: number; parts: Evidence[] }
export interface Contributions {
  rule: string; from: string; to: string; start: number; end: number; change: number; projects: Contribution[]; residual: number; residualParts: Evidence[];
}
export interface Target extends Card {
  note?: Text; source?: string; grade: string; ref?: Ref; baseline?: Baseline; wordings: Wording[]; trajectory: Trajectory;
  methods: Method[]; difference?: Reason; forecast?: Forecast; contributions: Contributions[]; query: Query;
}

export interface Tally { targets: Partial<Record<Verdict, number>>; commitments: Partial<Record<Commitment, number>> }
export interface Item { id: string; parent?: string; name: Text; note?: Text; source?: string; grade: string; ref?: Ref }
export type Group = Item & Tally;
export interface Coverage {
  aspectsStated: number; aspectsIdentified: number; indicators: number; indicatorsWithoutData: string[]; indicatorsStale: string[];
  targetsWithoutIndicator: string[]; tasksWithoutTarget: string[]; projectsWithoutMilestone: string[];
}
export interface Board {
  version: string; pack: string; packDigest: string; query: Query; summary: Tally; fields: Group[]; goals: Group[]; coverage: Coverage;
  targets: Card[]; projects: Standing[]; total: number; offset: number; limit: number;
}

export interface Dated { date: string; known: string; source?: string; grade: string; ref?: Ref }
export interface Milestone { id: string; kind: string; name: Text; planned: Dated[]; actual?: Dated; ref?: Ref }
export interface Standing {
  id: string; name: Text; field: string; task?: string; verb: Verb; state: Commitment; due: string; dueBasis: 'milestone' | 'horizon';
  expected?: string; done?: string; slipMonths?: number | null; phase: string; lastHeard?: string; reasons: Reason[]; milestones: Milestone[];
  wordings: Wording[]; judgedBy?: string; cities: string[]; sections: string[]; cost?: { fen: number; source?: string; grade: string };
  note?: Text; source?: string; grade: string; ref?: Ref;
}

export interface Indicator {
  id: string; name: Text; definition?: Text; unit: Unit; decimals: number; kind: 'reported' | 'measured'; direction: number;
  additive: boolean; field?: string; task?: string; staleMonths: number; limit?: number | null; source?: string; grade: string; ref?: Ref;
  targets: string[]; latest?: Value;
}
export interface Observed {
  date: string; period: string; value: number; grade: string; id: string; version: number; log: number; published: string;
  source?: string; sourceText?: string; ref?: Ref; note?: string;
}
export interface Measured { rule: Rule; value: Value; series: SeriesPoint[]; contributions?: Contributions }
export interface IndicatorPage {
  indicator: Indicator; targets: Target[]; series: { scope: string; points: Observed[] }[]; rules: Measured[]; query: Query;
}

export interface Source { id: string; title: Text; publisher?: string; url?: string; published?: string; grade: string; licence?: string; ref?: Ref }
export interface City { id: string; code: string; name: Text; centre: number[] }
export interface Scope { id: string; name: Text; definition: Text; landKm2?: number; source?: string; grade: string }
export interface Hedge { id: string; word: Text; meaning: Text; tolerance: number; source?: string; grade: string }
export interface District { code: string; city: string; parent?: string; kind: string; name: Text; population: number; urban: number; landKm2?: number; source?: string; grade: string }
export interface Pack {
  id: string; name: Text; digest: string; board: string; timezone: string; today: string; map: { centre: number[]; zoom: number }; licence: string; notice: Text;
  outlines: { source?: string; grade: string; note?: Text };
  plan: { id: string; title: Text; issuer: Text; number?: string; issued: string; from: string; until: string; aspectsStated: number; wordings: Wording[]; source?: string; grade: string };
  sources: Source[]; scopes: Scope[]; cities: City[]; districts: District[]; hedges: Hedge[]; fields: Item[]; goals: Item[]; aspects: Item[]; tasks: Item[];
}

export interface Length { km: number; definition: string; source?: string; grade: string }
export interface SectionRow {
  line: string; lineName: Text; section: string; name: Text; class: string; mode: string; colour?: string; designKmh?: number; km?: number | null;
  definition?: string; lengths: Length[]; scopes: string[]; status: SectionStatus; opened?: string; due?: string; expected?: string;
  source?: string; grade?: string; project?: string; ref?: Ref;
}
export interface LogHead { size: number; root: string; witnesses?: components['schemas']['LogWitnesses'] }
export interface LogEntry { size: number; root: string; index: number; leaf: unknown; leafHash: string; proof: string[] }
export interface Found { kind: 'target' | 'indicator' | 'project' | 'source' | 'district' | 'line'; id: string; name: Text }
export interface Observation {
  id: string; version: number; indicator: string; scope: string; period: string; date: string; value: number; source?: string; sourceText?: string;
  grade: string; published: string; note?: string; withdrawn: boolean; reason?: string; recorded: string; by?: string; log: number; ref?: Ref;
}

export interface Problem { title: string; status: number; code: string; detail: string; remedy: string; instance?: string }

export type Direction = 'outbound' | 'inbound';
export interface Basis { modelled: boolean; text: Text; source?: string; digest?: string }
export interface Amount { name: string; sum: number }
export interface StreetNetwork {
  id: string; name: Text; state: 'ready' | 'preparing' | 'failed'; cause?: string; modelled: boolean; basis?: Basis; country?: string; built?: string; bounds: number[];
  modes: { id: string; nodes: number; edges: number; km: number; leftOutParts: number }[];
  cells: { count: number; sideMetres: number; columns: Amount[]; basis: Basis } | null;
  service: { day: string; stops: number; trips: number; basis: Basis } | null;
}
export interface NamedPlace { kind: 'city' | 'station' | 'point'; id: string; name: Text; city?: string; point: number[] }
export interface Joint { point: number[]; metres: number; seconds: number }
export interface Grounded { network: string; mode: string; modelled: boolean; streets: Basis; people?: Basis }
export interface Within { minutes: number; km2: number; places: number | null; sums: Amount[] }
export interface Isochrones extends Grounded {
  direction: Direction; point: number[]; joint: Joint; step: number; within: Within[];
  shapes: {
    type: 'FeatureCollection';
    features: { type: 'Feature'; geometry: { type: 'MultiPolygon'; coordinates: number[][][][] }; properties: { minutes: number; modelled: boolean } }[];
  };
}
export interface WayStep { turn: string; text: string; name?: string; class?: string; exit?: number; metres: number; seconds: number; point: number[] }
export interface Way extends Grounded {
  seconds: number; metres: number; from: Joint; to: Joint; line: { type: 'LineString'; coordinates: number[][] }; steps: WayStep[];
}
