// The state machine of an affair, as the API gives it.
import type { IconName } from '../frame/icons';

export interface CourseState { name: string; phase: string; with?: string; term?: { count?: number; unit?: string; cite?: string }; end?: boolean }
export interface CourseMove {
  name: string; from: string[]; to?: string; by: string; guards?: string[] | null; actions?: string[] | null; clock?: string; needs?: string[] | null; cite?: string;
}
export interface Course { name: string; start: string; states: CourseState[]; moves: CourseMove[] }

/** The moves that lead on from a state, in the order of the course. */
export function movesFrom(course: Pick<Course, 'moves'>, state: string): CourseMove[] {
  return course.moves.filter((m) => m.from.includes(state));
}

const marks: Record<string, IconName> = { applicant: 'person', clerk: 'file', supervisor: 'search', clock: 'pending', message: 'out' };

/** The sign of who makes a move. */
export function mark(by: string): IconName {
  return marks[by] ?? 'unknown';
}

const laws: [RegExp, string][] = [
  [/^Administrative Licensing Law art\. (\S+)$/, 'web.course.law.licensing'],
  [/^Administrative Reconsideration Law \(2023\) art\. (\S+)$/, 'web.course.law.review'],
  [/^\u6237\u53e3\u767b\u8bb0\u6761\u4f8b art\. (\S+)$/, 'web.course.law.register'],
];

/** The rule that a move follows, by its name in the language of the reader. */
export function cite(text: string, word: (key: string, args?: Record<string, string>) => string): string {
  if (text === 'assumed') return word('web.course.assumed');
  for (const [form, key] of laws) {
    const m = form.exec(text);
    if (m) return word(key, { n: m[1]! });
  }
  return text;
}
