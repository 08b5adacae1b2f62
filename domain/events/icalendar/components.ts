/**
 * Text to a tree of components and unfolded content lines. Tolerant where RFC 5545 is not: the calendars that people have
 * break it, and one broken component must not lose the rest. Linear in the length of the text; never throws.
 */
import { elementAt } from '../../element-at.ts';
import type { ReadLimits } from './limits.ts';
import { exceedsOctets } from './limits.ts';

/** One content line after unfolding (RFC 5545 §3.1). */
export interface ContentLine {
  /** Upper case, without a vCard-like group. */
  readonly name: string;
  text: string;
  /** The line of the text, as it came, where this content line begins; from 1, folded lines counted. */
  readonly line: number;
}

export interface Component {
  /** Upper case: `VEVENT`. */
  readonly name: string;
  readonly line: number;
  readonly lines: ContentLine[];
  readonly components: Component[];
  /** Why this component, or something in it, cannot be trusted; the first reason found. */
  problem: string | null;
}

export interface ParsedDocument {
  /** Components outside any other: VCALENDARs, and whatever stands without one. */
  readonly roots: readonly Component[];
  /** Set when the whole document is refused; `roots` is then empty. */
  readonly refused: { readonly line: number; readonly reason: string } | null;
}

const propertyShape = /^[A-Za-z0-9_.-]+(?=[:;])/;
const quotedPrintable = /ENCODING=QUOTED-PRINTABLE|;QUOTED-PRINTABLE[;:]/i;

/** These stand in a VCALENDAR or alone: a BEGIN of one inside another component says that an END is missing. */
const exclusive = new Set(['VCALENDAR', 'VEVENT', 'VTODO', 'VJOURNAL', 'VFREEBUSY', 'VTIMEZONE']);

/** Where an exporter forgot to fold or to escape a line break, the rest of the text stands on lines of its own. */
const freeText = new Set(['SUMMARY', 'DESCRIPTION', 'LOCATION', 'COMMENT', 'CONTACT']);

/**
 * Calls `visit` for every unfolded line that is not empty, with the number of the physical line where it begins.
 * Lines end with CRLF, LF or, in a text that has no LF at all, CR. `text` is null where the line was longer than
 * `maximum` octets; what was read of it is dropped, its name is given.
 */
export function eachLine(
  input: string,
  maximum: number,
  visit: (text: string | null, line: number, name: string) => void,
): void {
  const end = input.length;
  const terminator = input.includes('\n') ? '\n' : '\r';
  let position = input.charCodeAt(0) === 0xfeff ? 1 : 0;
  let physical = 0;
  /** The physical lines of the line that is being unfolded, without breaks and folds. */
  let parts: string[] = [];
  let length = 0;
  let started = 0;
  /** Whether the line is quoted-printable, null until its first soft line break. */
  let printable: boolean | null = null;
  const flush = () => {
    if (parts.length === 0) return;
    const text = parts.length === 1 ? elementAt(parts, 0) : parts.join('');
    if (exceedsOctets(text, maximum)) visit(null, started, propertyShape.exec(text)?.[0] ?? '');
    else visit(text, started, '');
  };
  while (position < end) {
    let stop = input.indexOf(terminator, position);
    if (stop === -1) stop = end;
    physical++;
    let last = stop;
    while (last > position && input.charCodeAt(last - 1) === 13) last--;
    const first = input.charCodeAt(position);
    const previous = parts.at(-1);
    const folded = (first === 32 || first === 9) && previous !== undefined;
    const soft = !folded && previous?.charCodeAt(previous.length - 1) === 61;
    if (soft) printable ??= quotedPrintable.test(elementAt(parts, 0));
    if (folded || (soft && printable === true)) {
      // Bounded here as well: a line folded a million times must not grow before it is refused.
      if (length <= maximum) {
        if (soft) parts[parts.length - 1] = previous.slice(0, -1);
        const part = input.slice(folded ? position + 1 : position, last);
        parts.push(part);
        length += part.length;
      }
    } else if (last > position) {
      flush();
      parts = [input.slice(position, last)];
      length = last - position;
      started = physical;
      printable = null;
    }
    position = stop + 1;
  }
  flush();
}

function componentName(text: string): string {
  return text
    .slice(text.indexOf(':') + 1, 200)
    .trim()
    .toUpperCase();
}

