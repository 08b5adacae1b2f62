/** `Subscription.availability` over real sockets: what is told, when, and when no more. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { appendChanges, type ChangeKind } from '../../datasources/store/change-log.ts';
import {
  all,
  content,
  instant,
  openWorld,
  type Person,
  periods,
  upsert,
  type World,
} from '../resolvers/availability-world.ts';
import { holding } from '../resolvers/held.ts';
import { applicationBeside, asking, hours } from '../resolvers/stored-availability.ts';
import type { Loose } from '../setup/graph.ts';
import { type Listener, type Served, serve } from './live-client.ts';

let world: World;
let served: Served;
let holds: ReturnType<typeof holding>;
beforeAll(async () => {
  world = await openWorld();
  served = await serve(world.graph);
  holds = holding(world.graph);
});
afterEach(() => {
  world.graph.clock.now = null;
});
afterAll(async () => {
  await served.close();
  await world.close();
});

let made = 0;
async function someone(): Promise<Person> {
  const person = await world.person(`live${made++}`);
  await person.sync();
  return person;
}

const day = periods(['02T09:00', '02T12:00']);
const watching = (fields: string) =>
  `subscription ($input: AvailabilityInput!) { availability(input: $input) { ${fields} } }`;
const watch = (input: object, fields = 'slots { start }', token?: string) =>
  served.listen(watching(fields), { input }, token === undefined ? {} : { token });
const question = (people: readonly Person[], more: object = {}, member: object = {}) => ({
  ...all(people, member),
  search: day,
  ...more,
});

/** `10:00 11:00`: the starts of each answer told. */
const starts = ({ told }: Listener): readonly string[] =>
  told.map(({ availability }) => availability.slots.map(({ start }: Loose) => start.slice(11, 16)).join(' '));
const toldTimes = (times: number) => (listener: Listener) => listener.told.length >= times;
/** Longer than it takes until a change is told. */
const quiet = () => new Promise((resolve) => setTimeout(resolve, 400));
const codes = (errors: readonly Loose[] | null | undefined) =>
  errors?.map(({ extensions }) => extensions.code) ?? errors;

/** Says so in the log, as whoever changed the store would have. */
async function log(person: Person, kind: ChangeKind): Promise<void> {
  const { accountId, profileId } = person;
  await world.graph.fresh.store.asWorker((tx) =>
    appendChanges(tx, accountId, [{ kind, subjectId: profileId, profileId, calendarId: null, managedBy: null }], {
      madeBy: null,
    }),
  );
  world.graph.wakeUps.wake();
}

