/**
 * Subscribers who ask the same with the same eyes. What is new is read, executed and serialised once for all of them, and
 * handed to each; one who joins is first told what it missed, from the same answers.
 *
 * A newcomer asks for a look at the source, so that it is known what there was when it began. Then it goes on from its own
 * place step by step, by what the group remembers or by reading, until it stands where the group stands: in that moment,
 * without anything between, it becomes one of those whom the group's next step is handed to. So there is no gap, nothing
 * comes twice, and nobody has a queue of his own.
 */

import { GroupMemory } from './group-memory.ts';
import type { GroupSource, OpenSource, Step } from './group-source.ts';
import type { Clock } from './wake-up.ts';

/** One subscriber, as its group sees it. */
export interface Member<Answer> {
  /** The cursor to go on from; null: from now on; undefined: the one that the group's source was made with. */
  readonly after: string | null | undefined;
  /** Takes an answer, at once and whatever becomes of it; never throws. */
  push(answer: Answer): void;
  /** While it has more than enough: resolves once it takes more, or is gone. Asked only of those who catch up. */
  ready(): Promise<void> | null;
  /** The subscription is over: with an error, or null where its source has ended. */
  end(error: unknown): void;
}

/** Executes one step; of its two events with the same eyes and at the same time, so that what was loaded serves both. */
export type Render<Answer> = () => (event: unknown) => Promise<Answer>;

export interface GroupOptions {
  readonly clock: Clock;
  /** Called once, when the last member has left or the source has ended: whoever comes then needs a new group. */
  readonly over: () => void;
}

/** A place that is told of at least so often, in milliseconds, also to one who reads through much that is not for him. */
const idleAfter = 25_000;

/** A place and its key: many stand at the same. */
interface Standing {
  readonly place: unknown;
  readonly key: string;
}

/** Cursors that are known by the place they stand for: a storm brings the same few again and again. */
const mostPlaces = 1_000;

/** A step and its answers, of which there are two: for those who have caught up, and for those who have not. */
class Told<Answer> {
  readonly step: Step<unknown>;
  /** Where it ends. */
  readonly end: Standing;
  readonly #render: (event: unknown) => Promise<Answer>;
  readonly #answers: [Promise<Answer> | null, Promise<Answer> | null] = [null, null];

  constructor(step: Step<unknown>, end: Standing, render: Render<Answer>) {
    this.step = step;
    this.end = end;
    this.#render = render();
  }

  answer(caughtUp: boolean): Promise<Answer> {
    const which = caughtUp ? 1 : 0;
    const known = this.#answers[which] ?? this.#render(this.step.event(caughtUp));
    this.#answers[which] = known;
    return known;
  }
}

/** Where a group stands that has not been opened. */
const nowhere: Standing = { place: null, key: '' };

export class Group<Answer> {
  readonly #source: GroupSource<unknown>;
  readonly #render: Render<Answer>;
  readonly #options: GroupOptions;
  readonly #stop = new AbortController();
  readonly #live = new Set<Member<Answer>>();
  readonly #joining = new Set<Member<Answer>>();
  readonly #memory: GroupMemory<Told<Answer>>;
  readonly #places = new Map<string, Standing>();
  #opened: Promise<OpenSource<unknown>> | null = null;
  #at: Standing = nowhere;
  /** The last place up to which newcomers may read. */
  #boundary: Standing = nowhere;
  #moved: (() => void)[] = [];
  #isOver = false;

  constructor(source: GroupSource<unknown>, render: Render<Answer>, options: GroupOptions) {
    this.#source = source;
    this.#render = render;
    this.#options = options;
    this.#memory = new GroupMemory(options.clock);
  }

  get size(): number {
    return this.#live.size + this.#joining.size;
  }

