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