describe('an answer', () => {
  test('is told as it is, then each other one: of events from the provider and of our own', async () => {
    const ann = await someone();
    const live = await watch(question([ann]));
    ann.put('theirs', content('02T10:00', '02T11:00'));
    await ann.sync();
    await live.until(toldTimes(2));
    await upsert(world.graph, ann.calendarIds[0] ?? '', 'ours', '02T09:00', '02T09:30');
    await live.until(toldTimes(3));
    const calendar = ann.remote[0] ?? '';
    ann.provider.delete(calendar, ann.provider.placeOf(calendar, 'theirs'));
    await ann.sync();
    await live.until(toldTimes(4));
    expect(starts(live)).toEqual(['09:00 10:00 11:00', '09:00 11:00', '11:00', '10:00 11:00']);
  });

  test('that is the same is not told again: another text, another day, a token and a cursor that are new each time', async () => {
    const ann = await someone();
    const ben = await someone();
    const fields =
      'slots { start token } truncated members { status } freshness { asOf changesCursor stale { reason } }';
    const live = await watch(question([ann]), fields);
    ann.put('far', content('09T10:00', '09T11:00'));
    await ann.sync();
    ann.put('far', content('09T10:00', '09T11:00', { summary: 'changed' }));
    await ann.sync();
    await ben.sync();
    await quiet();
    expect(live.told).toHaveLength(1);
    ann.put('near', content('02T10:00', '02T11:00'));
    await ann.sync();
    await live.until(toldTimes(2));
    expect(starts(live)).toEqual(['09:00 10:00 11:00', '09:00 11:00']);
    // Each can be held.
    const { hold } = await holds.hold(live.told[1].availability.slots[1].token);
    expect(hold).toMatchObject({ status: 'HELD', slots: [{ start: instant('02T11:00') }] });
    await live.until(toldTimes(3));
    expect(starts(live)[2]).toBe('09:00');
  });

  test('is what the document shows, and nothing else: who is free where it asks, why not where it asks', async () => {
    const [ann, ben] = [await someone(), await someone()];
    const anyOf = {
      ...question([ann, ben]),
      participants: [{ members: [ann, ben].map(({ accountId }) => ({ accountId })), required: 1 }],
    };
    const plain = await watch(anyOf);
    const people = await watch(anyOf, 'slots { start participants { account { id } } }');
    const refused = await watch(question([ann]), 'rejections { reasons { event { summary } } }');
    ann.put('meeting', content('02T10:00', '02T11:00', { summary: 'before' }));
    await ann.sync();
    await Promise.all([people.until(toldTimes(2)), refused.until(toldTimes(2))]);
    expect(people.told[1].availability.slots.map(({ participants }: Loose) => participants.length)).toEqual([2, 1, 2]);
    ann.put('meeting', content('02T10:00', '02T11:00', { summary: 'after' }));
    await ann.sync();
    await refused.until(toldTimes(3));
    expect(refused.told.map(({ availability }) => availability.rejections[0]?.reasons[0].event.summary)).toEqual([undefined, 'before', 'after']); // biome-ignore format: one line
    await quiet();
    expect([plain.told.length, people.told.length]).toEqual([1, 2]);
  });

  test('comes first to whoever comes back, and there is one for each who asks with other eyes', async () => {
    const ann = await someone();
    const input = question([ann]);
    const fields = 'slots { start } members { account { email } precision }';
    const first = await watch(input, fields);
    const own = await watch(input, fields, ann.token);
    const beside = await applicationBeside(world.graph, ann.accountId, ['read_free_busy']);
    const other = await watch(input, 'slots { start } members { precision }', beside.key);
    first.cut();
    ann.put('meeting', content('02T10:00', '02T11:00'));
    await ann.sync();
    await Promise.all([own.until(toldTimes(2)), other.until(toldTimes(2))]);
    const back = await watch(input, fields);
    expect(starts(back)).toEqual(['09:00 11:00']);
    expect(other.told[1].availability.members).toEqual([{ precision: 'BLOCKS' }]);
    expect(own.told[1].availability.members[0].precision).toBe('EVENTS');
  });
});

describe('held time', () => {
  test('is told when it is held, given back, and has become a booking; to another application of the unit, too', async () => {
    const ann = await someone();
    const { key } = await applicationBeside(world.graph, ann.accountId);
    const live = [await watch(question([ann])), await watch(question([ann]), 'slots { start }', key)];
    const everybody = (times: number) => Promise.all(live.map((one) => one.until(toldTimes(times))));
    const { hold } = await holds.hold(await holds.offered([ann], '02T10:00'));
    await everybody(2);
    await holds.release(hold?.id ?? '');
    await everybody(3);
    const kept = await holds.hold(await holds.offered([ann], '02T11:00'));
    await everybody(4);
    const event = { calendarId: ann.calendarIds[0], key: 'booked', summary: 'Booked' };
    const confirmed = await holds.confirm({ holdId: kept.hold?.id, events: [{ event }] });
    expect(confirmed.userErrors).toEqual([]);
    await quiet();
    const expected = ['09:00 10:00 11:00', '09:00 11:00', '09:00 10:00 11:00', '09:00 10:00'];
    for (const one of live) expect(starts(one)).toEqual(expected);
  });

  test('that expires is told by the clock alone: nobody ends it, nothing is written', async () => {
    const ann = await someone();
    const { hold } = await holds.hold(await holds.offered([ann], '02T10:00'));
    await world.graph.fresh.superuser(
      `with h as (update hold set expires_at = now() + interval '3 seconds' where id = $1 returning id)
       update hold_slot set expires_at = now() + interval '3 seconds' where hold_id = $1`,
      [hold?.id],
    );
    const live = await watch(question([ann]));
    await live.until(toldTimes(2), 8_000);
    expect(starts(live)).toEqual(['09:00 11:00', '09:00 10:00 11:00']);
    const rows = await world.graph.fresh.superuser('select from hold_slot where hold_id = $1', [hold?.id]);
    expect(rows).toHaveLength(1);
  });
});

