// A case as its applicant sees it, by the names of the API.
import type { components } from '../door/schema';
import { filler } from './form';

type Api = components['schemas'];
export type CaseView = Api['CaseView'];
export type CaseRow = Api['CaseRow'];
export type MyCases = Api['MyCases'];
export type BundleView = Api['CaseBundleView'];
export type PossibleMove = Api['PossibleMove'];
export type SharedCase = Api['SharedCase'];
export type CaseShare = Api['CaseShare'];
export type CaseMaterial = Api['CaseMaterial'];

/** The tone of a case in a list: what asks for the eye. */
export function toneOf(c: Pick<CaseRow, 'phase' | 'by' | 'late' | 'outcome' | 'ended' | 'state'>): string {
  if (c.state === 'withdrawn' || c.state === 'lapsed') return 'undetermined';
  if (c.outcome) return c.outcome === 'granted' ? 'met' : 'missed';
  if (c.by === 'applicant') return 'at-risk';
  return c.late ? 'missed' : 'on-track';
}

/** The states of which more is said than their name. */
export const explained = ['out-announced', 'out-lapsed', 'in-appeal-there', 'in-dropping'];

/** How far a case is, of the four stages that people are shown. */
export function stageOf(phase: string): number {
  return { draft: 0, applied: 1, handling: 2, decided: 3, ended: 3 }[phase] ?? 0;
}

/** Which licence filled an answer: its type's name, where what was shared holds the same text. */
export function filledFrom(fill: string | undefined, value: unknown, shares: readonly Pick<CaseShare, 'type' | 'attributes'>[]): string | undefined {
  const by = filler({ fill });
  if (!by || value === undefined || value === null || value === '') return undefined;
  return shares.find((s) => s.type.code === by.type && s.attributes[by.attribute] === value)?.type.name;
}
