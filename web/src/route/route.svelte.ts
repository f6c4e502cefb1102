import { address, change, match, queryText, type Place, type Query } from './match';

interface Now {
  path: string;
  query: URLSearchParams;
}

const read = (): Now => ({ path: location.pathname, query: new URLSearchParams(location.search) });

let now = $state.raw<Now>(read());
const place = $derived<Place>(match(now.path));

/** Where the visitor is. */
export const route = {
  get path() {
    return now.path;
  },
  get place() {
    return place;
  },
  get query() {
    return now.query;
  },
  param(key: string): string {
    return now.query.get(key) ?? '';
  },
};

/** The address of another place, with the days and the language kept. */
export function to(path: string, more: Query = {}): string {
  return address(path, now.query, more);
}

export function go(href: string, how: { replace?: boolean } = {}): void {
  const url = new URL(href, location.href);
  const same = url.pathname === now.path;
  history[how.replace ? 'replaceState' : 'pushState'](null, '', url);
  now = read();
  if (!same && !how.replace) arrive();
}

/** Changes the query where the visitor stands; sliding does not fill the history. */
export function setQuery(more: Query, how: { push?: boolean } = {}): void {
  const href = now.path + queryText(change(now.query, more));
  if (href === now.path + queryText(now.query)) return;
  pending = href;
  now = { path: now.path, query: change(now.query, more) };
  if (how.push) {
    pending = '';
    history.pushState(null, '', href);
    return;
  }
  // browsers refuse more than a hundred changes in thirty seconds
  timer ??= setTimeout(() => {
    timer = undefined;
    if (pending) history.replaceState(null, '', pending);
    pending = '';
  }, 200);
}

let pending = '';
let timer: ReturnType<typeof setTimeout> | undefined;

/** A new page starts at its top, with the focus on its heading. */
function arrive(): void {
  scrollTo(0, 0);
  requestAnimationFrame(() => document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true }));
}

/** Follows links of the page itself without loading it again. */
export function listen(): () => void {
  const onPop = () => {
    pending = '';
    now = read();
  };
  const onClick = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const a = (event.target as Element | null)?.closest?.('a');
    if (!a || a.target || a.hasAttribute('download') || a.origin !== location.origin) return;
    if (a.pathname === location.pathname && a.hash) return;
    if (match(a.pathname).name === 'lost') return; // the API, the report: the browser's own affair
    event.preventDefault();
    go(a.href);
  };
  addEventListener('popstate', onPop);
  addEventListener('click', onClick);
  return () => {
    removeEventListener('popstate', onPop);
    removeEventListener('click', onClick);
  };
}
