/** Every kind of change, as its cause in the graph or at the provider makes it: what is told of it, once, and in which order. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createMemoryConnector } from '../../datasources/providers/memory/connector.ts';
import { MemoryProvider } from '../../datasources/providers/memory/provider.ts';
import { kindOrder } from '../../datasources/store/change-log/order.ts';
import { appendChanges, type ChangeEntry, type ChangeKind } from '../../datasources/store/change-log.ts';
import { occurrenceId } from '../../domain/identity.ts';
import { type Loose, openGraph, type TestGraph } from '../setup/graph.ts';
import { event } from './world.ts';

/** What makes them comes with conferencing and triggers; appending them works (below). */
const ofLaterStages: Partial<Record<ChangeKind, string>> = {
  CONFERENCING_PROFILE_DISCONNECTED: 'conferencing logins',
  CONFERENCING_ASSIGNED: 'conferencing logins',
  CONFERENCING_FAILED: 'conferencing logins',
  EVENT_TRIGGERED: 'triggers',
};

const minute = 60_000;
const providers = new Map<string, MemoryProvider>();
let graph: TestGraph;
beforeAll(async () => {
  graph = await openGraph({
    caldav: createMemoryConnector(({ credential }) => {
      const provider = providers.get('username' in credential ? credential.username : '');
      if (provider === undefined) throw new Error('nobody of that name was added');
      return provider;
    }),
  });
});
afterAll(() => graph.close());

const errors = 'userErrors { code message }';
const changes = `query ($after: String, $filter: ChangeFilter) {
  changes(after: $after, filter: $filter) { cursor caughtUp changes { kind accountId subjectId own at cursor } } }`;
const newest = async (): Promise<string> => (await graph.data(changes)).changes.cursor;
type Told = readonly [ChangeKind, string];

/** Somebody with one calendar at a provider of their own, read for the first time. */
class User {
  readonly provider: MemoryProvider;
  readonly remoteId: string;
  accountId = '';
  profileId = '';
  calendarId = '';
  start = '';

  constructor(username: string) {
    this.provider = new MemoryProvider({ username, password: 'password' });
    this.remoteId = this.provider.addCalendar({ name: 'Work' });
    providers.set(username, this.provider);
  }

  async connect(): Promise<void> {
    const { connectCalDav } = await graph.data(
      `mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) {
        account { id } profile { id calendars { id } } ${errors} } }`,
      { input: { serverUrl: 'http://127.0.0.1:1/', username: this.provider.options.username, password: 'password' } },
    );
    this.accountId = connectCalDav.account.id;
    this.profileId = connectCalDav.profile.id;
    this.calendarId = connectCalDav.profile.calendars[0].id;
  }

  poll = () => graph.engine.pollNow(this.profileId);

  async eventId(uid: string): Promise<string> {
    const rows = await graph.fresh.superuser<{ id: string }>(
      'select id from event where calendar_id = $1 and uid = $2',
      [this.calendarId, uid],
    );
    return rows[0]?.id ?? '';
  }

  /** What was told since `start`. */
  async told(): Promise<Told[]> {
    const { changes: batch } = await graph.data(changes, {
      after: this.start,
      filter: { accountIds: [this.accountId], includeOwn: true },
    });
    expect(batch.caughtUp).toBe(true);
    return batch.changes.map((change: Loose) => [change.kind, change.subjectId]);
  }
}

async function mutate(name: string, type: string, input: object): Promise<Loose> {
  return (await graph.data(`mutation ($input: ${type}!) { ${name}(input: $input) { ${errors} } }`, { input }))[name];
}
const write = async (calendarId: string, key: string): Promise<Loose> => {
  const answer = await graph.run(
    `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } operation { id status } } }`,
    {
      input: {
        calendarId,
        key,
        summary: key,
        start: { timed: { dateTime: '2026-03-02T10:00:00Z', timeZone: 'Europe/London' } },
        end: { timed: { dateTime: '2026-03-02T11:00:00Z', timeZone: 'Europe/London' } },
      },
    },
  );
  return answer.data.upsertEvent;
};

