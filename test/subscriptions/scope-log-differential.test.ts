/** Whatever is committed in whatever order, whoever asks for whatever: from memory and from the database comes the same. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { currentPosition, type LogPosition } from '../../datasources/store/change-log/read.ts';
import { includesSnapshot } from '../../datasources/store/change-log/snapshot.ts';
import { appendChanges, type ChangeEntry } from '../../datasources/store/change-log.ts';
import type { Tx } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import { type ChangeFilter, logFilter, type ReadBatch, type Reading, readBehind } from '../../subscriptions/changes.ts';
import { createScopeLogs, type ScopeLog, type ScopeLogs } from '../../subscriptions/scope-log.ts';
import { createWakeUps } from '../../subscriptions/wake-up.ts';
import { type FreshStore, freshStore, testKeyRing } from '../setup/database.ts';
import { insertTenant, type TenantFixture } from '../setup/fixtures.ts';
import { actorOf, changeOf } from './nodes.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 12 });
});
afterAll(() => fresh.drop());

const accounts = 3;
const account = fc.nat(accounts - 1);
const filter: fc.Arbitrary<{ readonly accounts: number[] | null } & Omit<ChangeFilter, 'accountIds' | 'calendarIds'>> =
  fc.record({
    accounts: fc.option(fc.uniqueArray(account, { maxLength: accounts })),
    kinds: fc.option(
      fc.subarray(['EVENT_CREATED', 'EVENT_UPDATED', 'CALENDAR_UPDATED', 'AUTHORIZATION_REVOKED'] as const),
    ),
    managed: fc.constantFrom('EXCLUDE', 'INCLUDE', 'ONLY'),
    includeOwn: fc.boolean(),
  });

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('begin' as const), account, early: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('end' as const), which: fc.nat(5), commits: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('commit' as const), account, count: fc.integer({ min: 1, max: 5 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('access' as const),
      account,
      what: fc.constantFrom('grant', 'profile', 'scopes'),
      looks: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('read' as const),
      as: fc.constantFrom('application', 'application', 'application', 'account', 'element'),
      account,
      filter,
      questions: fc.array(
        fc.record({
          from: fc.nat(1_000),
          until: fc.option(fc.nat(1_000), { freq: 2 }),
          first: fc.integer({ min: 1, max: 6 }),
        }),
        { minLength: 1, maxLength: 4 },
      ),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Transactions in the middle, an application with some accounts, and everything that is asked twice. */
class World {
  readonly #tenants: readonly TenantFixture[];
  readonly #logs: ScopeLogs;
  readonly #look: () => Promise<void>;
  readonly #open: { readonly account: number; readonly locks: boolean; end(commits: boolean): Promise<void> }[] = [];
  readonly #positions: LogPosition[] = [];
  readonly fromMemory = { sqlQueries: 0 };
  reads = 0;
  #events = 0;

  constructor(tenants: readonly TenantFixture[], logs: ScopeLogs, look: () => Promise<void>) {
    this.#tenants = tenants;
    this.#logs = logs;
    this.#look = look;
  }

  async take(one: Step): Promise<void> {
    if (one.do === 'begin') await this.#begin(one.account, one.early);
    else if (one.do === 'end') await this.#end(one.which, one.commits);
    else if (one.do === 'commit') await this.#append(one.account, one.count);
    else if (one.do === 'access') await this.#changeAccess(one.account, one.what, one.looks);
    else await this.#read(one);
    this.#positions.push(await fresh.store.asWorker(currentPosition));
  }

  async end(): Promise<void> {
    while (this.#open.length > 0) await this.#end(0, false);
  }

  #entries(at: number, count: number): ChangeEntry[] {
    const tenant = this.#tenant(at);
    return Array.from({ length: count }, () => {
      const n = this.#events++;
      return changeOf(tenant, `e${n}`, {
        kind: n % 3 === 0 ? 'EVENT_CREATED' : n % 3 === 1 ? 'EVENT_UPDATED' : 'CALENDAR_UPDATED',
        managedBy: n % 2 === 0 ? tenant.applicationId : null,
      });
    });
  }

