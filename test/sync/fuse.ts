/** Kills a "process" at its n-th await: from then on nothing of it reaches the database or the provider any more. */
import type { Connector } from '../../datasources/providers/connector.ts';
import type { Store } from '../../datasources/store/store.ts';

export class Killed extends Error {
  constructor(place: string) {
    super(`killed ${place}`);
    this.name = 'Killed';
  }
}

export class Fuse {
  /** Every place that was passed, in order. */
  readonly passed: string[] = [];
  #dead = false;
  readonly #blowsAt: number;

  /** @param blowsAt the number of the step at which it dies, from 1; 0 never */
  constructor(blowsAt: number) {
    this.#blowsAt = blowsAt;
  }

  get blown(): boolean {
    return this.#dead;
  }

  step(place: string): void {
    if (!this.#dead) {
      this.passed.push(place);
      this.#dead = this.passed.length === this.#blowsAt;
    }
    if (this.#dead) throw new Killed(place);
  }
}

/** Dies before a transaction, before its commit (which rolls it back), or right after it. */
export function fusedStore(store: Store, fuse: Fuse): Store {
  return {
    async asWorker(work, counter) {
      fuse.step('before a transaction');
      const result = await store.asWorker(async (tx) => {
        const value = await work(tx);
        fuse.step('before a commit');
        return value;
      }, counter);
      fuse.step('after a commit');
      return result;
    },
    withApplication: (tenant, work, counter) => store.withApplication(tenant, work, counter),
    close: () => store.close(),
  };
}

/** Dies before a call, or after the provider did it. */
export function fusedConnector(connector: Connector, fuse: Fuse): Connector {
  const around = async <T>(name: string, call: () => Promise<T>): Promise<T> => {
    fuse.step(`before ${name}`);
    const answer = await call();
    fuse.step(`after ${name}`);
    return answer;
  };
  return {
    provider: connector.provider,
    connect: (session) => around('connect', () => connector.connect(session)),
    calendars: (session) => around('calendars', () => connector.calendars(session)),
    async *pull(session, calendar, token, known) {
      const pages = connector.pull(session, calendar, token, known)[Symbol.asyncIterator]();
      while (true) {
        const page = await around('a page', () => pages.next());
        if (page.done === true) return;
        yield page.value;
      }
    },
    read: (session, calendar, remoteId) => around('read', () => connector.read(session, calendar, remoteId)),
    write: (session, calendar, request) => around('write', () => connector.write(session, calendar, request)),
    remove: (session, calendar, remoteId, etag) =>
      around('remove', () => connector.remove(session, calendar, remoteId, etag)),
    createCalendar: (session, calendar) => around('createCalendar', () => connector.createCalendar(session, calendar)),
    deleteCalendar: (session, calendar) => around('deleteCalendar', () => connector.deleteCalendar(session, calendar)),
    freeBusy: (session, calendars, window) => around('freeBusy', () => connector.freeBusy(session, calendars, window)),
  };
}
