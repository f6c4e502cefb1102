// The board's filter lives in the address, too.
import { route, setQuery } from '../route/route.svelte';
import { verdicts, type Verdict } from '../door/types';

export const filter = {
  get q() {
    return route.param('q');
  },
  get field() {
    return route.param('field');
  },
  get goal() {
    return route.param('goal');
  },
  get verdicts(): Verdict[] {
    return route.param('verdict').split(',').filter((v): v is Verdict => (verdicts as string[]).includes(v));
  },
  get any() {
    return !!(filter.q || filter.field || filter.goal || filter.verdicts.length);
  },
  set(change: { q?: string; field?: string; goal?: string; verdict?: string }) {
    setQuery(change);
  },
  toggle(v: Verdict) {
    const now = filter.verdicts;
    setQuery({ verdict: (now.includes(v) ? now.filter((x) => x !== v) : [...now, v]).join(',') });
  },
  clear() {
    setQuery({ q: '', field: '', goal: '', verdict: '' });
  },
};
