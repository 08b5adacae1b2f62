/** Reading of iCalendar in threads of its own: what a document costs is bounded, and what does not end is ended. */
import type { CalendarReading } from '../../domain/events/icalendar/read.ts';
import type { ZoneName } from '../../domain/events/model.ts';
import { type CalendarChunk, documentLine } from './split-calendar.ts';
import { refused, type Task, Thread } from './thread.ts';

export interface ParserOptions {
  /** Threads at most; each is started when it is needed. Default 1. */
  readonly threads?: number;
  /** Milliseconds for a document, and as many again for each megabyte of it. Default 10,000. */
  readonly budget?: number;
  /** A thread ends after so many documents, so that nothing in it grows for ever. Default 50,000. */
  readonly documentsPerThread?: number;
  /** A thread without work ends after so many milliseconds. Default 30,000. */
  readonly idle?: number;
  /**
   * Megabytes of heap for a thread; a document that needs more is refused, one of more than a sixteenth as many characters
   * without being tried: what does not even fit into a thread's heap would end the whole process. Default 256.
   */
  readonly memory?: number;
  /** Of the zone data, as `systemZones` is told. */
  readonly zoneDataVersion: string;
}

export interface ReadContext {
  /** Where floating times are read; null when the calendar has no zone. */
  readonly calendarZone: ZoneName | null;
}

export interface Document {
  /** The caller's own name for it; unique within a call. */
  readonly id: string;
  readonly text: string;
}

export interface IcalendarParser {
  /** One document, or one part of a large one, whose skipped components and lines are then the whole document's. */
  read(document: string | CalendarChunk, context: ReadContext): Promise<CalendarReading>;
  /** Many, each answered for: one that exceeds its budget is reported as skipped, and the others are read. */
  readMany(documents: readonly Document[], context: ReadContext): Promise<ReadonlyMap<string, CalendarReading>>;
  /** As readMany, in the texts' order. */
  readAll(texts: readonly string[], context: ReadContext): Promise<CalendarReading[]>;
  /** Ends the threads; what was being read is refused. */
  close(): Promise<void>;
}

/** Documents of one assignment at most, and characters: a thread that is ended must not have held up many. */
const assignmentDocuments = 64;
const assignmentCharacters = 512 * 1024;

export function icalendarParser(options: ParserOptions): IcalendarParser {
  const pool = new Pool(options);
  const readText = (text: string, context: ReadContext): Promise<CalendarReading> =>
    new Promise((settle) => pool.add({ text, calendarZone: context.calendarZone, settle }));
  return {
    async read(document, context) {
      if (typeof document === 'string') return readText(document, context);
      const reading = await readText(document.text, context);
      const inDocument = <Item extends { readonly line: number | null }>(item: Item): Item => ({
        ...item,
        line: item.line === null ? null : documentLine(document, item.line),
      });
      return {
        ...reading,
        skipped: [...document.skipped, ...reading.skipped.map(inDocument)],
        warnings: reading.warnings.map(inDocument),
      };
    },
    async readMany(documents, context) {
      const entries = documents.map(async ({ id, text }) => [id, await readText(text, context)] as const);
      return new Map(await Promise.all(entries));
    },
    readAll: (texts, context) => Promise.all(texts.map((text) => readText(text, context))),
    close: () => pool.close(),
  };
}

class Pool {
  readonly #options: ParserOptions;
  readonly #waiting: Task[] = [];
  /** How many of `#waiting` were taken: a queue that is shifted one by one would be quadratic. */
  #taken = 0;
  readonly #threads = new Set<Thread>();
  #closed = false;

  constructor(options: ParserOptions) {
    this.#options = options;
  }

  add(task: Task): void {
    if (this.#closed) {
      task.settle(refused('expected a running parser, came a document after its end'));
      return;
    }
    const most = Math.floor(((this.#options.memory ?? 256) * 1_048_576) / 16);
    if (task.text.length > most) {
      task.settle(refused(`expected at most ${most} characters at once, came ${task.text.length}`));
      return;
    }
    this.#waiting.push(task);
    // All that one caller adds at once goes out together.
    if (this.#waiting.length - this.#taken === 1) queueMicrotask(() => this.#assign());
    else if (this.#waiting.length - this.#taken >= assignmentDocuments) this.#assign();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const unread = this.#next(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    for (const thread of this.#threads) unread.push(...thread.abandon());
    for (const task of unread) task.settle(refused('expected to be read, came the end of the parser'));
    await Promise.all([...this.#threads].map((thread) => thread.stopped()));
    this.#threads.clear();
  }

  #next(documents: number, characters: number): Task[] {
    const tasks: Task[] = [];
    let size = 0;
    while (tasks.length < documents) {
      const task = this.#waiting[this.#taken];
      if (task === undefined || (tasks.length > 0 && size + task.text.length > characters)) break;
      this.#taken++;
      size += task.text.length;
      tasks.push(task);
    }
    if (this.#taken === this.#waiting.length || this.#taken > 10_000) this.#waiting.splice(0, this.#taken);
    if (this.#waiting.length === 0 || this.#taken > 10_000) this.#taken = 0;
    return tasks;
  }

  #assign(): void {
    while (this.#taken < this.#waiting.length && !this.#closed) {
      const thread = [...this.#threads].find((candidate) => !candidate.busy) ?? this.#start();
      if (thread === null) return;
      thread.take(this.#next(assignmentDocuments, assignmentCharacters));
    }
  }

  #start(): Thread | null {
    if (this.#threads.size >= (this.#options.threads ?? 1)) return null;
    const thread = new Thread(this.#options, {
      freed: () => this.#assign(),
      ended: (ended, unread) => {
        this.#threads.delete(ended);
        // What waited behind a document that ended its thread was here first.
        this.#waiting.splice(0, this.#taken, ...unread);
        this.#taken = 0;
        this.#assign();
      },
    });
    this.#threads.add(thread);
    return thread;
  }
}
