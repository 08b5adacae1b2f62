/** Providers that hand over poison, and connectors that lie. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Connector, PullPage, RemoteResource } from '../../../datasources/providers/connector.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { connectorBut, content, createWorld, event, uids, type World } from '../world.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 6 });
});
afterAll(() => fresh.drop());

const home = (world: World) => [...world.provider.calendars.keys()][0] ?? '';
const resource = (uid: string, more: Partial<RemoteResource> = {}): RemoteResource => ({
  remoteId: `/${encodeURIComponent(uid)}.ics`,
  etag: '"1"',
  raw: null,
  object: event(uid),
  skipped: [],
  ...more,
});
const page = (more: Partial<PullPage>): PullPage => ({
  resources: [],
  unchanged: [],
  removed: [],
  skipped: [],
  syncToken: 'token',
  full: true,
  ...more,
});

/** A connector that pulls what it is told to. */
const lying = (pull: Connector['pull']) => (connector: Connector) => connectorBut(connector, { pull });

async function* pagesOf(...pages: (PullPage | Error)[]): AsyncGenerator<PullPage> {
  for (const one of pages) {
    if (one instanceof Error) throw one;
    yield one;
  }
}

describe('poison', () => {
  test('what cannot be stored is named, one by one, and the rest goes on', async () => {
    const poison = [
      resource('nul', { object: { ...event('nul'), master: content('a\u0000b') } }),
      resource('nul in raw', { raw: 'BEGIN:VCALENDAR\u0000' }),
      resource('absurd', {
        object: event('absurd', 'absurd', {
          start: { kind: 'utc', instant: Number.MAX_SAFE_INTEGER },
          end: { kind: 'utc', instant: Number.MAX_SAFE_INTEGER },
        }),
      }),
      resource('no zone', {
        object: event('no zone', 'no zone', {
          start: { kind: 'zoned', local: 'yesterday', zone: 'Mars/Olympus', instant: Number.NaN },
          end: { kind: 'zoned', local: 'tomorrow', zone: 'Mars/Olympus', instant: Number.NaN },
          rules: ['RRULE:FREQ=DAILY'],
        }),
      }),
      resource('a rule of no meaning', {
        object: event('a rule of no meaning', 'x', { rules: ['RRULE:FREQ=SOMETIMES'] }),
      }),
      resource(`long ${'u'.repeat(100_000)}`, { remoteId: '/long.ics' }),
    ];
    const good = uids('good', 300).map((uid) => resource(uid));
    const resources = [...good.slice(0, 100), ...poison, ...good.slice(100)];
    const world = await createWorld(fresh, { wrapConnector: lying(() => pagesOf(page({ resources }))) });
    await world.poll();
    const rows = (await world.events(home(world))).filter((row) => row.uid.startsWith('good'));
    expect(rows).toHaveLength(300);
    const [run] = await world.runs(home(world));
    expect(run).toMatchObject({ status: 'SUCCEEDED' });
    const named = new Set(run?.skipped.map(({ uid }) => uid?.slice(0, 20)));
    const stored = new Set((await world.events(home(world))).map((row) => row.uid.slice(0, 20)));
    // Each is either kept in some form or named: none is lost in silence.
    for (const { object } of poison) expect([...named, ...stored]).toContain(object.uid.slice(0, 20));
    expect(named).toContain('absurd');
    expect(await world.calendar(home(world))).toMatchObject({ sync_token: 'token', initial_sync_done: true });
    expect(await world.profile()).toMatchObject({ status: 'CONNECTED' });
  });

  test('what the connector could not read is named and never deleted; a hundred names are enough', async () => {
    const first = page({ resources: uids('event', 130).map((uid) => resource(uid)) });
    const skipped = uids('event', 120).map((uid) => ({ uid, line: 7, reason: 'no DTSTART', remoteId: `/${uid}.ics` }));
    const second = page({
      skipped,
      unchanged: uids('event', 130)
        .slice(120)
        .map((uid) => `/${uid}.ics`),
    });
    const answers = [first, second];
    const world = await createWorld(fresh, { wrapConnector: lying(() => pagesOf(answers.shift() ?? page({}))) });
    await world.poll();
    const { id } = await world.calendar(home(world));
    await world.poll({ calendar: { id, kind: 'RECONCILIATION' } });
    expect((await world.events(home(world))).filter((row) => row.deleted)).toEqual([]);
    const [, run] = await world.runs(home(world));
    expect(run?.skipped).toHaveLength(101);
    expect(run?.skipped[0]).toEqual({ uid: 'event-0000', reason: 'no DTSTART' });
    expect(run?.skipped[100]).toEqual({ uid: null, reason: 'and 20 more' });
  });

  test('two resources with one uid: the first is kept, the second is named', async () => {
    const world = await createWorld(fresh, {
      wrapConnector: lying(() =>
        pagesOf(
          page({ resources: [resource('twin'), resource('twin', { remoteId: '/other.ics' }), resource('alone')] }),
        ),
      ),
    });
    await world.poll();
    expect((await world.events(home(world))).map((row) => [row.uid, row.remote_id])).toEqual([
      ['alone', '/alone.ics'],
      ['twin', '/twin.ics'],
    ]);
    expect((await world.runs(home(world)))[0]?.skipped).toEqual([
      { uid: 'twin', reason: expect.stringContaining('RFC 4791') },
    ]);
  });
});

