// What the API answers about the circles, by the names its description gives.
import type { Text } from './types';

export type Mode = string;
export type Method = 'shapley' | 'leave-one-out' | 'add-first';
export const methods: Method[] = ['shapley', 'leave-one-out', 'add-first'];
export type Circle = 'half-hour' | 'one-hour';
export const circles: Circle[] = ['half-hour', 'one-hour'];
export type BasisKind = 'modelled' | 'assumed' | 'missing';
export const basisKinds: BasisKind[] = ['modelled', 'assumed', 'missing'];

export interface Parameter { id: string; name: Text; value: string; reason: Text; grade: string; source?: string }
export interface CircleRule { id: string; name: Text; digest: string; threshold: number; parameters: Parameter[] }
export interface Work {
  id: string; name: Text; project?: string; kind: 'rail' | 'road'; cities: string[]; opened?: string; planned?: string; yuan?: number; served: boolean;
}
export interface Centre { city: string; name: Text; point: number[] }
export interface Indicator { id: string; circle: Circle; name: Text; definition: Text; unit: 'share' | 'people' | 'ratio'; headline: boolean }
export interface CircleBasis { kind: BasisKind; text: Text }
export interface CircleFrame {
  network: string; rule: CircleRule; first: string; today: string; modes: Mode[]; works: Work[]; centres: Centre[]; indicators: Indicator[]; sideMetres: number;
  basis: CircleBasis[];
}

export interface CircleState { asOf: string; mode: Mode; on: string[]; digest: string }
export interface Figure { id: string; value: number | null; people?: number; verdict?: 'realised' | 'not-realised' }
export interface Trip { from: string; to: string; minutes: number | null }
export interface DistrictRow { code: string; name: Text; city: string; people: number; shares: Record<string, number>; minutes: number | null; reach: number | null }
export interface Bin { until: number; people: number }
export interface Reachable { known: boolean; percent: number[]; people: number[]; gini: number | null; palma: number | null }
export interface VerdictRow { id: string; minutes: number; share: number; threshold: number; realised: boolean }
export interface CircleResult extends CircleState {
  people: number; figures: Figure[]; between: Trip[]; districts: DistrictRow[]; distribution: Bin[]; reachable: Reachable; sensitivity: VerdictRow[];
}
export interface CircleCells extends CircleState {
  sideMetres: number; centres: string[]; points: number[][]; district: string[]; people: number[]; nearest: number[]; minutes: (number[] | null)[]; half: boolean[]; reach: number[];
}

export interface Change { id: string; from: number | null; to: number | null }
export interface Group { people: number; gaining: number; losing: number; minutes: number; newly: number }
export interface DistrictChange extends Group { code: string; name: Text }
export interface DistanceChange extends Group { fromKm: number; toKm: number }
export interface CircleComparison { from: CircleState; to: CircleState; figures: Change[]; gain: Group; districts: DistrictChange[]; distances: DistanceChange[] }

export interface Share { id: string; value: number; people: number; error: number; districts: Record<string, number>; perYi: number | null }
export interface Choice { id: string; gain: number; yuan: number; spent: number }
export interface CircleContributions {
  state: 'working' | 'ready' | 'failed' | 'cancelled'; job?: string; done: number; total: number; secondsLeft: number | null; cause?: string; method: Method;
  indicator: string; before: number; after: number; residual: number; sampled: boolean; works: Share[]; order: Choice[]; bound: number | null; exact: boolean; unpriced: string[];
}
