/** One resource, one name: a server may write the same href in several ways, and a hostile one may write another's. */
import { createHash } from 'node:crypto';

/**
 * The absolute URL of an href that a server gave, its percent-encoding normalised; null for another origin than `base`'s,
 * for what is not a URL, and for absurdly long ones.
 */
export function resolveHref(href: string, base: string): URL | null {
  if (href === '' || href.length > 4096) return null;
  const url = URL.parse(href, base);
  if (url === null || url.origin !== new URL(base).origin || url.username !== '' || url.password !== '') return null;
  return normalised(url);
}

/** The URL of a collection: with its trailing slash, without query and fragment. */
export function collectionUrl(url: URL): string {
  const one = normalised(url);
  one.search = '';
  if (!one.pathname.endsWith('/')) one.pathname += '/';
  return one.href;
}

/** A resource's remoteId: the path and query that it has at its server. Null unless it lies directly in the collection. */
export function resourceId(href: string, collection: string): string | null {
  const path = collection.slice(collection.indexOf('/', collection.indexOf('//') + 2));
  // Almost every href of a listing of thousands is written like this already.
  if (href.startsWith(path) && plainName.test(href.slice(path.length))) return href;
  const url = resolveHref(href, collection);
  if (url === null) return null;
  const name = url.pathname.slice(path.length);
  if (!url.pathname.startsWith(path) || name === '' || name.includes('/')) return null;
  return url.pathname + url.search;
}

/** What normalising leaves as it is. */
const plainName = /^[\w~@+-][\w.~@+-]{0,1000}$/;

/** The absolute URL of a remoteId. */
export function resourceUrl(remoteId: string, collection: string): string {
  return new URL(collection).origin + remoteId;
}

/**
 * Where a new resource with this uid is put: `<uid>.ics`, which is what iCloud and Google insist on. Uids that are no safe
 * names (Cyrus answers 500 to `<`) are hashed; the same uid always has the same place.
 */
export function newResourceId(uid: string, collection: string): string {
  const safe = /^[\p{L}\p{N}_@+=~{}-][\p{L}\p{N}._@+=~{}-]{0,150}$/u.test(uid);
  const name = safe ? uid : createHash('sha256').update(uid, 'utf8').digest('hex');
  return normalised(new URL(encodeURIComponent(`${name}.ics`), collection)).pathname;
}

/** Unreserved characters and sub-delimiters plain, the rest percent-encoded in upper case (RFC 3986 §6.2.2). */
function normalised(url: URL): URL {
  const copy = new URL(url.href);
  copy.hash = '';
  copy.pathname = url.pathname.split('/').map(normalisedSegment).join('/');
  return copy;
}

function normalisedSegment(segment: string): string {
  if (/^[\w.~-]*$/.test(segment)) return segment;
  try {
    const encoded = encodeURIComponent(decodeURIComponent(segment));
    return encoded.replace(/%(?:24|26|2B|2C|3B|3D|3A|40)/g, decodeURIComponent);
  } catch {
    // Not UTF-8: its bytes are all that it has.
    return segment.replace(/%[0-9a-f]{2}/gi, (octet) => octet.toUpperCase());
  }
}