describe('time', () => {
  test('that passes the notice takes the next start away, and another calendar need not change', async () => {
    const ann = await someone();
    const soon = Date.parse(instant('02T08:59')) + 59_500;
    world.graph.clock.now = soon;
    const live = await watch(question([ann], { minimumNotice: 'PT0S' }));
    const patient = await watch(question([ann]));
    world.graph.clock.now = soon + 600;
    await live.until(toldTimes(2), 4_000);
    await quiet();
    expect([starts(live), starts(patient)]).toEqual([['09:00 10:00 11:00', '10:00 11:00'], ['09:00 10:00 11:00']]);
  });

  test('ends what is believed of a calendar that is out of reach', async () => {
    const ann = await someone();
    const { clock, fresh } = world.graph;
    const lost = Date.parse(instant('01T10:00'));
    clock.now = lost;
    await ann.sync();
    const live = await watch(question([ann]), 'slots { start } members { status } freshness { stale { reason } }');
    await fresh.superuser(
      `update profile set status = 'DISCONNECTED', cause = 'PASSWORD_CHANGED', status_since = now() where id = $1`,
      [ann.profileId],
    );
    await fresh.superuser('update calendar set last_synced_at = $2 where profile_id = $1', [
      ann.profileId,
      new Date(lost),
    ]);
    clock.now = lost + 86_400_000 - 700;
    await log(ann, 'PROFILE_DISCONNECTED');
    await live.until(toldTimes(2));
    clock.now = lost + 86_400_000 + 1;
    await live.until(toldTimes(3), 4_000);
    const status = {
      members: [{ status: 'DISCONNECTED' }],
      freshness: { stale: [{ reason: 'PROFILE_DISCONNECTED' }] },
    };
    expect(live.told.map(({ availability }) => availability)).toMatchObject([
      { members: [{ status: 'ACTIVE' }], freshness: { stale: [] } },
      { ...status, slots: [{}, {}, {}] },
      { ...status, slots: [] },
    ]);
  });
});

describe('stored availability', () => {
  test('that is written, changed and taken away is told at once', async () => {
    const ann = await someone();
    const stored = asking(world.graph);
    const live = await watch(question([ann], {}, { managedAvailability: true }));
    const { accountId } = ann;
    await stored.rule({ accountId, key: 'desk', weeklyPeriods: [hours('MONDAY', '09:00', '11:00')] });
    await live.until(toldTimes(2));
    const { id } = await stored.period(accountId, 'extra', instant('02T11:00'), instant('02T12:00'));
    await live.until(toldTimes(3));
    await stored.deletePeriod(id);
    await live.until(toldTimes(4));
    await stored.rule({ accountId, key: 'desk', weeklyPeriods: [hours('TUESDAY', '09:00', '11:00')] });
    await live.until(toldTimes(5));
    expect(starts(live)).toEqual(['', '09:00 10:00', '09:00 10:00 11:00', '09:00 10:00', '']);
  });

  test('whose rule is named and goes ends it, as the query refuses it then', async () => {
    const ann = await someone();
    const stored = asking(world.graph);
    const { accountId } = ann;
    const { id } = await stored.rule({ accountId, key: 'desk' });
    const input = question([ann], {}, { managedAvailability: true, availabilityRuleIds: [id] });
    const live = await watch(input);
    await stored.deleteRule(id);
    await live.until(({ ended }) => ended !== undefined);
    const { errors } = await world.run(input);
    expect(live.ended?.map(({ message, extensions }) => [message, extensions.code, extensions.argument])).toEqual(
      errors.map(({ message, code, extensions }) => [message, code, extensions['argument']]),
    );
    expect(codes(live.ended)).toEqual(['BAD_USER_INPUT']);
    expect(live.told).toHaveLength(1);
  });
});

