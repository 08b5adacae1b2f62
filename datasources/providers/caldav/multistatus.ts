/** A 207 answer (RFC 4918 §13, RFC 6578 §6.2) as what it says about each resource. */
import { MalformedXml, parseXml, type XmlElement } from './xml.ts';

export const dav = 'DAV:';
export const caldav = 'urn:ietf:params:xml:ns:caldav';
export const calendarServer = 'http://calendarserver.org/ns/';
export const appleIcal = 'http://apple.com/ns/ical/';

export interface MultistatusResponse {
  /** As the server wrote it. */
  readonly href: string;
  /** The response's own status; null where its properties have theirs. */
  readonly status: number | null;
  /** The properties that were found (2xx), in order. */
  readonly properties: readonly XmlElement[];
  /** The precondition that failed, `{DAV:}valid-sync-token` as its local name; null when none is named. */
  readonly error: XmlElement | null;
}

export interface Multistatus {
  readonly responses: readonly MultistatusResponse[];
  /** Null where the answer has none. */
  readonly syncToken: string | null;
}

/**
 * @throws MalformedXml when the text is not XML, or another document
 */
export function readMultistatus(text: string): Multistatus {
  const root = parseXml(text);
  if (root.namespace !== dav || root.name !== 'multistatus') {
    throw new MalformedXml(`expected DAV:multistatus, got ${root.name.slice(0, 40)}`, 0);
  }
  const responses: MultistatusResponse[] = [];
  for (const element of root.children) {
    if (element.namespace !== dav || element.name !== 'response') continue;
    const status = child(element, dav, 'status');
    const read = {
      status: status === null ? null : statusOf(status.text),
      properties: foundProperties(element),
      error: child(element, dav, 'error')?.children[0] ?? null,
    };
    // One response may name several resources when all it says about them is a status.
    for (const href of element.children) {
      if (href.namespace === dav && href.name === 'href') responses.push({ href: href.text.trim(), ...read });
    }
  }
  const token = child(root, dav, 'sync-token')?.text.trim() ?? '';
  return { responses, syncToken: token === '' ? null : token };
}

function foundProperties(response: XmlElement): readonly XmlElement[] {
  let found: readonly XmlElement[] = [];
  for (const propstat of response.children) {
    if (propstat.namespace !== dav || propstat.name !== 'propstat') continue;
    const status = child(propstat, dav, 'status');
    const code = status === null ? 200 : statusOf(status.text);
    if (code === null || code < 200 || code > 299) continue;
    const properties = child(propstat, dav, 'prop')?.children ?? [];
    found = found.length === 0 ? properties : [...found, ...properties];
  }
  return found;
}

/** `HTTP/1.1 404 Not Found` → 404. */
function statusOf(line: string): number | null {
  const code = /^\s*HTTP\/\d(?:\.\d)?\s+(\d{3})\b/.exec(line)?.[1];
  return code === undefined ? null : Number(code);
}

/** The precondition element of an error body (RFC 4918 §16): `valid-sync-token`, `no-uid-conflict`; null for any other text. */
export function preconditionOf(text: string): XmlElement | null {
  if (!text.trimStart().startsWith('<')) return null;
  try {
    const root = parseXml(text);
    if (root.namespace !== dav || root.name !== 'error') return null;
    return root.children.find(({ name }) => name !== 'responsedescription') ?? null;
  } catch {
    return null;
  }
}

/** What an error body says to people (DAV:responsedescription), one line of at most 500 characters; null where it says nothing. */
export function descriptionOf(text: string): string | null {
  if (!text.trimStart().startsWith('<')) return null;
  try {
    const words = child(parseXml(text), dav, 'responsedescription')?.text.replace(/\s+/g, ' ').trim() ?? '';
    return words === '' ? null : words.slice(0, 500);
  } catch {
    return null;
  }
}

export function child(element: XmlElement, namespace: string, name: string): XmlElement | null {
  for (const one of element.children) if (one.name === name && one.namespace === namespace) return one;
  return null;
}

export function property(response: MultistatusResponse, namespace: string, name: string): XmlElement | null {
  for (const one of response.properties) if (one.name === name && one.namespace === namespace) return one;
  return null;
}

/** The property's text, trimmed; null when it is absent or empty. */
export function propertyText(response: MultistatusResponse, namespace: string, name: string): string | null {
  const text = property(response, namespace, name)?.text.trim();
  // A copy: a slice would keep the whole answer in memory for as long as somebody remembers an etag or a zone's name.
  return text === undefined || text === '' ? null : Buffer.from(text, 'utf8').toString('utf8');
}

/** The hrefs inside a property, as the server wrote them. */
export function propertyHrefs(response: MultistatusResponse, namespace: string, name: string): readonly string[] {
  const element = property(response, namespace, name);
  if (element === null) return [];
  return element.children.filter((one) => one.namespace === dav && one.name === 'href').map((one) => one.text.trim());
}

/**
 * An entity tag in its strong form. Servers weaken it when they compress an answer, and If-Match would never match then
 * (RFC 9110 §13.1.1); the resource's own is the strong one.
 */
export function strongEtag(text: string | null): string | null {
  const etag = text?.trim().replace(/^W\//, '');
  return etag === undefined || etag === '' || etag.length > 1000 ? null : etag;
}

/** DAV:getetag of a response. */
export function etagOf(response: MultistatusResponse): string | null {
  return strongEtag(propertyText(response, dav, 'getetag'));
}
