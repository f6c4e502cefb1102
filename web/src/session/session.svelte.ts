// Who is signed in, and at which node: what the rooms of licences ask about.
import { ask, problemOf, send } from '../door/api.svelte';
import type { components } from '../door/schema';
import type { Problem } from '../door/types';

type Api = components['schemas'];
export type Session = Api['SessionBody'];
export type Person = Api['Person'];
export type NodeHere = Api['Node'];
export type DemoAccount = Api['DemoAccount'];

let body = $state.raw<Session>();
let here = $state.raw<NodeHere | null>();
let problem = $state.raw<Problem>();
let turn = $state(0);

export const session = {
  /** Who is signed in. */
  get person(): Person | undefined {
    return body?.person;
  },
  /** How one can sign in; undefined until the node has said so. */
  get ways(): Session | undefined {
    return body;
  },
  /** This node among the others; null where the board stands alone, undefined until that is known. */
  get node(): NodeHere | null | undefined {
    return here;
  },
  get problem(): Problem | undefined {
    return problem;
  },
  /** Changes when somebody signs in or out on this page: rooms begin anew. */
  get turn(): number {
    return turn;
  },
  /** Whether the page offers something at all; every request is judged by itself. */
  may(action: string): boolean {
    return body?.person?.may.includes(action) ?? false;
  },
  async load(): Promise<void> {
    problem = undefined;
    const [s, n] = await Promise.allSettled([ask<Session>('/api/v1/session'), ask<NodeHere>('/api/v1/node')]);
    if (s.status === 'fulfilled') body = s.value;
    else problem = problemOf(s.reason);
    if (n.status === 'fulfilled') here = n.value;
    else if (problemOf(n.reason).status === 404) here = null;
  },
  /** Takes over what a way of signing in answered. */
  entered(now: Session): void {
    body = now;
    turn++;
  },
  async leave(everywhere = false): Promise<void> {
    await send('DELETE', everywhere ? '/api/v1/session?everywhere=true' : '/api/v1/session');
    body = await ask<Session>('/api/v1/session');
    turn++;
  },
};
