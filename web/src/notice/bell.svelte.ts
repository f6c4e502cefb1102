// How many notices are not read: asked for when somebody signs in, after a while, and when he comes back to the page.
import { ask, often } from '../door/api.svelte';
import type { components } from '../door/schema';

export type NoticeList = components['schemas']['NoticeList'];
export type Notice = components['schemas']['Notice'];

let unread = $state(0);
const every = 60_000;

export const bell = {
  get unread(): number {
    return unread;
  },
  /** What a list of notices said. */
  heard(n: number): void {
    unread = n;
  },
  async look(): Promise<void> {
    try {
      unread = (await ask<NoticeList>('/api/v1/notices?limit=1')).unread;
    } catch {
      unread = 0; // a node without notices, or nobody signed in: nothing to ring for
    }
  },
  /** Looks now and again until it is told to stop. */
  follow(): () => void {
    void this.look();
    const stop = often(every, () => void this.look());
    const back = () => void (document.visibilityState === 'visible' && this.look());
    document.addEventListener('visibilitychange', back);
    return () => {
      stop();
      document.removeEventListener('visibilitychange', back);
    };
  },
};