describe('a connector that lies', () => {
  test.each<[string, () => AsyncIterable<PullPage>]>([
    ['no page at all', () => pagesOf()],
    [
      'an error that is not a ProviderError',
      () => pagesOf(page({ resources: [resource('one')] }), new TypeError('boom')),
    ],
    [
      'a pull that throws at once',
      () => {
        throw new RangeError('boom');
      },
    ],
  ])('%s is a failure of the run, and deletes nothing', async (_, pull) => {
    const world = await createWorld(fresh, {
      wrapConnector: (connector) =>
        lying((...parameters) => (broken ? pull() : connector.pull(...parameters)))(connector),
    });
    let broken = false;
    for (const uid of uids('event', 3)) world.provider.put(home(world), event(uid));
    await world.poll();
    broken = true;
    world.provider.put(home(world), event('more'));
    const outcome = await world.poll();
    expect(outcome).toMatchObject({ status: 'polled', failure: { code: 'MALFORMED_ANSWER' } });
    expect((await world.events(home(world))).filter((row) => row.deleted)).toEqual([]);
    expect((await world.runs(home(world))).at(-1)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'MALFORMED_ANSWER' },
    });
    expect((await world.calendar(home(world))).sync_token).toBe('3');
    broken = false;
    await world.poll();
    expect((await world.events(home(world))).filter((row) => !row.deleted).map((row) => row.uid)).toContain('more');
  });

  test('an answer that never comes ends with the run’s time, not with the service', async () => {
    const world = await createWorld(fresh, { settings: { answerTime: 50 } });
    world.provider.faults.add('pull', { kind: 'hang' });
    expect(await world.poll()).toMatchObject({ status: 'polled', failure: { code: 'UNREACHABLE' } });
    world.provider.faults.add('calendars', { kind: 'hang' });
    expect(await world.poll()).toMatchObject({ status: 'polled', failure: { code: 'UNREACHABLE' } });
    expect(await world.poll()).toMatchObject({ status: 'polled', failure: null });
  });

  test('a page of 1,300 resources is stored in transactions of at most 500 rows', async () => {
    const resources = uids('event', 1_300).map((uid) => resource(uid));
    const sizes: number[] = [];
    const world = await createWorld(fresh, {
      wrapConnector: lying(() => pagesOf(page({ resources }))),
      wrapStore: (store) => ({
        ...store,
        asWorker: (work, counter) =>
          store.asWorker(async (tx) => {
            const count = async () => {
              const row = await tx
                .selectFrom('event')
                .select((eb) => eb.fn.countAll<string>().as('n'))
                .executeTakeFirst();
              return Number(row?.n ?? 0);
            };
            const before = await count();
            const result = await work(tx);
            sizes.push((await count()) - before);
            return result;
          }, counter),
      }),
    });
    await world.poll();
    expect(sizes.filter((size) => size > 0)).toEqual([500, 500, 300]);
  });

  test('what one page removes and a later one brings stays, and the other way round goes', async () => {
    const first = page({ resources: [resource('a'), resource('b')] });
    const second = [
      page({ full: false, removed: ['/a.ics'], resources: [resource('b', { etag: '"2"' })], syncToken: null }),
      page({ full: false, removed: ['/b.ics', '/never.ics'], resources: [resource('a', { etag: '"2"' })] }),
    ];
    const answers = [[first], second];
    const world = await createWorld(fresh, { wrapConnector: lying(() => pagesOf(...(answers.shift() ?? []))) });
    await world.poll();
    const { id } = await world.calendar(home(world));
    await world.poll({ calendar: { id, kind: 'INCREMENTAL' } });
    expect((await world.events(home(world))).map((row) => [row.uid, row.deleted])).toEqual([
      ['a', false],
      ['b', true],
    ]);
  });

  test('a home with the same calendar twice, absurd names and unknown zones', async () => {
    const world = await createWorld(fresh, {
      wrapConnector: (connector) => ({
        ...lying((...parameters) => connector.pull(...parameters))(connector),
        calendars: async (session) => {
          const [one] = await connector.calendars(session);
          if (one === undefined) return [];
          const absurd = { ...one, name: `\u0000${'n'.repeat(5_000)}`, timeZone: 'Mars/Olympus' };
          return [absurd, one, absurd];
        },
      }),
    });
    expect(await world.poll()).toMatchObject({ failure: null });
    const calendar = await world.calendar(home(world));
    expect(calendar.name).toHaveLength(1_000);
    expect(calendar.time_zone).toBeNull();
  });
});
