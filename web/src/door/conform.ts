// The types the page is written against, held to the API's own description:
// `npm run check` makes schema.d.ts from openapi.yaml, and this file stops
// compiling once the two part.
import type { components } from './schema';
import type * as circle from './circles';
import type * as page from './types';

type Api = components['schemas'];

// Codes are unions here and plain text there.
type Wide<T> = T extends string ? string : T extends (infer U)[] ? Wide<U>[] : T extends object ? { [K in keyof T]: Wide<T[K]> } : T;
type Fits<Page, Answer extends Wide<Page>> = [Page, Answer];

export type Conforms = [
  Fits<page.Pack, Api['Pack']>,
  Fits<page.Board, Api['Board']>,
  Fits<page.Target, Api['Target']>,
  Fits<page.IndicatorPage, Api['IndicatorPage']>,
  Fits<page.Standing, Api['Standing']>,
  Fits<page.SectionRow, Api['Section']>,
  Fits<page.LogHead, Api['LogHead']>,
  Fits<page.LogEntry, Api['LogEntry']>,
  Fits<page.Found, Api['Found']>,
  Fits<page.StreetNetwork, Api['StreetNetwork']>,
  Fits<page.NamedPlace, Api['NamedPlace']>,
  Fits<page.Isochrones, Api['Isochrones']>,
  Fits<page.Way, Api['Way']>,
  Fits<page.Problem, Api['Problem']>,
  Fits<circle.CircleFrame, Api['CircleFrame']>,
  Fits<circle.CircleResult, Api['CircleResult']>,
  Fits<circle.CircleCells, Api['CircleCells']>,
  Fits<circle.CircleComparison, Api['CircleComparison']>,
  Fits<circle.CircleContributions, Api['CircleContributions']>,
];
