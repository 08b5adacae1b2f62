/** One content line to its name, parameters and value, and back (RFC 5545 §3.1, §3.3.11; RFC 6868). Linear, never throws. */

export interface Parameter {
  /** Upper case. */
  readonly name: string;
  readonly values: readonly string[];
}

export interface Property {
  /** Upper case. */
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** As written: still escaped. */
  readonly value: string;
}

/** More parameters than this on one line is nonsense; the line is then unreadable. */
const maximumParameters = 200;

/** RFC 6868: `^n`, `^^` and `^'` of a parameter's value. */
function caretDecoded(value: string): string {
  return value.replace(/\^([n'^])/g, (_, kind: string) => (kind === 'n' ? '\n' : kind === '^' ? '^' : '"'));
}

/** Null when the line is not shaped like a property: a quote that does not end, no colon. */
export function parseProperty(text: string): Property | null {
  const end = text.length;
  let at = 0;
  while (at < end && text[at] !== ';' && text[at] !== ':') at++;
  if (at === 0 || at === end) return null;
  const full = text.slice(0, at).toUpperCase();
  const name = full.slice(full.lastIndexOf('.') + 1);
  if (text[at] === ':') return { name, parameters: [], value: text.slice(at + 1) };
  const parameters: Parameter[] = [];
  while (text[at] === ';') {
    if (parameters.length >= maximumParameters) return null;
    const from = at + 1;
    at = from;
    while (at < end && text[at] !== '=' && text[at] !== ';' && text[at] !== ':') at++;
    const parameter = text.slice(from, at).trim().toUpperCase();
    const values: string[] = [];
    // vCalendar 1.0 has parameters without a name: `;QUOTED-PRINTABLE:`.
    while (text[at] === '=' || (text[at] === ',' && values.length > 0)) {
      at++;
      let value: string;
      if (text[at] === '"') {
        const close = text.indexOf('"', at + 1);
        if (close === -1) return null;
        value = text.slice(at + 1, close);
        at = close + 1;
        while (at < end && text[at] !== ',' && text[at] !== ';' && text[at] !== ':') at++;
      } else {
        const start = at;
        while (at < end && text[at] !== ',' && text[at] !== ';' && text[at] !== ':') at++;
        value = text.slice(start, at);
      }
      values.push(value.includes('^') ? caretDecoded(value) : value);
    }
    if (parameter !== '') parameters.push({ name: parameter, values });
  }
  return text[at] === ':' ? { name, parameters, value: text.slice(at + 1) } : null;
}

/** The first value of a parameter, null when it is absent. */
export function parameterOf(property: Property, name: string): string | null {
  for (const parameter of property.parameters) if (parameter.name === name) return parameter.values[0] ?? '';
  return null;
}

/** The property with one parameter set, replaced or (null) removed; the others stay as they are. */
export function withParameter(property: Property, name: string, value: string | null): Property {
  const others = property.parameters.filter((parameter) => parameter.name !== name);
  if (value === null) return { ...property, parameters: others };
  const at = property.parameters.findIndex((parameter) => parameter.name === name);
  const parameters = [...others];
  parameters.splice(at === -1 ? others.length : at, 0, { name, values: [value] });
  return { ...property, parameters };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly what RFC 5545 §3.1 forbids in any value
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

function formatParameter(value: string): string {
  const encoded = value
    .replaceAll('^', '^^')
    .replaceAll('"', "^'")
    .replace(/\r\n|\r|\n/g, '^n')
    .replace(controls, '');
  return /[:;,]/.test(encoded) ? `"${encoded}"` : encoded;
}

/** The unfolded content line. */
export function formatProperty(property: Property): string {
  let text = property.name;
  for (const { name, values } of property.parameters) {
    text += values.length === 0 ? `;${name}` : `;${name}=${values.map(formatParameter).join(',')}`;
  }
  return `${text}:${property.value.replace(/[\r\n]+/g, ' ').replace(controls, '')}`;
}

/** TEXT as written to what it says: `\n`, `\,`, `\;`, `\\` (RFC 5545 §3.3.11); any other backslash stays. */
export function unescapeText(value: string): string {
  if (!value.includes('\\')) return value;
  return value.replace(/\\([\\;,nN])/g, (_, character: string) =>
    character === 'n' || character === 'N' ? '\n' : character,
  );
}

export function escapeText(value: string): string {
  return value
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r\n|\r|\n/g, '\\n')
    .replace(controls, '');
}

/** Splits at commas that are not escaped, and unescapes each part. */
export function splitTexts(value: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < value.length; at++) {
    if (value[at] === '\\') at++;
    else if (value[at] === ',') {
      parts.push(unescapeText(value.slice(from, at)));
      from = at + 1;
    }
  }
  parts.push(unescapeText(value.slice(from)));
  return parts;
}

/** The TEXT of a property: quoted-printable (vCalendar 1.0) decoded, else unescaped. */
export function textOf(property: Property): string {
  const encoding = parameterOf(property, 'ENCODING');
  if (encoding?.toUpperCase() === 'QUOTED-PRINTABLE' || parameterOf(property, 'QUOTED-PRINTABLE') !== null) {
    return decodeQuotedPrintable(property.value);
  }
  return unescapeText(property.value);
}

function decodeQuotedPrintable(value: string): string {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  // Text and runs of octets take turns: an octet is seldom a whole character, and text need not be ASCII.
  for (const [at, run] of value.split(/((?:=[0-9A-Fa-f]{2})+)/).entries()) {
    const octets = at % 2 === 0 ? encoder.encode(run) : octetsOf(run);
    for (const octet of octets) bytes.push(octet);
  }
  return new TextDecoder().decode(new Uint8Array(bytes)).replaceAll('\r\n', '\n');
}

/** `=C3=A9` as numbers. */
function octetsOf(run: string): number[] {
  return run
    .slice(1)
    .split('=')
    .map((hex) => Number.parseInt(hex, 16));
}

/** Folds a line at 75 octets without cutting a character (RFC 5545 §3.1), CRLF at the end included. */
export function fold(text: string): string {
  if (text.length <= 25) return `${text}\r\n`;
  if (!/[^\x20-\x7e]/.test(text)) return foldAscii(text);
  let folded = '';
  let from = 0;
  let width = 0;
  for (let at = 0; at < text.length; ) {
    const code = text.codePointAt(at) as number;
    const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (width + size > 75) {
      folded += `${text.slice(from, at)}\r\n `;
      from = at;
      width = 1;
    }
    width += size;
    at += code > 0xffff ? 2 : 1;
  }
  return `${folded}${text.slice(from)}\r\n`;
}

function foldAscii(text: string): string {
  let folded = text.slice(0, 75);
  for (let at = 75; at < text.length; at += 74) folded += `\r\n ${text.slice(at, at + 74)}`;
  return `${folded}\r\n`;
}