/** Reads a text into components. `limits` bound it; see ReadLimits for what happens above them. */
export function parseComponents(input: string, limits: ReadLimits): ParsedDocument {
  const roots: Component[] = [];
  const stack: Component[] = [];
  /** How many components below `limits.depth` are open; they are counted, not kept. */
  let tooDeep = 0;
  let count = 0;
  let parts = 0;
  let properties = 0;
  let refused: ParsedDocument['refused'] = null;

  /** The component that a problem is told of: the one directly below VCALENDAR. */
  const owner = (): Component | undefined => (stack[0]?.name === 'VCALENDAR' ? (stack[1] ?? stack[0]) : stack[0]);
  const blame = (reason: string) => {
    const component = owner();
    if (component !== undefined) component.problem ??= reason;
  };

  const begin = (name: string, line: number) => {
    if (exclusive.has(name)) {
      tooDeep = 0;
      const open = stack[0]?.name === 'VCALENDAR' ? 1 : 0;
      const component = stack[open];
      if (component !== undefined) {
        component.problem ??= `expected END:${component.name}, came BEGIN:${name}`;
        stack.length = open;
      }
      if (name === 'VCALENDAR') stack.length = 0;
    }
    if (tooDeep > 0 || stack.length >= limits.depth) {
      tooDeep++;
      blame(`expected components nested at most ${limits.depth} deep, came a ${name} below that on line ${line}`);
      return;
    }
    const component: Component = { name, line, lines: [], components: [], problem: null };
    const parent = stack.at(-1);
    if (name !== 'VCALENDAR' && (parent === undefined || parent.name === 'VCALENDAR')) {
      count++;
      parts = 0;
      properties = 0;
      if (count > limits.components) {
        refused ??= { line, reason: `expected at most ${limits.components} components, came more` };
        return;
      }
    } else if (name !== 'VCALENDAR') {
      parts++;
      if (parts > limits.parts) {
        blame(`expected at most ${limits.parts} components within one, came more`);
        tooDeep++;
        return;
      }
    }
    if (parent === undefined) roots.push(component);
    else parent.components.push(component);
    stack.push(component);
  };

  const end = (name: string) => {
    if (tooDeep > 0) {
      tooDeep--;
      return;
    }
    let at = stack.length - 1;
    while (at >= 0 && stack[at]?.name !== name) at--;
    // An END that opens nothing is noise.
    if (at < 0) return;
    for (const open of stack.slice(at + 1).reverse()) blame(`expected END:${open.name}, came END:${name}`);
    stack.length = at;
  };

  eachLine(input, limits.lineOctets, (text, line, overlong) => {
    if (refused !== null) return;
    const component = stack.at(-1);
    if (text === null) {
      blame(
        `expected unfolded lines of at most ${limits.lineOctets} octets, came a longer ${overlong || 'line'} on line ${line}`,
      );
      return;
    }
    const match = propertyShape.exec(text);
    if (match === null) {
      const previous = component?.lines.at(-1);
      if (previous !== undefined && freeText.has(previous.name) && tooDeep === 0 && text.trim() !== '') {
        if (previous.text.length + text.length < limits.lineOctets / 3) previous.text += `\\n${text}`;
      }
      return;
    }
    const name = match[0].toUpperCase();
    if (name === 'BEGIN') begin(componentName(text), line);
    else if (name === 'END') end(componentName(text));
    else if (component !== undefined && tooDeep === 0) {
      properties++;
      if (properties > limits.properties) blame(`expected at most ${limits.properties} properties, came more`);
      else component.lines.push({ name: name.slice(name.lastIndexOf('.') + 1), text, line });
    }
  });

  if (refused !== null) return { roots: [], refused };
  for (const component of stack) {
    if (component.name !== 'VCALENDAR')
      component.problem ??= `expected END:${component.name}, came the end of the text`;
  }
  return { roots, refused: null };
}

/** Every component directly below a VCALENDAR, and those that stand without one, in the order of the text. */
export function topLevel(document: ParsedDocument): Component[] {
  const found: Component[] = [];
  for (const root of document.roots) {
    if (root.name !== 'VCALENDAR') found.push(root);
    else for (const component of root.components) found.push(component);
  }
  return found;
}
