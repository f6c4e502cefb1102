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
  flush();
  const url = new URL(href, location.href);
  const same = url.pathname === now.path;
  history[how.replace ? 'replaceState' : 'pushState'](null, '', url);
  now = read();
  if (!same && !how.replace) arrive();
}

/** Changes the query where the visitor stands. What slides is written when it rests a moment. */
export function setQuery(more: Query, how: { push?: boolean; slide?: boolean } = {}): void {
  const query = change(now.query, more);
  const href = now.path + queryText(query);
  if (href === now.path + queryText(now.query)) return;
  now = { path: now.path, query };
  if (how.push) {
    flush();
    history.pushState(null, '', href);
    return;
  }
  pending = href;
  if (!how.slide) flush();
  else timer ??= setTimeout(flush, pause);
}

// browsers refuse more than a hundred changes of the address in thirty seconds
const pause = 350;
let pending = '';
let timer: ReturnType<typeof setTimeout> | undefined;

function flush(): void {
  clearTimeout(timer);
  timer = undefined;
  if (!pending) return;
  history.replaceState(null, '', pending);
  pending = '';
}

/** A new page starts at its top, with the focus on its heading once that is there. */
function arrive(): void {
  scrollTo(0, 0);
  const to = now.path;
  const before = document.querySelector('main h1');
  const until = Date.now() + 5000;
  const look = () => {
    const h1 = document.querySelector<HTMLElement>('main h1');
    if (now.path !== to || Date.now() > until) return;
    if (h1 && h1 !== before) h1.focus({ preventScroll: true });
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Follows links of the page itself without loading it again. */
export function listen(): () => void {
  const onPop = () => {
    clearTimeout(timer);
    timer = undefined;
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
