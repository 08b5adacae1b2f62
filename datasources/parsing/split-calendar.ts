/** A document too large for memory, in parts that each can be read by themselves. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultLimits } from '../../domain/events/icalendar/limits.ts';
import { fold } from '../../domain/events/icalendar/property.ts';
import { collectZoneNames } from '../../domain/events/icalendar/read.ts';
import type { SkippedComponent } from '../../domain/events/model.ts';
import { ComponentIndex, type ComponentPlace } from './component-index.ts';
import { decodeCalendar } from './decode.ts';

/** A calendar of its own: a VCALENDAR with whole components and the time zones that they name. */
export interface CalendarChunk {
  readonly text: string;
  /** Where runs of the chunk's lines stand in the document; ascending. */
  readonly lines: readonly { readonly chunk: number; readonly document: number }[];
  /** What was left out of every chunk; lines are the document's. */
  readonly skipped: readonly SkippedComponent[];
}

export interface SplitOptions {
  /** Bytes of components that a chunk is filled up to; one UID's components may exceed it. */
  readonly chunkBytes?: number;
  /** Bytes that one UID's components may have together; more is refused. */
  readonly objectBytes?: number;
  /** Components of the whole document; more refuses all of it. */
  readonly components?: number;
  /** Where the document waits while it is indexed. */
  readonly directory?: string;
}

/**
 * Splits a document. The bytes wait in a file without a name (gone with the process), because the components of one UID may
 * stand anywhere in it: an exception comes in the same chunk as its master however far apart they are, and so does a
 * VTIMEZONE that stands behind its events. Memory holds the index (some hundred bytes a component) and one chunk.
 *
 * Nothing is yielded before the whole stream has been read; an error of the stream is thrown, and nothing was yielded.
 */
export async function* splitCalendar(
  stream: AsyncIterable<Uint8Array | string>,
  options: SplitOptions = {},
): AsyncGenerator<CalendarChunk> {
  const maximum = options.components ?? defaultLimits.components;
  const file = await anonymousFile(options.directory ?? tmpdir());
  try {
    const index = new ComponentIndex(maximum);
    for await (const bytes of inUtf8(stream)) {
      index.add(bytes);
      await file.appendFile(bytes);
    }
    index.finish();
    if (index.exceededAt !== null) {
      const reason = `expected at most ${maximum} components, came more`;
      yield { text: emptyCalendar, lines: [], skipped: [{ uid: null, line: index.exceededAt, reason }] };
      return;
    }
    yield* chunks(index, file, options);
  } finally {
    await file.close();
  }
}

const emptyCalendar = 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n';

/** A line of a part of the document as a line of the document. */
export function documentLine(chunk: CalendarChunk, line: number): number {
  let found = line;
  for (const run of chunk.lines) {
    if (run.chunk > line) break;
    found = run.document + (line - run.chunk);
  }
  return found;
}

async function anonymousFile(directory: string): Promise<FileHandle> {
  const path = join(directory, `meridian-import-${randomUUID()}`);
  const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND, 0o600);
  await unlink(path);
  return file;
}