  #tenant(at: number): TenantFixture {
    const tenant = this.#tenants[at];
    if (tenant === undefined) throw new RangeError(String(at));
    return tenant;
  }

  /** Who holds an account's lock keeps everybody else from it. */
  #isFree(at: number): boolean {
    return this.#open.every((one) => one.account !== at || !one.locks);
  }

  /** @param early whether it writes at its begin; else it takes its number then, and writes behind those who came later. */
  async #begin(at: number, early: boolean): Promise<void> {
    if (!this.#isFree(at) || this.#open.length >= 6) return;
    const gate = Promise.withResolvers<boolean>();
    const begun = Promise.withResolvers<void>();
    const over = fresh.store
      .asWorker(async (tx) => {
        if (early) await this.#write(tx, at, 2);
        else await sql`select pg_current_xact_id()`.execute(tx);
        begun.resolve();
        if (!(await gate.promise)) throw new Error('rolled back');
        if (!early) await this.#write(tx, at, 2);
      })
      .catch(() => {});
    await begun.promise;
    this.#open.push({
      account: at,
      locks: early,
      end: async (commits) => {
        gate.resolve(commits);
        await over;
      },
    });
  }

  async #end(which: number, commits: boolean): Promise<void> {
    const [one] = this.#open.splice(which % Math.max(1, this.#open.length), 1);
    await one?.end(commits && this.#isFree(one.account));
  }

  async #append(at: number, count: number): Promise<void> {
    if (this.#isFree(at)) await fresh.store.asWorker((tx) => this.#write(tx, at, count));
  }

  #write(tx: Tx, at: number, count: number): Promise<void> {
    const tenant = this.#tenant(at);
    const madeBy = this.#events % 4 === 0 ? tenant.applicationId : null;
    return appendChanges(tx, tenant.accountId, this.#entries(at, count), { madeBy });
  }

  async #changeAccess(at: number, what: string, looks: boolean): Promise<void> {
    if (!this.#isFree(at)) return;
    const { accountId, applicationId, grantId, profileId } = this.#tenant(at);
    const madeBy = looks ? applicationId : null;
    await fresh.store.asWorker(async (tx) => {
      const tell = (kind: ChangeEntry['kind'], subjectId: string) => {
        const about = { profileId: subjectId === profileId ? profileId : null, calendarId: null, managedBy: null };
        return appendChanges(tx, accountId, [{ kind, subjectId, ...about, audience: applicationId }], { madeBy });
      };
      if (what === 'profile') {
        const mark = { application_id: applicationId, profile_id: profileId };
        const { numDeletedRows } = await tx
          .deleteFrom('revoked_profile')
          .where('profile_id', '=', profileId)
          .executeTakeFirst();
        if (numDeletedRows === 0n) await tx.insertInto('revoked_profile').values(mark).execute();
        return tell(numDeletedRows === 0n ? 'PROFILE_REVOKED' : 'PROFILE_LINKED', profileId);
      }
      const grant = await tx
        .selectFrom('authorization_grant')
        .selectAll()
        .where('id', '=', grantId)
        .executeTakeFirstOrThrow();
      const ends = what === 'grant' && grant.status === 'ACTIVE';
      const scopes =
        what === 'grant'
          ? grant.scopes
          : grant.scopes.length > 1
            ? ['list_calendars']
            : ['list_calendars', 'read_events', 'read_account'];
      await tx
        .updateTable('authorization_grant')
        .set({ status: ends ? 'REVOKED' : 'ACTIVE', scopes })
        .where('id', '=', grantId)
        .execute();
      return tell(ends ? 'AUTHORIZATION_REVOKED' : 'ACCOUNT_AUTHORIZED', accountId);
    });
    if (looks) await this.#look();
  }

  #actor(as: string, at: number): Actor {
    const tenant = this.#tenant(at);
    if (as !== 'element') return actorOf(tenant, as === 'account' ? tenant.accountId : null);
    const accountIds = [tenant.accountId, this.#tenant((at + 1) % accounts).accountId];
    const element = { origin: 'https://example.com', accountIds, permissions: [] };
    return { ...actorOf(tenant), kind: 'ELEMENT_TOKEN', element };
  }

  async #read(one: Step & { readonly do: 'read' }): Promise<void> {
    const actor = this.#actor(one.as, one.account);
    const { accounts: named, ...rest } = one.filter;
    const asked = { ...rest, accountIds: named?.map((at) => this.#tenant(at).accountId) ?? null };
    const reading: Reading = { store: fresh.store, seal: testKeyRing, actor, filter: logFilter(asked, actor) };
    const log = this.#logs.of({ ...reading, counter: this.fromMemory });
    await fresh.logAtRest();
    for (const { from: at, until: end, first } of one.questions) {
      const from = at % this.#positions.length;
      const later = this.#positions.slice(from);
      const until = end === null ? undefined : later[end % later.length];
      // What ends in the past may be answered from what was read before the access changed, until a look has told so.
      if (until !== undefined) await this.#look();
      await this.#readOn(log, reading, { position: this.#positions[from] as LogPosition, first, until });
    }
  }

  async #readOn(
    log: ScopeLog,
    reading: Reading,
    {
      position,
      first,
      until,
    }: { position: LogPosition; readonly first: number; readonly until: LogPosition | undefined },
  ): Promise<void> {
    for (let at = position, pages = 0; pages < 300; pages++) {
      const [remembered, read] = [await log.read(at, first, until), await readBehind(reading, at, first, until)];
      expect(told(remembered)).toEqual(told(read));
      this.reads++;
      if (until !== undefined) expect(includesSnapshot(until.old, remembered.position.old)).toBe(true);
      if (remembered.exhausted) return;
      at = remembered.position;
    }
    throw new Error('it never came to an end');
  }
}

