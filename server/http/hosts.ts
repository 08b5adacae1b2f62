/** Which Host and Origin a request may name: against DNS rebinding and against foreign pages. */

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether a Host header names this machine's loopback, on any port, or the host of `publicUrl`. */
export function isOwnHost(host: string | undefined, publicUrl: URL): boolean {
  if (host === undefined) return false;
  const own = host.toLowerCase();
  if (own === publicUrl.host) return true;
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d{1,5})?$/.exec(own);
  return match?.[1] !== undefined && loopbackNames.has(match[1]);
}

/**
 * Whether a page of this Origin may open a socket. Programs send none; pages do, and a page may not read an answer
 * but may well open a socket elsewhere, since sockets know no same-origin policy.
 */
export function isOwnOrigin(origin: string | undefined, publicUrl: URL, isDevelopment: boolean): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const { origin: own, protocol, hostname } = new URL(origin);
  if (own === 'null') return false;
  if (own === publicUrl.origin) return true;
  return isDevelopment && (protocol === 'http:' || protocol === 'https:') && loopbackNames.has(hostname);
}

/** Whether a name or address is this machine's own: `localhost`, 127.0.0.0/8, `::1`. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || /^127(?:\.\d{1,3}){3}$/.test(name);
}
