/** Where the components of a large document stand, found while its bytes go by; a line is looked at, never kept. */
import { parseProperty, textOf } from '../../domain/events/icalendar/property.ts';
import { decodeCalendar } from './decode.ts';

export interface ComponentPlace {
  /** `VEVENT`, `VTIMEZONE`, …: directly below VCALENDAR, or outside any. */
  readonly name: string;
  /** Bytes of the document; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** Of the document, from 1. */
  readonly line: number;
  /** UID of an event, TZID of a time zone; null when absent. */
  readonly id: string | null;
  /** Which VCALENDAR it stands in, from 0; -1 for none. */
  readonly calendar: number;
}

const lineFeed = 10;
const carriageReturn = 13;
/** Of a line no more is looked at: longer than any BEGIN, and than any UID that a server takes. */
const most = 4_096;

/** Fed with the document's bytes in order, it knows the places of its components. */
export class ComponentIndex {
  readonly places: ComponentPlace[] = [];
  /** The lines of each VCALENDAR itself, as long as they are not absurd. */
  readonly headers: string[][] = [];
  readonly #maximum: number;
  #exceededAt: number | null = null;
  #terminator: number | null = null;
  #undecided: Buffer = Buffer.alloc(0);
  #position = 0;
  #lineStart = 0;
  #line = 1;
  /** The beginning of a line that a chunk's end has cut. */
  #rest: Buffer = Buffer.alloc(0);
  #stack: string[] = [];
  #open: { name: string; start: number; line: number; id: string | null } | null = null;
  /** The line that a folded one would continue, where it is one that is looked for. */
  #pending: { kind: 'structure' | 'id' | 'header'; bytes: Buffer; start: number; end: number; line: number } | null =
    null;

  /** @param maximum components that are kept at most; see `exceededAt`. */
  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** The line of the first component above the maximum; null when there are not so many. */
  get exceededAt(): number | null {
    return this.#exceededAt;
  }

  add(bytes: Buffer): void {
    if (this.#terminator !== null) {
      this.#scan(bytes, this.#terminator);
      return;
    }
    // Lines end with CR alone only where no LF comes for a long while.
    this.#undecided = Buffer.concat([this.#undecided, bytes]);
    if (this.#undecided.includes(lineFeed)) this.#decide(lineFeed);
    else if (this.#undecided.length > 65_536) this.#decide(carriageReturn);
  }

  #decide(terminator: number): void {
    this.#terminator = terminator;
    this.#scan(this.#undecided, terminator);
    this.#undecided = Buffer.alloc(0);
  }

  #scan(chunk: Buffer, terminator: number): void {
    let from = 0;
    for (;;) {
      const stop = chunk.indexOf(terminator, from);
      if (stop === -1) break;
      const part = chunk.subarray(from, Math.min(stop, from + most));
      const head = this.#rest.length === 0 ? part : Buffer.concat([this.#rest, part]);
      this.#rest = Buffer.alloc(0);
      const end = this.#position + stop + 1;
      this.#take(head.subarray(0, most), end);
      this.#lineStart = end;
      this.#line++;
      from = stop + 1;
    }
    if (this.#rest.length < most) {
      this.#rest = Buffer.concat([this.#rest, chunk.subarray(from, from + most - this.#rest.length)]);
    }
    this.#position += chunk.length;
  }

  /** To be called after the last byte. */
  finish(): void {
    if (this.#terminator === null) this.#decide(carriageReturn);
    if (this.#rest.length > 0) this.#take(this.#rest, this.#position);
    this.#flush();
    this.#close(this.#position);
  }

  #take(line: Buffer, end: number): void {
    const first = line[0];
    if (first === 32 || first === 9) {
      const pending = this.#pending;
      if (pending === null) return;
      pending.end = end;
      if (pending.bytes.length < most) pending.bytes = Buffer.concat([pending.bytes, trimEnd(line).subarray(1)]);
      return;
    }
    const head = trimEnd(line);
    // A blank line parts nothing.
    if (head.length === 0) return;
    this.#flush();
    const letter = (first ?? 0) | 32;
    // Only b, e, u and t can begin what an event or a zone is known by; a header's lines are all of interest.
    const inHeader = this.#open === null && this.#stack.length === 1;
    if (letter !== 98 && letter !== 101 && letter !== 117 && letter !== 116 && !inHeader) return;
    const text = head.toString('latin1', 0, 8).toUpperCase();
    const here = { bytes: head, start: this.#lineStart, end, line: this.#line };
    if (/^(?:BEGIN|END)(?:[:;]|$)/.test(text) || (head.length < 5 && (letter === 98 || letter === 101))) {
      this.#pending = { kind: 'structure', ...here };
    } else if (this.#open !== null && this.#stack.at(-1) === this.#open.name) {
      if (head.length < 5 || /^(?:UID|TZID)[:;]/.test(text)) this.#pending = { kind: 'id', ...here };
    } else if (inHeader) this.#pending = { kind: 'header', ...here };
  }

  /** Takes a line that no folded one continues any more. */
  #flush(): void {
    const pending = this.#pending;
    this.#pending = null;
    if (pending === null) return;
    const text = decodeCalendar(pending.bytes);
    const header = this.headers.at(-1);
    if (pending.kind === 'structure') {
      const match = /^(BEGIN|END)[:;]/i.exec(text);
      const name = text
        .slice(text.indexOf(':') + 1, 200)
        .trim()
        .toUpperCase();
      if (match === null) return;
      if (match[1]?.toUpperCase() === 'BEGIN') this.#begin(name, pending.start, pending.line);
      else this.#end(name, pending.start, pending.end);
    } else if (pending.kind === 'header') {
      if (header !== undefined && header.length < 100) header.push(text);
    } else if (this.#open !== null && this.#open.id === null) {
      const property = parseProperty(text);
      const wanted = this.#open.name === 'VTIMEZONE' ? 'TZID' : 'UID';
      if (property?.name === wanted) this.#open.id = textOf(property).trim() || null;
    }
  }

  #begin(name: string, start: number, line: number): void {
    if (name === 'VCALENDAR') {
      this.#close(start);
      this.#stack = ['VCALENDAR'];
      this.headers.push([]);
      return;
    }
    // As where a document is read at once: an event within an event says that an END is missing.
    if (this.#open !== null && /^V(?:EVENT|TODO|JOURNAL|FREEBUSY|TIMEZONE)$/.test(name)) this.#close(start);
    if (this.#open === null) {
      this.#stack.length = this.#stack[0] === 'VCALENDAR' ? 1 : 0;
      this.#open = { name, start, line, id: null };
    }
    if (this.#stack.length < 100) this.#stack.push(name);
  }

  #end(name: string, start: number, end: number): void {
    const at = this.#stack.lastIndexOf(name);
    if (at === -1) return;
    this.#stack.length = at;
    if (this.#open !== null && at <= (this.#stack[0] === 'VCALENDAR' ? 1 : 0)) {
      this.#close(name === 'VCALENDAR' ? start : end);
    }
  }

  #close(end: number): void {
    const open = this.#open;
    this.#open = null;
    if (open === null) return;
    if (this.places.length >= this.#maximum) {
      this.#exceededAt ??= open.line;
      return;
    }
    const calendar = this.#stack[0] === 'VCALENDAR' || this.headers.length > 0 ? this.headers.length - 1 : -1;
    this.places.push({ ...open, end, calendar });
  }
}

function trimEnd(line: Buffer): Buffer {
  let end = line.length;
  while (end > 0 && (line[end - 1] === carriageReturn || line[end - 1] === lineFeed)) end--;
  return line.subarray(0, end);
}