/** Without the cursors, which are sealed with a nonce each. */
function told({ changes, position, exhausted }: ReadBatch) {
  return { changes: changes.map((change) => ({ ...change })), position, exhausted };
}

async function play(steps: readonly Step[], rowsPerScope: number): Promise<World> {
  const first = await insertTenant(fresh.store);
  const tenants = [
    first,
    await insertTenant(fresh.store, { of: first }),
    await insertTenant(fresh.store, { of: first }),
  ];
  const wakeUps = createWakeUps({ store: fresh.store, pollMilliseconds: 3_600_000 });
  // Never too old: whatever is told from memory must be right for as long as looks say so.
  const logs = createScopeLogs({ wakeUps, rowsPerScope, clock: { now: () => 0, after: () => () => {} } });
  let [looks, told] = [0, () => {}];
  wakeUps.observe({
    looked: () => {
      looks++;
      told();
    },
    unwatched: () => {},
  });
  const watch = await wakeUps.watch({ applicationId: first.applicationId, accountIds: null });
  const world = new World(tenants, logs, async () => {
    const before = looks;
    await new Promise<void>((resolve) => {
      told = () => looks > before && resolve();
      wakeUps.wake();
    });
  });
  try {
    for (const one of [{ do: 'commit', account: 0, count: 1 } as const, ...steps]) await world.take(one);
  } finally {
    await world.end();
    watch.close();
    await wakeUps.close();
  }
  return world;
}

test('memory and database answer alike', async () => {
  const total = { reads: 0, statements: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 15, maxLength: 40 }),
      fc.constantFrom(4, 20, 10_000),
      async (steps, rowsPerScope) => {
        const world = await play(steps, rowsPerScope);
        total.reads += world.reads;
        total.statements += world.fromMemory.sqlQueries;
      },
    ),
    { seed: 20261122, numRuns: 30 },
  );
  // It would say little if all of it came from the database.
  expect(total.reads).toBeGreaterThan(200);
  expect(total.statements).toBeLessThan(total.reads * 1.2);
}, 180_000);
