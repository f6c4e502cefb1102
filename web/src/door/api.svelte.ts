// The door to the node, at the page's own host.
import { language, t } from '../words/words.svelte';
import type { Problem } from './types';

export type Params = Record<string, string | number | null | undefined>;

export function url(path: string, params: Params = {}): string {
  const q = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    if (value !== '' && value !== null && value !== undefined && value !== 0) q.set(key, String(value));
  }
  const text = q.toString();
  return text ? `${path}?${text}` : path;
}

/** An error that says what is wrong and what to do about it. */
export class Fault extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

export function ask<T>(address: string, signal?: AbortSignal): Promise<T> {
  return call<T>(address, signal ? { signal } : {});
}

/** Writes: what the node answers, undefined where it answers nothing. */
export function send<T>(method: 'POST' | 'PUT' | 'DELETE', address: string, body?: unknown): Promise<T> {
  return call<T>(address, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

async function call<T>(address: string, init: RequestInit): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(address, { ...init, headers: { 'Accept-Language': language.now, ...(init.body ? { 'Content-Type': 'application/json' } : {}) } });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Fault({ title: t('web.fault.offline'), status: 0, code: 'offline', detail: t('web.fault.offline.detail'), remedy: t('web.fault.offline.remedy') });
  }
  if (answer.status === 204) return undefined as T;
  if (answer.ok) return (await answer.json()) as T;
  const kind = answer.headers.get('Content-Type') ?? '';
  if (kind.includes('problem+json')) throw new Fault((await answer.json()) as Problem);
  throw new Fault({
    title: t('web.fault.strange'), status: answer.status, code: 'strange',
    detail: t('web.fault.strange.detail', { status: answer.status, path: new URL(address, location.href).pathname }), remedy: t('web.fault.strange.remedy'),
  });
}

/** Whatever went wrong, as something that can be shown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Fault) return error.problem;
  return { title: t('web.fault.strange'), status: 0, code: 'page', detail: String(error), remedy: t('web.fault.strange.remedy') };
}

/** Does something again and again while the page is looked at; the way to stop it. */
export function often(ms: number, what: () => void): () => void {
  const timer = setInterval(() => document.visibilityState === 'visible' && what(), ms);
  return () => clearInterval(timer);
}

/** What has come of a question: the last answer stays until the next one is there. */
export class Answer<T> {
  data = $state.raw<T>();
  problem = $state.raw<Problem>();
  waiting = $state(true);
  /** Asks once more. */
  again: () => void = () => {};
}

/**
 * Asks whenever the address changes, and drops answers that come too late.
 * While a slider moves, it waits a moment for it to rest.
 */
export function watch<T>(address: () => string | null, rest = 90): Answer<T> {
  const answer = new Answer<T>();
  let turn = $state(0);
  let asked = false;
  answer.again = () => turn++;
  $effect(() => {
    void turn;
    const to = address();
    if (to === null) {
      answer.waiting = false;
      return;
    }
    const stop = new AbortController();
    answer.waiting = true;
    const timer = setTimeout(() => {
      ask<T>(to, stop.signal).then(
        (data) => {
          if (stop.signal.aborted) return;
          answer.data = data;
          answer.problem = undefined;
          answer.waiting = false;
        },
        (error: unknown) => {
          if (stop.signal.aborted) return;
          answer.problem = problemOf(error);
          answer.waiting = false;
        },
      );
    }, asked ? rest : 0);
    asked = true;
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  });
  return answer;
}