describe('access', () => {
  test('that ends, ends it: nothing of the account is told any more, and who comes then is refused as for one that never was', async () => {
    const ann = await someone();
    const input = question([ann]);
    const live = await watch(input);
    await world.graph.data(
      'mutation ($id: ID!) { revokeAuthorization(input: { authorization: { accountId: $id } }) { revokedAccountIds userErrors { code message } } }',
      { id: ann.accountId },
    );
    await live.until(({ ended }) => ended !== undefined);
    expect(codes(live.ended)).toEqual(['BAD_USER_INPUT']);
    expect(live.ended?.[0].message).toContain('expected an account that this credential may see');
    const late = await watch(input);
    expect([late.told, codes(late.ended)]).toEqual([[], ['BAD_USER_INPUT']]);
  });

  test('that is taken back in part ends it where nothing of busy time is left', async () => {
    const ann = await someone();
    const beside = await applicationBeside(world.graph, ann.accountId, ['read_free_busy']);
    const live = await watch(question([ann]), 'slots { start }', beside.key);
    await world.graph.fresh.superuser(
      `update authorization_grant set scopes = '{list_calendars}' where application_id = $1`,
      [beside.id],
    );
    await log(ann, 'EVENT_UPDATED');
    await live.until(({ ended }) => ended !== undefined);
    expect(codes(live.ended)).toEqual(['FORBIDDEN']);
  });
});

describe('a question that cannot be answered', () => {
  const asked = async (input: object, fields?: string) => {
    const [live, query] = [await watch(input, fields), await world.run(input, fields)];
    expect(live.told).toEqual([]);
    const shown = (errors: readonly Loose[] | null | undefined) =>
      errors?.map(({ message, extensions }) => [message, extensions.code, extensions.argument]);
    expect(shown(live.ended)).toEqual(shown(query.errors));
    return query.errors.length;
  };

  test('is refused as the query is: all mistakes at once, each by its argument, and no group is left behind', async () => {
    const ann = await someone();
    const nobody = { accountId: `acc_${'0'.repeat(26)}` };
    expect(await asked(question([ann], { requiredDuration: 'PT30H', maxResults: 0, buffer: { before: 'P3D' } }))).toBe(
      3,
    );
    expect(await asked(question([ann], { participants: [] }))).toBe(1);
    const unseen = { participants: [{ members: [nobody, { accountId: ann.accountId, calendarIds: ['cal_x'] }] }] };
    expect(await asked(question([ann], unseen))).toBe(2);
    expect(await asked(question([ann], { ...unseen, maxResults: 0 }))).toBe(3);
    expect(await asked(question([ann]), 'rejections(first: 9999) { start }')).toBe(1);
    // The same, asked again, is refused again.
    expect(await asked(question([ann], unseen))).toBe(2);
  });

  test('with what the document itself lacks: validation, variables, scopes', async () => {
    const ann = await someone();
    for (const [query, variables] of [
      ['subscription { availability { slots { start } } }', {}],
      [watching('nothing'), { input: question([ann]) }],
      [watching('slots { start }'), { input: question([ann], { format: 'NO' }) }],
    ] as const) {
      const live = await served.listen(query, variables);
      expect([live.told, codes(live.ended)?.[0]]).toEqual([[], 'BAD_USER_INPUT']);
    }
  });
});