/** By what each kind is made: does it, and answers everything that is to be told of it. */
const made: Partial<Record<ChangeKind, (user: User) => Promise<readonly Told[]>>> = {
  async EVENT_CREATED(user) {
    user.provider.put(user.remoteId, event('new'));
    await user.poll();
    return [['EVENT_CREATED', await user.eventId('new')]];
  },
  async EVENT_UPDATED(user) {
    user.provider.put(user.remoteId, event('kept', 'renamed'));
    await user.poll();
    return [['EVENT_UPDATED', await user.eventId('kept')]];
  },
  async EVENT_DELETED(user) {
    user.provider.delete(user.remoteId, user.provider.placeOf(user.remoteId, 'kept'));
    await user.poll();
    return [['EVENT_DELETED', await user.eventId('kept')]];
  },
  async CALENDAR_CREATED(user) {
    user.provider.addCalendar({ name: 'Second' });
    await user.poll();
    const [row] = await graph.fresh.superuser<{ id: string }>(
      `select id from calendar where profile_id = $1 and name = 'Second'`,
      [user.profileId],
    );
    return [['CALENDAR_CREATED', row?.id ?? '']];
  },
  async CALENDAR_UPDATED(user) {
    user.provider.calendar(user.remoteId).name = 'Renamed';
    await user.poll();
    return [['CALENDAR_UPDATED', user.calendarId]];
  },
  async CALENDAR_DELETED(user) {
    const kept = user.provider.addCalendar({ name: 'Stays' });
    await user.poll();
    user.start = await newest();
    user.provider.calendars.delete(user.remoteId);
    const now = Date.now();
    graph.clock.now = now;
    await user.poll();
    expect(await user.told()).toEqual([]); // not believed at once (semantics D8)
    graph.clock.now = now + 11 * minute;
    await user.poll();
    expect(user.provider.calendars.has(kept)).toBe(true);
    // Its events went with it, and are not told one by one.
    return [['CALENDAR_DELETED', user.calendarId]];
  },
  async AVAILABILITY_RULE_CHANGED(user) {
    const { accountId } = user;
    const weeklyPeriods = [{ day: 'MONDAY', start: '09:00', end: '17:00' }];
    const upsert = `mutation ($rule: UpsertAvailabilityRuleInput!, $period: UpsertAvailablePeriodInput!) {
      upsertAvailabilityRule(input: $rule) { rule { id } ${errors} } upsertAvailablePeriod(input: $period) { period { id } ${errors} } }`;
    const input = {
      rule: { accountId, key: 'hours', timeZone: 'Europe/London', weeklyPeriods },
      period: { accountId, key: 'once', start: '2026-03-02T10:00:00Z', end: '2026-03-02T11:00:00Z' },
    };
    const { upsertAvailabilityRule, upsertAvailablePeriod } = await graph.data(upsert, input);
    await graph.data(upsert, input); // the same call twice, one change
    return [
      ['AVAILABILITY_RULE_CHANGED', upsertAvailabilityRule.rule.id],
      ['AVAILABILITY_RULE_CHANGED', upsertAvailablePeriod.period.id],
    ];
  },
  async HOLD_ENDED(user) {
    const input = {
      participants: [{ members: [{ accountId: user.accountId }] }],
      requiredDuration: 'PT30M',
      search: { starts: ['2026-06-01T10:00:00Z'] },
    };
    const offer = 'query ($input: AvailabilityInput!) { availability(input: $input) { slots { token } } }';
    const { availability } = await graph.data(offer, { input });
    const create = `mutation ($input: CreateHoldInput!) { createHold(input: $input) { hold { id } ${errors} } }`;
    const { createHold } = await graph.data(create, {
      input: { slots: [{ slotToken: availability.slots[0].token }] },
    });
    const { id } = createHold.hold;
    const release = `mutation ($input: ReleaseHoldInput!) { releaseHold(input: $input) { hold { id } ${errors} } }`;
    await graph.data(release, { input: { holdId: id } });
    await graph.data(release, { input: { holdId: id } }); // over already
    return [['HOLD_ENDED', id]];
  },
  async ACCOUNT_AUTHORIZED() {
    return connecting();
  },
  async PROFILE_LINKED() {
    return connecting();
  },
  async PROFILE_INITIAL_SYNC_COMPLETED() {
    return connecting();
  },
  async PROFILE_DEGRADED(user) {
    user.provider.faults.add('*', { kind: 'unreachable' }, 2);
    await user.poll();
    expect(await user.told()).toEqual([]);
    await user.poll();
    return [['PROFILE_DEGRADED', user.profileId]];
  },
  async PROFILE_DISCONNECTED(user) {
    return [
      ['PROFILE_DEGRADED', user.profileId],
      ['PROFILE_DISCONNECTED', await disconnected(user)],
    ];
  },
  async PROFILE_RECONNECTED(user) {
    await disconnected(user);
    user.start = await newest();
    user.provider.faults.clear();
    await user.connect();
    return [['PROFILE_RECONNECTED', user.profileId]];
  },
  async PROFILE_REVOKED(user) {
    await mutate('revokeProfile', 'RevokeProfileInput', { profileId: user.profileId });
    return [['PROFILE_REVOKED', user.profileId]];
  },
  async OPERATION_FAILED(user) {
    user.provider.faults.add('write', { kind: 'unreachable' });
    const { event: intended, operation } = await write(user.calendarId, 'refused');
    expect(operation.status).toBe('PENDING');
    user.start = await newest();
    user.provider.faults.add('write', { kind: 'rejected' });
    await graph.engine.attemptOperation(operation.id);
    // What was shown as intended is not there after all: first that, then why.
    return [
      ['EVENT_DELETED', intended.id],
      ['OPERATION_FAILED', operation.id],
    ];
  },
  async AUTHORIZATION_REVOKED(user) {
    await mutate('revokeAuthorization', 'RevokeAuthorizationInput', { authorization: { accountId: user.accountId } });
    return [['AUTHORIZATION_REVOKED', user.accountId]];
  },
  async ERASURE_REQUESTED(user) {
    await mutate('revokeAuthorization', 'RevokeAuthorizationInput', {
      authorization: { accountId: user.accountId },
      erase: true,
    });
    return [
      ['AUTHORIZATION_REVOKED', user.accountId],
      ['ERASURE_REQUESTED', user.accountId],
    ];
  },
};

