/** What the tests of holds begin with: a world, people in it, and how their time is held. */
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { openWorld, type Person, type World } from './availability-world.ts';
import { holding } from './held.ts';

/** A world for the tests of one file, people in it, and what can be done with their time. */
export interface HeldWorld {
  readonly world: World;
  readonly holds: ReturnType<typeof holding>;
  /** Somebody new, synced, with one calendar at a provider that sends invitations itself; its faults end with the test. */
  someone(calendar?: { readonly timeZone?: string }): Promise<Person>;
  /** The id of a hold of all of them, of half an hour. */
  held(people: readonly { readonly accountId: string }[], start: string, more?: object): Promise<string>;
}

/** Opens a world before the tests of the file and closes it behind them. */
export function heldWorld(): HeldWorld {
  let world: World | undefined;
  let made = 0;
  const people: Person[] = [];
  beforeAll(async () => {
    world = await openWorld();
  });
  afterEach(() => {
    for (const { provider } of people.splice(0)) provider.faults.clear();
  });
  afterAll(async () => world?.close());
  const opened = (): World => {
    if (world === undefined) throw new Error('the world opens before the first test');
    return world;
  };
  return {
    get world() {
      return opened();
    },
    get holds() {
      return holding(opened().graph);
    },
    async someone(calendar = {}) {
      const person = await opened().person(`person${made++}`, [{ name: 'Work', ...calendar }], true);
      await person.sync();
      people.push(person);
      return person;
    },
    async held(people, start, more = {}) {
      const holds = holding(opened().graph);
      const { hold, userErrors } = await holds.hold(await holds.offered(people, start, more));
      expect(userErrors).toEqual([]);
      return hold?.id ?? '';
    },
  };
}

/** Paths and codes of what was refused. */
export const codes = ({
  userErrors,
}: {
  readonly userErrors: readonly { readonly path: readonly string[]; readonly code: string }[];
}): readonly string[] => userErrors.map(({ path, code }) => `${path.join('.')} ${code}`);

/** A slot of `createHold`. */
export const slot = (slotToken: string | null, more: object = {}) => ({ slotToken, ...more });

/** An event of `confirmHold`, in the person's first calendar. */
export const event = (person: Person, more: object = {}) => ({
  event: { calendarId: person.calendarIds[0], key: 'interview', summary: 'Interview', ...more },
});

/** What a person's provider has. */
export const storedAt = (person: Person) => [
  ...(person.provider.calendars.get(person.remote[0] ?? '')?.resources.values() ?? []),
];

/** Settles when the person's provider is asked to write for the nth time; it waits until `go`. */
export function stalled({ provider }: Person, nth: number): { readonly reached: Promise<void>; go(): void } {
  let go = () => {};
  const gone = new Promise<void>((resolve) => {
    go = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    const until = () => {
      resolve();
      return gone;
    };
    for (let count = 1; count < nth; count += 1) provider.faults.add('write', { kind: 'slow', until: async () => {} });
    provider.faults.add('write', { kind: 'slow', until });
  });
  return { reached, go };
}

/** Confirmations that nobody goes on with, and what becomes of their events. */
export function unfinished(at: HeldWorld) {
  return {
    /**
     * Waits until the providers of these people have nothing. What was taken back while it was still being written is written
     * off behind that by whoever works in the background, and nothing does here but this.
     */
    async nothingStored(...people: readonly Person[]): Promise<void> {
      const { graph } = at.world;
      for (const end = performance.now() + 20_000; people.some((person) => storedAt(person).length > 0); ) {
        if (performance.now() > end) expect(people.flatMap(storedAt)).toEqual([]);
        const pending = await graph.fresh.superuser<{ id: string }>(
          `select id from operation where status = 'PENDING' and account_id = any($1::text[])`,
          [people.map(({ accountId }) => accountId)],
        );
        for (const { id } of pending) await graph.engine.attemptOperation(id);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    /** As if nobody had said for a minute that the confirmation goes on. */
    leave: (holdId: string) =>
      at.world.graph.fresh.superuser(`update hold set confirming_until = now() - interval '1 minute' where id = $1`, [
        holdId,
      ]),
    /** Waits until another attempt has the hold that was left. */
    async takenOver(holdId: string): Promise<void> {
      const left = 'select from hold where id = $1 and confirming_until <= now()';
      while ((await at.world.graph.fresh.superuser(left, [holdId])).length > 0) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    /** @returns how many were ended, none of which failed */
    async endUnfinished(): Promise<number> {
      const failures: unknown[] = [];
      const ended = await at.world.graph.services.holds.endUnfinished((_id, error) => failures.push(error));
      expect(failures).toEqual([]);
      return ended;
    },
  };
}
