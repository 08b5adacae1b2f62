/** Several processes of clients as one: none of them may be what is measured. */
import { type Child, startChild } from './child.ts';
import type { Arrivals, Clients, Opening, Tally } from './sockets.ts';

export interface Fleet {
  /** Opens `sockets` in all. Answers how long it took until the last was ready, and what was heard meanwhile. */
  open(
    opening: Omit<Opening, 'atOnce'>,
  ): Promise<{ readonly milliseconds: number; readonly bytes: number; readonly changes: number }>;
  forget(): Promise<void>;
  /** Settles once every socket heard so many frames with changes since `forget`. */
  eachHears(frames: number): Promise<void>;
  /** Frames with changes since `forget`, their bytes and the changes in all. */
  tally(): Promise<Tally>;
  follow(subjectIds: readonly string[]): Promise<void>;
  /** Of each process what `follow` found. */
  arrivals(): Promise<readonly Arrivals[]>;
  /** CPU of the processes together, in milliseconds. */
  cpu(): Promise<number>;
  close(): Promise<void>;
  stop(): Promise<void>;
}

/** Connections under way in the whole fleet: less than the 511 that Node's servers let the kernel queue. */
const atOnceInAll = 256;

export function startFleet(processes: number): Fleet {
  const children: Child<Clients>[] = Array.from({ length: processes }, () =>
    startChild<Clients>('bench/live/sockets.ts'),
  );
  const shareOf = (total: number, index: number) => Math.floor(total / processes) + (index < total % processes ? 1 : 0);
  const all = <Answer>(ask: (child: Child<Clients>, index: number) => Promise<Answer>) =>
    Promise.all(children.map(ask));
  let open: readonly number[] = children.map(() => 0);
  return {
    async open(opening) {
      const { sockets, variables } = opening;
      open = open.map((before, index) => before + shareOf(sockets, index));
      const opened = await all(({ ask }, index) => {
        const own = variables?.filter((_, place) => place % processes === index);
        return ask.open({
          ...opening,
          ...(own === undefined || own.length === 0 ? {} : { variables: own }),
          sockets: shareOf(sockets, index),
          atOnce: Math.ceil(atOnceInAll / processes),
        });
      });
      return {
        milliseconds: Math.max(...opened.map(({ milliseconds }) => milliseconds)),
        bytes: opened.reduce((sum, one) => sum + one.bytes, 0),
        changes: opened.reduce((sum, one) => sum + one.changes, 0),
      };
    },
    async forget() {
      await all(({ ask }) => ask.forget());
    },
    async eachHears(frames) {
      await all(({ ask }, index) => ask.hears(frames * (open[index] ?? 0)));
    },
    async tally() {
      const told = await all(({ ask }) => ask.tally());
      const sum = (of: (one: Tally) => number) => told.reduce((total, one) => total + of(one), 0);
      return { frames: sum((one) => one.frames), bytes: sum((one) => one.bytes), changes: sum((one) => one.changes) };
    },
    async follow(subjectIds) {
      await all(({ ask }) => ask.follow(subjectIds));
    },
    arrivals: () => all(({ ask }) => ask.arrivals()),
    async cpu() {
      return (await all(({ ask }) => ask.cpu())).reduce((sum, one) => sum + one, 0);
    },
    async close() {
      open = children.map(() => 0);
      await all(({ ask }) => ask.close());
    },
    async stop() {
      await Promise.all(children.map((child) => child.stop()));
    },
  };
}
