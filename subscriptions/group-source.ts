/**
 * What a group of subscribers is answered from. Whoever asks the same question with the same eyes is in one group: each
 * step of its source is executed and serialised once, for all of them.
 *
 * The change log is one source; anything that has a present and tells when it changes can be another. A source that keeps
 * no history has places too, which only tell its steps apart.
 */

/** One step of a source: what is told, and where its reader stands then. */
export interface Step<Place> {
  /** The root value that the document is executed over; `caughtUp`: the reader has been told all from before it began. */
  readonly event: (caughtUp: boolean) => unknown;
  readonly place: Place;
  /** Tells nothing: the reader's place moves, and that is all. */
  readonly silent: boolean;
  /** Called when it was sent to all who stood at its beginning, so many of them: what measures it. */
  readonly told?: (sockets: number) => void;
}

/** A source that is being followed. */
export interface OpenSource<Place> {
  /** Where the group begins. */
  readonly place: Place;
  /**
   * Everything behind `place`, each step beginning where the one before it ended; ends when the signal of `open` is
   * aborted. A step that tells nothing but is not silent keeps the readers' places fresh.
   */
  readonly steps: AsyncIterable<Step<Place>>;
  /**
   * What there is to be seen by a look that begins after this call: whoever has got there has been told everything from
   * before it. The steps get there too. Of many calls at once, one look is made.
   */
  look(): Promise<Place>;
}

export interface GroupSource<Place> {
  /**
   * Begins at the present. The signal ends it.
   * @param forget to be called when what its readers may see has changed: nothing that was told before is told again.
   */
  open(signal: AbortSignal, forget: () => void): Promise<OpenSource<Place>>;
  /** The `after` that the one brought whose arguments this source was made from. */
  readonly after: string | null;
  /** Where one begins who brings `after`; null: at the present. @throws RequestError BAD_USER_INPUT naming `after`. */
  placeOf(after: string | null): Place | null;
  /**
   * The next step of one who stands at `from`, up to `until` at most, which is a boundary that has seen `from`.
   * @throws RequestError RESYNC_REQUIRED where `from` means nothing any more.
   */
  behind(from: Place, until: Place): Promise<Step<Place>>;
  /** What one is told who stands at `place` and has nothing to catch up with. */
  standing(place: Place): Step<Place>;
  /** Whether whoever stands at `place` has been told everything that can be seen from `other`. */
  hasSeen(place: Place, other: Place): boolean;
  /** Whether `behind` may go up to it. */
  isBoundary(place: Place): boolean;
  /** The same for the same place only. */
  keyOf(place: Place): string;
  /** Where a step is told only if it shows something else than the last one did: called before `open`, by who executes the document. */
  shownBy?(show: Show): void;
}

/** What a document makes of an event: executed once, and then told as it is. @throws where there is nothing but errors to tell. */
export type Show = (event: unknown) => Promise<Shown>;

export interface Shown {
  /** The same for the same answer, whatever of it is other each time it is asked for. */
  readonly digest: string;
  /** Whether all of it could be found out. */
  readonly isWhole: boolean;
}

const source = Symbol('the source of a group');

/**
 * A resolver's `subscribe` answers this where its subscribers may share: the socket's groups are answered from the source,
 * and whoever iterates instead is answered alone.
 */
export function sharable<Events extends AsyncIterable<unknown>, Place>(
  events: Events,
  from: GroupSource<Place>,
): Events {
  return Object.assign(events, { [source]: from });
}

/** The source that `sharable` was given with these events; null where there is none. */
export function sourceOf(events: object): GroupSource<unknown> | null {
  return (events as { readonly [source]?: GroupSource<unknown> })[source] ?? null;
}

/** What one is told who shares with nobody: the present, and every step from there on, until `signal` or `return`. */
export function aloneFrom<Place>(
  from: GroupSource<Place>,
  signal: AbortSignal,
): AsyncIterableIterator<unknown, undefined> {
  const stop = new AbortController();
  const told = tell(from, AbortSignal.any([signal, stop.signal]));
  const iterator: AsyncIterableIterator<unknown, undefined> = {
    next: () => told.next(),
    // First the source: a generator that waits for its next step would not hear of it.
    async return() {
      stop.abort();
      return told.return(undefined);
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

async function* tell<Place>(
  from: GroupSource<Place>,
  signal: AbortSignal,
): AsyncGenerator<unknown, undefined, undefined> {
  const { place, steps } = await from.open(signal, () => undefined);
  yield from.standing(place).event(true);
  for await (const step of steps) if (!step.silent) yield step.event(true);
}