/** UTF-16 documents become UTF-8 on the way in: line ends are looked for as bytes. A byte order mark is left out. */
async function* inUtf8(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer> {
  let decoder: InstanceType<typeof TextDecoder> | null = null;
  // A stream may cut the document within its byte order mark.
  let opening: Buffer | null = Buffer.alloc(0);
  for await (const part of stream) {
    let bytes =
      typeof part === 'string' ? Buffer.from(part) : Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    if (opening !== null) {
      opening = Buffer.concat([opening, bytes]);
      if (opening.length < longestMark) continue;
      decoder = decoderOf(opening);
      bytes = withoutMark(opening);
      opening = null;
    }
    yield decoder === null ? bytes : Buffer.from(decoder.decode(bytes, { stream: true }));
  }
  if (opening !== null) yield opening;
}

/** Bytes of UTF-8's byte order mark; UTF-16's have two. */
const longestMark = 3;

/** Null for what is no UTF-16. The decoder leaves out the mark by itself. */
function decoderOf(opening: Buffer): InstanceType<typeof TextDecoder> | null {
  if (opening[0] === 0xff && opening[1] === 0xfe) return new TextDecoder('utf-16le');
  return opening[0] === 0xfe && opening[1] === 0xff ? new TextDecoder('utf-16be') : null;
}

function withoutMark(opening: Buffer): Buffer {
  const marked = opening[0] === 0xef && opening[1] === 0xbb && opening[2] === 0xbf;
  return marked ? opening.subarray(longestMark) : opening;
}

/** The components of one UID, in the order of the document. */
interface Group {
  readonly uid: string | null;
  readonly places: ComponentPlace[];
  bytes: number;
}

async function* chunks(index: ComponentIndex, file: FileHandle, options: SplitOptions): AsyncGenerator<CalendarChunk> {
  const chunkBytes = options.chunkBytes ?? 1024 * 1024;
  const objectBytes = options.objectBytes ?? 8 * 1024 * 1024;
  const { groups, zones } = grouped(index.places);
  const skipped: SkippedComponent[] = [];
  let waiting: Group[] = [];
  let bytes = 0;
  let yielded = false;
  const flush = async (): Promise<CalendarChunk> => {
    const chunk = await compose(waiting, zones, index, file, skipped.splice(0));
    waiting = [];
    bytes = 0;
    yielded = true;
    return chunk;
  };
  for (const group of groups) {
    if (group.bytes > objectBytes) {
      const reason = `expected at most ${objectBytes} bytes for the components of one UID, came ${group.bytes}`;
      for (const { line } of group.places) skipped.push({ uid: group.uid, line, reason });
      continue;
    }
    if (bytes > 0 && bytes + group.bytes > chunkBytes) yield await flush();
    waiting.push(group);
    bytes += group.bytes;
  }
  // A calendar without events is still a calendar.
  if (waiting.length > 0 || skipped.length > 0 || (!yielded && index.headers.length > 0)) yield await flush();
}

function grouped(places: readonly ComponentPlace[]): { groups: Group[]; zones: Map<string, ComponentPlace> } {
  const groups: Group[] = [];
  const byUid = new Map<string, Group>();
  const zones = new Map<string, ComponentPlace>();
  for (const place of places) {
    if (place.name === 'VTIMEZONE') {
      if (place.id !== null && !zones.has(place.id)) zones.set(place.id, place);
    } else if (place.name === 'VEVENT') {
      let group = place.id === null ? undefined : byUid.get(place.id);
      if (group === undefined) {
        group = { uid: place.id, places: [], bytes: 0 };
        groups.push(group);
        if (place.id !== null) byUid.set(place.id, group);
      }
      group.places.push(place);
      group.bytes += place.end - place.start;
    }
  }
  return { groups, zones };
}

async function compose(
  groups: readonly Group[],
  zones: ReadonlyMap<string, ComponentPlace>,
  index: ComponentIndex,
  file: FileHandle,
  skipped: readonly SkippedComponent[],
): Promise<CalendarChunk> {
  const parts: { text: string; line: number }[] = [];
  const named = new Set<string>();
  for (const group of groups) {
    for (const place of group.places) {
      const text = await read(file, place);
      parts.push({ text, line: place.line });
      for (const name of collectZoneNames(text)) named.add(name);
    }
  }
  const definitions: { text: string; line: number }[] = [];
  for (const name of named) {
    const place = zones.get(name);
    // A definition of more than a megabyte is no time zone.
    if (place === undefined || place.end - place.start > 1024 * 1024) continue;
    definitions.push({ text: await read(file, place), line: place.line });
  }
  // Components that stand without a calendar are read as they stand.
  const wrapped = index.headers.length > 0;
  const header = index.headers[groups[0]?.places[0]?.calendar ?? 0] ?? [];
  let text = wrapped ? 'BEGIN:VCALENDAR\r\n' : '';
  for (const line of header) text += fold(line);
  const lines: { chunk: number; document: number }[] = [];
  let at = text.split('\n').length;
  const pieces = [text];
  for (const part of [...definitions, ...parts]) {
    lines.push({ chunk: at, document: part.line });
    const ended = part.text.endsWith('\n') ? part.text : `${part.text}\r\n`;
    pieces.push(ended);
    at += ended.split('\n').length - 1;
  }
  if (wrapped) pieces.push('END:VCALENDAR\r\n');
  return { text: pieces.join(''), lines, skipped };
}

async function read(file: FileHandle, place: ComponentPlace): Promise<string> {
  const bytes = Buffer.alloc(place.end - place.start);
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, place.start + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  const text = decodeCalendar(bytes.subarray(0, done));
  return text.includes('\n') ? text : text.replaceAll('\r', '\n');
}
