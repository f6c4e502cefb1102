// Addresses that a link may lead to.

/** A path of this page out of a query, "/" where it would lead elsewhere. */
export function localPath(asked: string | null | undefined, origin: string): string {
  if (!asked?.startsWith('/')) return '/';
  try {
    const url = new URL(asked, origin);
    return url.origin === origin && !url.pathname.startsWith('//') ? url.pathname + url.search + url.hash : '/';
  } catch {
    return '/';
  }
}

const loopback = (host: string) => host === 'localhost' || host === '127.0.0.1' || host === '[::1]';

/**
 * The same place at another node. A demonstration names its nodes by localhost:
 * whoever sees it under another name of that machine goes on under that name.
 */
export function placeAt(node: string, path: string, hostname: string): string {
  const url = new URL(path, node);
  if (loopback(url.hostname)) url.hostname = hostname;
  return url.href;
}
