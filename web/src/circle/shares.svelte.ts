// The works' shares: asked for again and again while they are being worked out.
import { problemOf, watch, type Answer } from '../door/api.svelte';
import type { CircleContributions } from '../door/circles';
import type { Problem } from '../door/types';

const pause = 900; // ms between two questions

export interface Shares {
  answer: Answer<CircleContributions>;
  readonly refused: Problem | undefined;
  cancel: () => Promise<void>;
}

export function shares(address: () => string | null): Shares {
  const answer = watch<CircleContributions>(address, 400);
  let refused = $state.raw<Problem>();

  $effect(() => {
    const now = answer.data;
    if (answer.waiting || now?.state !== 'working') return;
    const timer = setTimeout(() => answer.again(), pause);
    return () => clearTimeout(timer);
  });

  return {
    answer,
    get refused() {
      return refused;
    },
    async cancel() {
      const job = answer.data?.job;
      if (!job) return;
      try {
        const got = await fetch(`/api/v1/circles/contributions/${encodeURIComponent(job)}/cancel`, { method: 'POST' });
        refused = got.ok ? undefined : ((await got.json()) as Problem);
      } catch (error) {
        refused = problemOf(error);
      }
      answer.again();
    },
  };
}
