/** One account's sync on two nodes: paused, killed and stopped in the middle of it, and nothing is done twice or lost. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Loose } from '../setup/graph.ts';
import { type CalDavServer, missing, startServer } from '../setup/servers.ts';
import type { Service } from '../setup/service.ts';
import { type Cluster, createCluster, nodesMissing, until } from './cluster.ts';
import { isPull, isRead, isWrite, type Provider, resource, startProvider } from './provider.ts';
import { endSubscribers, Subscriber } from './subscriber.ts';

const lacking = nodesMissing() ?? missing('radicale');
if (lacking !== null) console.warn(`left out: sync on several nodes, because ${lacking}`);
const several = lacking === null ? describe : describe.skip;

several('the sync of one account on two nodes', () => {
  let server: CalDavServer;
  let provider: Provider;
  let cluster: Cluster;
  let a: Service;
  let b: Service;
  let calendarId = '';
  let profileId = '';

  beforeAll(async () => {
    [server, cluster] = await Promise.all([startServer('radicale'), createCluster(2)]);
    provider = await startProvider(server);
    [a, b] = cluster.nodes as [Service, Service];
    await provider.foreign('MKCALENDAR', 'team/');
    await cluster.start(a);
    const { connectCalDav } = await a.graph(
      `mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) {
        profile { id calendars { id name } } userErrors { code path message } } }`,
      { input: { serverUrl: provider.url, username: server.alice.username, password: server.alice.password } },
    );
    ({ id: profileId } = connectCalDav.profile);
    calendarId = connectCalDav.profile.calendars.find((calendar: Loose) => /team/.test(calendar.name)).id;
    await until(async () => {
      const { profile } = await a.graph('query ($id: ID!) { profile(id: $id) { initialSyncRequired } }', {
        id: profileId,
      });
      return !profile.initialSyncRequired;
    }, 'the first sync');
  }, 180_000);
  afterEach(endSubscribers);
  afterAll(async () => {
    await cluster?.close();
    await provider?.close();
    await server?.stop();
  });

  const isUp = async (node: Service) => (await fetch(`${node.address}/livez`).catch(() => null))?.ok === true;
  /** Who does the work is known where one node alone is up. */
  const only = async (node: Service): Promise<void> => {
    for (const other of cluster.nodes) if (other !== node && (await isUp(other))) expect(await other.stop()).toBe(0);
    if (!(await isUp(node))) await cluster.start(node);
  };
  const both = async (): Promise<void> => {
    for (const node of cluster.nodes) if (!(await isUp(node))) await cluster.start(node);
  };
  const upsert = (node: Service, key: string, summary: string): Promise<Loose> =>
    node.graph(
      `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) {
        event { id uid } operation { id status } userErrors { code message } } }`,
      {
        input: {
          calendarId,
          key,
          summary,
          start: { timed: { dateTime: '2026-11-25T10:00:00Z' } },
          end: { timed: { dateTime: '2026-11-25T11:00:00Z' } },
        },
      },
    );
  const cursor = async (node: Service): Promise<string> => (await node.graph('{ changes { cursor } }')).changes.cursor;
  const pollSoon = () => cluster.query(`update profile set next_poll_at = now() where id = $1`, [profileId]);
  const rows = (uid: string) =>
    cluster.query<{ id: string; version: string }>(
      `select id, version::text as version from event where uid = $1 and deleted_at is null`,
      [uid],
    );
  /** All that sync work writes, as it stands. */
  const written = async () => ({
    changes: await cluster.query(
      `select sequence::text, kind, subject_id from change_log order by account_ordinal, sequence`,
    ),
    events: await cluster.query(`select id, version::text, etag from event order by id`),
    operations: await cluster.query(`select id, status, attempts from operation order by id`),
    runs: await cluster.query(`select id, status, finished_at from sync_run order by id`),
  });
  const told = (id: string | undefined) =>
    cluster.query<{ kind: string }>(`select kind from change_log where subject_id = $1 order by sequence`, [id]);

  test('a node that stood still for longer than its lease writes nothing more: not here, and not at the provider', async () => {
    await only(a);
    const first = await upsert(a, 'paused', 'before');
    expect(first.upsertEvent.operation.status).toBe('APPLIED');
    const pull = provider.hold(isPull);
    await provider.foreign('PUT', 'team/pull.ics', resource('pull@example.com', 'pulled'));
    await pollSoon();
    await pull.arrived;
    // Refused once, so that it reads before it writes again: there it is stopped.
    provider.answer(isWrite, { status: 412 });
    const read = provider.hold(isRead, 'after');
    const answered = upsert(a, 'paused', 'after');
    await read.arrived;
    a.signal('SIGSTOP');
    await cluster.start(b);
    await until(async () => (await rows('pull@example.com')).length === 1, 'the pull by the other node');
    await until(async () => {
      const left = await cluster.query(`select 1 from operation where status = 'PENDING'`);
      return left.length === 0;
    }, 'the write by the other node');
    const before = await written();
    const writes = provider.writes();
    a.signal('SIGCONT');
    pull.release();
    read.release();
    expect((await answered).upsertEvent.operation.status).toMatch(/APPLIED|PENDING/);
    await until(() => a.output().includes('was taken over'), 'the loss to be noticed');
    // Another poll of whichever node: what it still did would be done by then.
    await provider.foreign('PUT', 'team/behind.ics', resource('behind@example.com', 'behind it'));
    await pollSoon();
    await until(async () => (await rows('behind@example.com')).length === 1, 'the poll behind it');
    expect(provider.writes()).toBe(writes);
    const after = await written();
    expect(after.changes.slice(0, before.changes.length)).toEqual(before.changes);
    expect(after.changes.slice(before.changes.length)).toMatchObject([{ kind: 'EVENT_CREATED' }]);
    const ids = new Set(before.events.map(({ id }) => id));
    expect(after.events.filter(({ id }) => ids.has(id))).toEqual(before.events);
    expect(after.operations).toEqual(before.operations);
    const runs = new Set(before.runs.map(({ id }) => id));
    expect(after.runs.filter(({ id }) => runs.has(id))).toEqual(before.runs);
    expect(await provider.foreign('GET', 'team/')).toContain('SUMMARY:after');
  }, 120_000);

  test('what is written on one node reaches a subscriber on the other', async () => {
    await both();
    const subscriber = new Subscriber(() => b, await cursor(a));
    subscriber.start();
    await provider.foreign('PUT', 'team/seen.ics', resource('seen@example.com', 'seen'));
    await pollSoon();
    await until(() => subscriber.seen.length === 1, 'the change at the other node');
    const [event] = await rows('seen@example.com');
    expect(subscriber.seen).toEqual([`EVENT_CREATED ${event?.id}`]);
  }, 60_000);

  test('both are asked for the same sync again and again, and one at a time does it', async () => {
    const sync = (node: Service) =>
      node.graph(`mutation ($input: SyncCalendarInput!) { syncCalendar(input: $input) { userErrors { message } } }`, {
        input: { calendarId, kind: 'FULL' },
      });
    await both();
    await Promise.all([1, 2, 3].flatMap(() => [sync(a), sync(b)]));
    const [overlapping] = await cluster.query<{ count: number }>(
      `select count(*)::int as count from sync_run x join sync_run y on x.account_id = y.account_id and x.id < y.id
        and tstzrange(x.started_at, x.finished_at) && tstzrange(y.started_at, y.finished_at)
        where x.kind = 'FULL' and y.kind = 'FULL'`,
    );
    expect(overlapping).toEqual({ count: 0 });
    const [full] = await cluster.query<{ count: number }>(
      `select count(*)::int as count from sync_run where kind = 'FULL' and status = 'SUCCEEDED'`,
    );
    expect(full?.count).toBeGreaterThanOrEqual(2);
  }, 60_000);

  test('a node killed in a sync: another takes over when its lease ends, and nothing is doubled', async () => {
    await only(a);
    const pull = provider.hold(isPull);
    await provider.foreign('PUT', 'team/killed.ics', resource('killed@example.com', 'while it was killed'));
    await pollSoon();
    await pull.arrived;
    // The server has it, and nobody hears of that.
    const write = provider.hold(isWrite, 'after');
    const lost = upsert(a, 'killed', 'Once').catch(() => null);
    await write.arrived;
    const [lease] = await cluster.query<{ fence: string }>(`select fence::text from lease where expires_at > now()`);
    await a.kill();
    await lost;
    pull.release();
    write.release();
    await cluster.start(b);
    await until(async () => (await rows('killed@example.com')).length === 1, 'the pull by the other node');
    await until(async () => {
      const left = await cluster.query(`select 1 from operation where status = 'PENDING'`);
      return left.length === 0;
    }, 'the write to be recognised');
    const [taken] = await cluster.query<{ fence: string }>(
      `select fence::text from lease order by expires_at desc limit 1`,
    );
    expect(Number(taken?.fence)).toBeGreaterThan(Number(lease?.fence));
    const [pulled] = await rows('killed@example.com');
    expect(await told(pulled?.id)).toEqual([{ kind: 'EVENT_CREATED' }]);
    const listing = await provider.foreign('GET', 'team/');
    expect(listing.match(/SUMMARY:Once/g)).toHaveLength(1);
    const operations = await cluster.query<{ status: string }>(`select distinct status from operation`);
    expect(operations).toEqual([{ status: 'APPLIED' }]);
  }, 120_000);

  test('a node that stops gives its leases back: another goes on before they would have ended', async () => {
    await only(b);
    const pull = provider.hold(isPull);
    await provider.foreign('PUT', 'team/drained.ics', resource('drained@example.com', 'while it was drained'));
    await pollSoon();
    await pull.arrived;
    await cluster.start(a);
    const write = provider.hold(isWrite);
    const answered = upsert(b, 'drained', 'Finished');
    await write.arrived;
    const [held] = await cluster.query<{ fence: string; at: string }>(
      `select fence::text, (expires_at at time zone 'UTC')::text as at from lease where expires_at > clock_timestamp()`,
    );
    if (held === undefined) throw new Error('expected a lease to be held');
    b.signal('SIGTERM');
    await until(async () => (await fetch(`${b.address}/readyz`).catch(() => null))?.ok !== true, 'not ready');
    // What is under way is finished, and answered.
    write.release();
    expect((await answered).upsertEvent.operation.status).toBe('APPLIED');
    await until(async () => (await rows('drained@example.com')).length === 1, 'the pull by the other node');
    const [run] = await cluster.query<{ early: boolean }>(
      `select started_at < $1::timestamp at time zone 'UTC' + interval '8 seconds' as early from sync_run order by started_at desc limit 1`,
      [held.at],
    );
    expect(run).toEqual({ early: true });
    expect(await b.ended()).toBe(0);
    pull.release();
  }, 120_000);
});
