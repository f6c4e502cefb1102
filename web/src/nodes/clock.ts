import type { WebKey } from '../words/words.svelte';

/** How another node's clock stands, in whole seconds; more than a minute is bad: messages are refused. */
export function clock(ahead: number): { key: WebKey; seconds: number; bad: boolean } {
  const seconds = Math.round(Math.abs(ahead));
  const key: WebKey = seconds < 1 ? 'web.nodes.clock.same' : ahead > 0 ? 'web.nodes.clock.ahead' : 'web.nodes.clock.behind';
  return { key, seconds, bad: seconds >= 60 };
}