let connections = 0;
/** Somebody new: the events that were there already are not told one by one (semantics D9). */
async function connecting(): Promise<readonly Told[]> {
  const user = new User(`new-${connections++}`);
  user.provider.put(user.remoteId, event('old'));
  user.start = await newest();
  await user.connect();
  await user.poll();
  const expected: Told[] = [
    ['ACCOUNT_AUTHORIZED', user.accountId],
    ['PROFILE_LINKED', user.profileId],
    ['CALENDAR_CREATED', user.calendarId],
    ['PROFILE_INITIAL_SYNC_COMPLETED', user.profileId],
  ];
  expect(await user.told()).toEqual(expected);
  return [];
}

async function disconnected(user: User): Promise<string> {
  user.provider.faults.add('*', { kind: 'credentials-rejected' }, 100);
  const now = Date.now();
  for (let refused = 0; refused < 3; refused++) {
    graph.clock.now = now + refused * minute;
    await user.poll();
  }
  return user.profileId;
}

test.each(Object.entries(made))('%s', async (kind, make) => {
  const user = new User(kind);
  user.provider.put(user.remoteId, event('kept'));
  await user.connect();
  await user.poll();
  user.start = await newest();
  try {
    const expected = await make(user);
    expect(await user.told()).toEqual(expected);
  } finally {
    graph.clock.now = null;
  }
});

describe('one transaction', () => {
  test('that touches a resource several times tells it once, and a series and its exception each by its own id', async () => {
    const user = new User('series');
    user.provider.put(user.remoteId, event('series'));
    await user.connect();
    await user.poll();
    user.start = await newest();
    const series = await user.eventId('series');
    const entry = { profileId: user.profileId, calendarId: user.calendarId, managedBy: null };
    const occurrence = occurrenceId(series, '20260303T130000Z' as never);
    const entries: ChangeEntry[] = [
      { kind: 'EVENT_UPDATED', subjectId: series, ...entry },
      { kind: 'CALENDAR_UPDATED', subjectId: user.calendarId, ...entry },
      { kind: 'EVENT_UPDATED', subjectId: occurrence, ...entry },
      { kind: 'EVENT_UPDATED', subjectId: series, ...entry },
    ];
    await graph.fresh.store.asWorker((tx) => appendChanges(tx, user.accountId, entries, { madeBy: null }));
    expect(await user.told()).toEqual([
      ['CALENDAR_UPDATED', user.calendarId],
      ['EVENT_UPDATED', series],
      ['EVENT_UPDATED', occurrence],
    ]);
  });

  test('tells the kinds in the documented order, those of later stages among them', async () => {
    const user = new User('all');
    await user.connect();
    await user.poll();
    user.start = await newest();
    const entries = [...kindOrder].reverse().map(
      (kind): ChangeEntry => ({
        kind,
        subjectId: `of ${kind}`,
        profileId: null,
        calendarId: null,
        managedBy: null,
        audience: graph.applicationId,
      }),
    );
    await graph.fresh.store.asWorker((tx) => appendChanges(tx, user.accountId, entries, { madeBy: null }));
    const told = (await user.told()).map(([kind]) => kind);
    const events = ['EVENT_CREATED', 'EVENT_UPDATED', 'EVENT_DELETED'];
    const ofEvents = (kind: string) => events.includes(kind);
    expect(told.filter((kind) => !ofEvents(kind))).toEqual(kindOrder.filter((kind) => !ofEvents(kind)));
    // Events keep the order in which they were written.
    const first = told.findIndex(ofEvents);
    expect(told.slice(first, first + 3)).toEqual([...events].reverse());
  });
});

describe('the schema’s ChangeKind', () => {
  const [, list = ''] = /enum ChangeKind \{([^}]*)\}/.exec(readFileSync('schema/changes.graphql', 'utf8')) ?? [];
  const kinds = list
    .replaceAll(/"[^"]*"/g, '')
    .split(/\s+/)
    .filter((word) => word !== '');

  test('has for each kind a test or a later stage, a place in the order and a line in docs/changes.md', () => {
    expect([...Object.keys(made), ...Object.keys(ofLaterStages)].sort()).toEqual([...kinds].sort());
    expect([...kindOrder].sort()).toEqual([...kinds].sort());
    const documented = [...readFileSync('docs/changes.md', 'utf8').matchAll(/^\| \d+ \| `([A-Z_]+)`/gm)].map(
      ([, kind]) => kind,
    );
    expect(documented).toEqual([...kindOrder]);
  });
});
