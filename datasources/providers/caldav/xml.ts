/**
 * Reads the XML of WebDAV answers: namespaces, text, attributes; nothing else.
 *
 * Our own because the answers of a first sync are large: xml-js (inside tsdav) and sax take two to three times the CPU of ical.js
 * on the same data, drop the namespaces and turn the text `1.0` into `1`. A document type is refused, so there are no
 * entities to expand.
 */

export interface XmlElement {
  readonly namespace: string;
  readonly name: string;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  readonly children: readonly XmlElement[];
  /** All character data directly inside, joined; not trimmed. */
  readonly text: string;
}

export class MalformedXml extends Error {
  constructor(reason: string, offset: number) {
    super(`${reason} at character ${offset}`);
    this.name = 'MalformedXml';
  }
}

const maximumDepth = 64;
const maximumElements = 2_000_000;

interface OpenElement extends XmlElement {
  readonly tag: string;
  readonly scope: Scope;
  readonly attributes: { name: string; value: string }[];
  readonly children: XmlElement[];
  text: string;
}

/** Prefix → namespace; shared by every element that declares none of its own. */
type Scope = ReadonlyMap<string, string>;

const noAttributes: { name: string; value: string }[] = [];

/**
 * @returns the root element
 * @throws MalformedXml for anything but one well-formed document without a document type, at most 64 levels deep
 */
export function parseXml(source: string): XmlElement {
  let root: XmlElement | null = null;
  const open: OpenElement[] = [];
  let scope: Scope = new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]);
  let elements = 0;
  let at = source.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (;;) {
    const lower = source.indexOf('<', at);
    const end = lower < 0 ? source.length : lower;
    if (end > at) {
      const current = open.at(-1);
      if (current !== undefined) current.text += unescapeText(source.slice(at, end), at);
      else if (source.slice(at, end).trim() !== '') throw new MalformedXml('text outside the root element', at);
    }
    if (lower < 0) break;
    const next = source.charCodeAt(lower + 1);
    if (next === 0x21 /* ! */) {
      if (source.startsWith('<!--', lower)) at = after(source, '-->', lower + 4);
      else if (source.startsWith('<![CDATA[', lower)) {
        const current = open.at(-1);
        if (current === undefined) throw new MalformedXml('text outside the root element', lower);
        at = after(source, ']]>', lower + 9);
        current.text += source.slice(lower + 9, at - 3);
      } else throw new MalformedXml('a document type is not accepted', lower);
    } else if (next === 0x3f /* ? */) {
      at = after(source, '?>', lower + 2);
    } else if (next === 0x2f /* / */) {
      at = after(source, '>', lower + 2);
      const closed = open.pop();
      if (closed === undefined || closed.tag !== source.slice(lower + 2, at - 1).trimEnd()) {
        throw new MalformedXml('an end tag without its start', lower);
      }
      scope = open.at(-1)?.scope ?? scope;
    } else {
      if (root !== null && open.length === 0) throw new MalformedXml('a second root element', lower);
      elements += 1;
      if (elements > maximumElements) throw new MalformedXml('too many elements', lower);
      if (open.length >= maximumDepth) throw new MalformedXml('too many levels', lower);
      const tag = readTag(source, lower + 1, scope);
      at = tag.end;
      const element: OpenElement = {
        namespace: tag.namespace,
        name: tag.name,
        attributes: tag.attributes,
        children: [],
        text: '',
        tag: tag.tag,
        scope: tag.scope,
      };
      open.at(-1)?.children.push(element);
      root ??= element;
      if (!tag.empty) {
        open.push(element);
        scope = element.scope;
      }
    }
  }
  if (root === null) throw new MalformedXml('no element', 0);
  if (open.length > 0) throw new MalformedXml('an element does not end', source.length);
  return root;
}

interface Tag {
  tag: string;
  namespace: string;
  name: string;
  attributes: { name: string; value: string }[];
  scope: Scope;
  empty: boolean;
  /** Where the source goes on. */
  end: number;
}

function readTag(source: string, start: number, outer: Scope): Tag {
  let at = nameEnd(source, start);
  const tag = source.slice(start, at);
  if (tag === '') throw new MalformedXml('a tag without a name', start);
  let attributes = noAttributes;
  let scope = outer;
  for (;;) {
    at = afterSpace(source, at);
    const character = source[at];
    if (character === '>' || (character === '/' && source[at + 1] === '>')) {
      const colon = tag.indexOf(':');
      return {
        tag,
        namespace: namespaceOf(scope, colon < 0 ? '' : tag.slice(0, colon), start),
        name: colon < 0 ? tag : tag.slice(colon + 1),
        attributes,
        scope,
        empty: character === '/',
        end: at + (character === '/' ? 2 : 1),
      };
    }
    const nameStart = at;
    at = nameEnd(source, at);
    const name = source.slice(nameStart, at);
    at = afterSpace(source, at);
    if (name === '' || source[at] !== '=') throw new MalformedXml('a malformed attribute', nameStart);
    at = afterSpace(source, at + 1);
    const quote = source[at];
    const close = quote === '"' || quote === "'" ? source.indexOf(quote, at + 1) : -1;
    if (close < 0) throw new MalformedXml('an attribute without its value', nameStart);
    const value = unescapeText(source.slice(at + 1, close), at);
    at = close + 1;
    if (name === 'xmlns' || name.startsWith('xmlns:')) {
      scope = new Map(scope).set(name === 'xmlns' ? '' : name.slice(6), value);
    } else {
      if (attributes === noAttributes) attributes = [];
      attributes.push({ name: name.slice(name.indexOf(':') + 1), value });
    }
  }
}

function namespaceOf(scope: Scope, prefix: string, offset: number): string {
  const namespace = scope.get(prefix);
  if (namespace !== undefined) return namespace;
  if (prefix === '') return '';
  throw new MalformedXml('an undeclared namespace prefix', offset);
}

function nameEnd(source: string, start: number): number {
  for (let at = start; at < source.length; at += 1) {
    const code = source.charCodeAt(at);
    if (code <= 0x20 || code === 0x3e || code === 0x2f || code === 0x3d || code === 0x3c) return at;
  }
  throw new MalformedXml('a tag does not end', start);
}

function afterSpace(source: string, start: number): number {
  let at = start;
  while (at < source.length && source.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

function after(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  if (found < 0) throw new MalformedXml(`${mark} is missing`, from);
  return found + mark.length;
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeText(escaped: string, offset: number): string {
  if (!escaped.includes('&')) return escaped;
  // The end of nearly every line of a calendar's text, so that of most texts nothing is left to do after it.
  const text = escaped.replaceAll('&#13;', '\r');
  let at = text.indexOf('&');
  if (at < 0) return text;
  // Joined at the end: a text that grows piece by piece is a tree of its pieces, and of a large answer those fill the memory.
  const pieces: string[] = [];
  let from = 0;
  for (; at >= 0; at = text.indexOf('&', from)) {
    const end = text.indexOf(';', at);
    const reference = end < 0 || end - at > 12 ? '' : text.slice(at + 1, end);
    const character = named[reference] ?? numbered(reference);
    if (character === null) throw new MalformedXml('an unknown entity', offset + at);
    pieces.push(text.slice(from, at), character);
    from = end + 1;
  }
  pieces.push(text.slice(from));
  return pieces.join('');
}

function numbered(reference: string): string | null {
  const match = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(reference);
  if (match === null) return null;
  const code = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16);
  return code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? null : String.fromCodePoint(code);
}