  join(member: Member<Answer>): void {
    this.#joining.add(member);
    this.#admit(member).catch((error: unknown) => {
      if (this.#drop(member)) member.end(error);
    });
  }

  leave(member: Member<Answer>): void {
    this.#drop(member);
  }

  #drop(member: Member<Answer>): boolean {
    const was = this.#live.delete(member) || this.#joining.delete(member);
    if (was && this.size === 0) this.#finish(null);
    return was;
  }

  #open(): Promise<OpenSource<unknown>> {
    this.#opened ??= this.#source
      .open(this.#stop.signal, () => this.#memory.clear())
      .then((opened) => {
        this.#at = this.#standing(opened.place);
        this.#boundary = this.#at;
        this.#run(opened.steps).then(
          () => this.#finish(null),
          (error: unknown) => this.#finish(error),
        );
        return opened;
      });
    return this.#opened;
  }

  async #run(steps: AsyncIterable<Step<unknown>>): Promise<void> {
    for await (const step of steps) {
      if (this.#isOver) return;
      const told = this.#told(step);
      // Whoever goes live meanwhile stands where this step begins.
      const answer = step.silent || this.#live.size === 0 ? null : await told.answer(true);
      // A step that leads nowhere would lead whoever catches up there again and again.
      if (this.#joining.size > 0 && told.end.key !== this.#at.key) this.#memory.keep(this.#at.key, told);
      else this.#memory.prune();
      this.#at = told.end;
      if (this.#source.isBoundary(step.place)) this.#boundary = told.end;
      if (answer !== null) {
        for (const member of this.#live) member.push(answer);
        step.told?.(this.#live.size);
      }
      for (const go of this.#moved.splice(0)) go();
    }
  }

  async #admit(member: Member<Answer>): Promise<void> {
    const source = this.#source;
    const { clock } = this.#options;
    const asked = this.#placeOf(member.after === undefined ? source.after : member.after);
    const isFirst = this.#opened === null;
    const opened = await this.#open();
    // The one who opened it has just seen what there is.
    const start = isFirst ? opened.place : await opened.look();
    // What is not behind what there is now means nothing any more: the source says how to go on.
    if (asked !== null && !source.hasSeen(start, asked.place)) await source.behind(asked.place, start);
    let from = asked ?? this.#standing(start);
    let [toldAll, lastTold] = [false, clock.now()];
    while (this.#joining.has(member)) {
      const { place, key } = from;
      if (key === this.#at.key && source.hasSeen(place, start)) {
        if (toldAll) {
          this.#joining.delete(member);
          this.#live.add(member);
          return;
        }
        await this.#tell(member, await this.#present(from), true);
        toldAll = true;
        continue;
      }
      const told = await this.#next(from);
      if (told === null) continue;
      from = told.end;
      if (told.step.silent && clock.now() - lastTold < idleAfter) continue;
      const hasAll = source.hasSeen(from.place, start);
      await this.#tell(member, told, hasAll);
      toldAll ||= hasAll;
      lastTold = clock.now();
      await member.ready();
    }
  }

  #placeOf(after: string | null): Standing | null {
    const known = after === null ? undefined : this.#places.get(after);
    if (known !== undefined) return known;
    const place = this.#source.placeOf(after);
    if (place === null) return null;
    const standing = this.#standing(place);
    if (this.#places.size >= mostPlaces) this.#places.clear();
    if (after !== null) this.#places.set(after, standing);
    return standing;
  }

  #standing(place: unknown): Standing {
    return { place, key: this.#source.keyOf(place) };
  }

  #told(step: Step<unknown>): Told<Answer> {
    return new Told(step, this.#standing(step.place), this.#render);
  }

  /** The step that begins there; null where the group had to go on first. */
  async #next({ place, key }: Standing): Promise<Told<Answer> | null> {
    const known = this.#memory.get(key);
    if (known !== undefined) return known;
    const boundary = this.#boundary;
    if (key === boundary.key || !this.#source.hasSeen(boundary.place, place)) {
      await new Promise<void>((resolve) => this.#moved.push(resolve));
      return null;
    }
    const reading = this.#source.behind(place, boundary.place).then((step) => this.#told(step));
    this.#memory.keep(key, reading);
    return reading;
  }

  /** What one is told who has missed nothing. */
  #present({ place, key }: Standing): Promise<Told<Answer>> | Told<Answer> {
    const known = this.#memory.get(`at ${key}`);
    if (known !== undefined) return known;
    const told = this.#told(this.#source.standing(place));
    this.#memory.keep(`at ${key}`, told);
    return told;
  }

  async #tell(member: Member<Answer>, told: Told<Answer>, caughtUp: boolean): Promise<void> {
    const answer = await told.answer(caughtUp);
    if (this.#joining.has(member)) member.push(answer);
  }

  #finish(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.over();
    this.#stop.abort();
    this.#memory.clear();
    this.#places.clear();
    const members = [...this.#live, ...this.#joining];
    this.#live.clear();
    this.#joining.clear();
    for (const member of members) member.end(error);
  }
}
