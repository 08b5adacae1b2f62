/** One thread of the parser, seen from the process: what it reads, how long that may take, and its end. */
import { Worker } from 'node:worker_threads';
import type { CalendarReading } from '../../domain/events/icalendar/read.ts';
import type { ZoneName } from '../../domain/events/model.ts';
import type { ParserOptions } from './parser.ts';
import { monotonic, Progress } from './progress.ts';

/** To a worker. */
export interface Assignment {
  readonly texts: readonly string[];
  readonly calendarZone: ZoneName | null;
  readonly zoneDataVersion: string;
}

/**
 * From a worker, for each text in order; several at once and as JSON, which costs both sides half of what structured clones of
 * them do.
 */
export interface Outcome {
  readonly reading: Omit<CalendarReading, 'raws'>;
  /** The raw texts by UID, but for those that are the whole text. */
  readonly raws: readonly (readonly [string, string])[];
  /** The UIDs whose raw text is the whole text: it need not come back. */
  readonly whole: readonly string[];
}

export interface Task {
  readonly text: string;
  readonly calendarZone: ZoneName | null;
  readonly settle: (reading: CalendarReading) => void;
}

export interface ThreadEvents {
  /** It has read all that it was given. */
  freed(): void;
  /** It takes nothing more; `unread` are for another thread. */
  ended(thread: Thread, unread: readonly Task[]): void;
}

/** A document that was not read, as a reading. */
export function refused(reason: string): CalendarReading {
  return {
    objects: [],
    raws: new Map(),
    skipped: [{ uid: null, line: null, reason }],
    warnings: [],
    isCalendar: false,
    method: null,
    calendarName: null,
    calendarZone: null,
  };
}

export class Thread {
  readonly #options: ParserOptions;
  readonly #events: ThreadEvents;
  readonly #worker: Worker;
  readonly #progress = new Progress();
  /** Not yet answered, the next one last. */
  #tasks: Task[] = [];
  #count = 0;
  #settled = 0;
  #ready = false;
  #gone = false;
  #budget: ReturnType<typeof setTimeout> | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ParserOptions, events: ThreadEvents) {
    this.#options = options;
    this.#events = events;
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: options.memory ?? 256 },
      // Nothing of how the process was started is needed to read a calendar.
      execArgv: [],
      env: {},
      workerData: this.#progress.memory,
    });
    this.#worker.unref();
    this.#worker.on('message', (message: string) => {
      if (message !== 'ready') this.#settle(JSON.parse(message) as Outcome[]);
      else {
        this.#ready = true;
        this.#watch();
      }
    });
    this.#worker.on('error', (error: Error & { code?: string }) => {
      const memory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      const limit = `${options.memory ?? 256} MB`;
      this.#fail(
        memory ? `expected to need at most ${limit} to be read, came more` : `could not be read: ${error.message}`,
      );
    });
    this.#worker.on('exit', () => this.#fail('expected to be read, came the end of its thread'));
  }

  get busy(): boolean {
    return this.#gone || this.#tasks.length > 0;
  }

  take(tasks: readonly Task[]): void {
    clearTimeout(this.#idle);
    this.#tasks = [...tasks].reverse();
    this.#count += tasks.length;
    this.#worker.ref();
    this.#watch();
    // The calendars of one assignment may differ; the worker is told of them one run at a time.
    for (let at = 0; at < tasks.length; ) {
      const calendarZone = tasks[at]?.calendarZone ?? null;
      let to = at + 1;
      while (to < tasks.length && (tasks[to]?.calendarZone ?? null) === calendarZone) to++;
      const texts = tasks.slice(at, to).map((task) => task.text);
      const assignment: Assignment = { texts, calendarZone, zoneDataVersion: this.#options.zoneDataVersion };
      this.#worker.postMessage(assignment);
      at = to;
    }
  }

  /** Ends at once; answers what was not read. */
  abandon(): Task[] {
    this.#retire();
    return this.#tasks.splice(0).reverse();
  }

  async stopped(): Promise<void> {
    await this.#worker.terminate();
  }

  /** The time of the document that is being read; the thread's own start is not counted. */
  #watch(waitingSince = monotonic()): void {
    clearTimeout(this.#budget);
    const reading = Math.max(0, this.#progress.begun - this.#settled - 1);
    const task = this.#tasks[this.#tasks.length - 1 - reading];
    // Where all that was begun is answered already, the next one waits for nothing but its beginning.
    const since = this.#progress.begun > this.#settled ? this.#progress.begunAt : waitingSince;
    if (task === undefined || !this.#ready || this.#gone) return;
    const budget = Math.ceil((this.#options.budget ?? 10_000) * (1 + task.text.length / 1_048_576));
    const left = since + budget - monotonic();
    if (left <= 0) {
      this.#fail(`expected to be read within ${budget} ms, came longer`);
      return;
    }
    this.#budget = setTimeout(() => this.#watch(waitingSince), Math.ceil(left));
    this.#budget.unref();
  }

  #settle(outcomes: readonly Outcome[]): void {
    for (const { reading, raws, whole } of outcomes) {
      const task = this.#tasks.pop();
      if (task === undefined) return;
      this.#settled++;
      task.settle({ ...reading, raws: new Map([...raws, ...whole.map((uid) => [uid, task.text] as const)]) });
    }
    this.#watch();
    if (this.#tasks.length > 0 || this.#gone) return;
    if (this.#count >= (this.#options.documentsPerThread ?? 50_000)) {
      this.#end([]);
      return;
    }
    this.#worker.unref();
    this.#idle = setTimeout(() => this.#end([]), this.#options.idle ?? 30_000);
    this.#idle.unref();
    this.#events.freed();
  }

  /** The document that is being read is refused; those behind it, and those whose answers were not sent yet, are for another thread. */
  #fail(reason: string): void {
    if (this.#gone) return;
    const unread = this.#tasks.splice(0).reverse();
    const [guilty] = unread.splice(Math.max(0, this.#progress.begun - this.#settled - 1), 1);
    guilty?.settle(refused(reason));
    this.#end(unread);
  }

  #end(unread: readonly Task[]): void {
    if (this.#gone) return;
    this.#retire();
    this.#events.ended(this, unread);
  }

  #retire(): void {
    this.#gone = true;
    clearTimeout(this.#budget);
    clearTimeout(this.#idle);
    void this.#worker.terminate();
  }
}
