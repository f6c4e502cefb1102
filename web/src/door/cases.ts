// What the API answers about cases, to those who work on them.
import type { components } from './schema';

type Api = components['schemas'];
export type CaseRow = Api['CaseRow'];
export type CaseView = Api['CaseView'];
export type CaseQueue = Api['Queue'];
export type Eligibility = Api['EligibilityView'];
export type PossibleMove = Api['PossibleMove'];
export type CaseFigures = Api['CaseFigures'];
export type Supervision = Api['Supervision'];
export type SupervisionTrend = Api['SupervisionTrend'];
export type CaseTrend = Api['CaseTrend'];
export type TrendLine = Api['TrendLine'];
