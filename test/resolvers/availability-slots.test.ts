/** Which slots are found, in the three formats and of starts that are asked for (semantics E5 to E8, E10), and what is told of them. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applicationCalendar, type Loose } from '../setup/graph.ts';
import { all, content, instant, openWorld, type Person, period, periods, upsert, type World } from './availability-world.ts'; // biome-ignore format: one line

let world: World;
let ann: Person;
let ben: Person;
let cat: Person;
beforeAll(async () => {
  world = await openWorld();
  ann = await world.person('ann');
  ben = await world.person('ben');
  cat = await world.person('cat');
  ann.put('a', content('02T10:00', '02T11:00'));
  ben.put('b', content('02T10:30', '02T12:00'));
  cat.put('c', content('02T13:00', '02T14:00'));
  for (const person of [ann, ben, cat]) await person.sync();
});
afterAll(() => world.close());

const day = periods(['02T09:00', '02T15:00']);
const group = (people: readonly Person[], required: number | null = null) => ({
  required,
  members: people.map(({ accountId }) => ({ accountId })),
});
const slots = async (input: object) => {
  const { data, errors } = await world.run(input);
  expect(errors).toEqual([]);
  return data.availability.slots.map(({ start, end }: Loose) => `${start.slice(8, 16)}–${end.slice(8, 16)}`);
};

describe('groups', () => {
  const question = (participants: readonly object[]) => ({ ...all([]), participants, search: day });

  test('need all of their members, or as many as they say; and each group must be satisfied', async () => {
    expect(await world.starts(question([group([ann, ben, cat])]))).toEqual(['02T09:00', '02T12:00', '02T14:00']);
    expect(await world.starts(question([group([ann, ben, cat], 2)]))).toEqual(
      ['09', '11', '12', '13', '14'].map((hour) => `02T${hour}:00`),
    );
    expect(await world.starts(question([group([ann, ben, cat], 1)]))).toHaveLength(6);
    expect(await world.starts(question([group([ann, ben], 1), group([cat])]))).toEqual(
      ['09', '11', '12', '14'].map((hour) => `02T${hour}:00`),
    );
  });

  test('an account in two groups counts for each of them, by the rules that it has there', async () => {
    const search = periods(['02T09:00', '02T12:00']);
    const input = question([
      group([ann, ben], 1),
      { members: [{ accountId: ann.accountId, busyRule: { onlyManaged: true } }] },
    ]);
    expect(await world.starts({ ...input, search })).toEqual(['02T09:00', '02T11:00']);
  });

  test('tell who is free, the preferred first, group by group', async () => {
    const input = { ...question([group([ben, ann, cat], 1), group([cat, ann], 1)]), search: periods(['02T09:00', '02T11:00']) }; // biome-ignore format: one line
    const { data } = await world.run(input, 'slots { participants { account { id } group preferred bookings } }');
    const told = data.availability.slots.map(({ participants }: Loose) =>
      participants.map(({ account, group: place, preferred, bookings }: Loose) => [
        account.id,
        place,
        preferred,
        bookings,
      ]),
    );
    const row = ({ accountId }: Person, place: number, preferred: boolean) => [accountId, place, preferred, null];
    expect(told).toEqual([
      [row(ben, 0, true), row(ann, 0, false), row(cat, 0, false), row(cat, 1, true), row(ann, 1, false)],
      [row(cat, 0, true), row(cat, 1, true)],
    ]);
  });
});

describe('buffers (E5)', () => {
  const question = (more: object, member: object = {}) => ({
    ...all([ann], member),
    requiredDuration: 'PT30M',
    startInterval: 'PT15M',
    format: 'OVERLAPPING_SLOTS',
    search: periods(['02T09:00', '02T12:00']),
    ...more,
  });

  test('keep time free on each side, and what ends exactly there is fine', async () => {
    const starts = await world.starts(question({ buffer: { before: 'PT30M', after: 'PT15M' } }));
    expect(starts).toEqual(['02T09:00', '02T09:15', '02T11:30']);
  });

  test("take a member's side in place of the query's, and leave the other", async () => {
    const buffer = { before: 'PT30M', after: 'PT15M' };
    expect(await world.starts(question({ buffer }, { buffer: { after: 'PT0S' } }))).toEqual(['02T09:00', '02T09:15', '02T09:30', '02T11:30']); // biome-ignore format: one line
    expect(await world.starts(question({ buffer }, { buffer: { before: null } }))).toEqual(['02T09:00', '02T09:15', '02T11:00', '02T11:15', '02T11:30']); // biome-ignore format: one line
  });

  test('may reach outside of the period: busy time there counts', async () => {
    const search = periods(['02T11:00', '02T12:00']);
    expect(await world.starts(question({ search, buffer: { before: 'PT30M' } }))).toEqual(['02T11:30']);
    // Nothing is there: that the period ends does not matter.
    expect(await world.starts(question({ search, buffer: { after: 'P1D' } }))).toHaveLength(3);
  });

  test('are told as such: what is only near is BUFFER, what is there BUSY', async () => {
    const asked = question({ buffer: { before: 'PT30M', after: 'PT15M' } });
    expect(await world.reasons(asked, '02T09:30')).toEqual(['BUFFER 02T10:00–02T11:00']);
    expect(await world.reasons(asked, '02T09:45')).toEqual(['BUSY 02T10:00–02T11:00']);
    expect(await world.reasons(asked, '02T11:15')).toEqual(['BUFFER 02T10:00–02T11:00']);
    expect(await world.reasons(asked, '02T11:30')).toEqual([]);
    // Nobody asked of it: it is not on the grid.
    expect(await world.reasons(asked, '02T10:07')).toEqual([]);
  });
});

describe("another booking's own buffers (E5)", () => {
  test('are in the way as BUFFER, whoever asks, and name the event that they belong to', async () => {
    const { accountId, calendarId } = await applicationCalendar(world.graph, 'buffered');
    const id = await upsert(world.graph, calendarId, 'booked', '02T10:00', '02T10:30');
    await world.graph.fresh.superuser('update event set margin_before = 1800, margin_after = 900 where id = $1', [id]);
    const asked = { ...all([{ accountId }]), requiredDuration: 'PT15M', startInterval: 'PT15M', format: 'OVERLAPPING_SLOTS', search: periods(['02T09:00', '02T11:15']) }; // biome-ignore format: one record
    expect(await world.starts(asked)).toEqual(['02T09:00', '02T09:15', '02T10:45', '02T11:00']);
    const { data } = await world.run(asked, 'rejections { start reasons { kind busy { start end } event { id } } }');
    const told = data.availability.rejections.map(({ start, reasons }: Loose) => [
      start.slice(8, 16),
      ...reasons.flatMap(({ kind, busy, event }: Loose) => [
        kind,
        busy.start.slice(8, 16),
        busy.end.slice(8, 16),
        event.id,
      ]),
    ]);
    expect(told).toEqual([
      ['02T09:30', 'BUFFER', '02T09:30', '02T10:00', id],
      ['02T09:45', 'BUFFER', '02T09:30', '02T10:00', id],
      ['02T10:00', 'BUSY', '02T10:00', '02T10:30', id],
      ['02T10:15', 'BUSY', '02T10:00', '02T10:30', id],
      ['02T10:30', 'BUFFER', '02T10:30', '02T10:45', id],
    ]);
  });
});

describe('the grid (E6)', () => {
  const question = (more: object) => ({ ...all([cat]), requiredDuration: 'PT1H', ...more });

  test('is of the wall clock of `timeZone`, not of where a period starts', async () => {
    const search = periods(['02T09:10', '02T12:10']);
    expect(await world.starts(question({ search }))).toEqual(['02T10:00', '02T11:00']);
    expect(await world.starts(question({ search, timeZone: 'Asia/Kathmandu' }))).toEqual(['02T09:15', '02T10:15']);
    expect(await world.starts(question({ search, startInterval: 'PT20M' }))).toEqual(['02T09:20', '02T10:20']);
  });

  test('SLOTS do not overlap, OVERLAPPING_SLOTS are one for every start', async () => {
    const asked = { requiredDuration: 'PT45M', startInterval: 'PT30M', search: periods(['02T09:00', '02T11:00']) };
    expect(await slots(question({ ...asked, format: 'SLOTS' }))).toEqual(['02T09:00–02T09:45', '02T10:00–02T10:45']);
    expect(await world.starts(question({ ...asked, format: 'OVERLAPPING_SLOTS' }))).toEqual(['02T09:00', '02T09:30', '02T10:00']); // biome-ignore format: one line
  });

  test('has both of a repeated hour and none of a missing one', async () => {
    const london = (start: string, end: string) =>
      question({ timeZone: 'Europe/London', search: { periods: [{ start, end }] }, maxResults: 512 });
    const spring = await world.starts(london('2026-03-29T00:00:00Z', '2026-03-29T04:00:00Z'));
    expect(spring).toEqual(['29T00:00', '29T01:00', '29T02:00', '29T03:00']);
    const lordHowe = { timeZone: 'Australia/Lord_Howe', search: { periods: [{ start: '2026-04-04T14:00:00Z', end: '2026-04-04T18:00:00Z' }] } }; // biome-ignore format: one record
    expect(await world.starts(question({ ...lordHowe, format: 'OVERLAPPING_SLOTS' }))).toEqual(['04T14:00', '04T15:30', '04T16:30']); // biome-ignore format: one line
  });

  test('`starts` are tested as they are, in the order asked, each once, whatever the format', async () => {
    const starts = ['02T12:07', '02T10:30', '02T09:00', '02T12:07'].map(instant);
    for (const format of ['PERIODS', 'SLOTS', 'OVERLAPPING_SLOTS']) {
      expect(await slots({ ...all([ann, ben]), search: { starts }, format })).toEqual(['02T12:07–02T13:07', '02T09:00–02T10:00']); // biome-ignore format: one line
    }
    expect(await world.reasons({ ...all([ann, ben]), search: { starts } }, '02T10:30')).toEqual([
      'BUSY 02T10:00–02T11:00',
      'BUSY 02T10:30–02T12:00',
    ]);
  });

  test('gives as many as were asked for, and says whether there are more', async () => {
    const found = async (maxResults: number | null) => {
      const { data } = await world.run(question({ search: day, maxResults }), 'truncated slots { start }');
      return [data.availability.slots.length, data.availability.truncated];
    };
    expect([await found(1), await found(4), await found(5), await found(null)]).toEqual([
      [1, true],
      [4, true],
      [5, false],
      [5, false],
    ]);
  });
});

describe('PERIODS (E7)', () => {
  test('are spans of one fixed set of members, never pieced together of several', async () => {
    const dan = await world.person('dan');
    const eve = await world.person('eve');
    dan.put('d', content('03T10:00', '03T12:00'));
    eve.put('e', content('03T09:00', '03T09:30'));
    for (const person of [dan, eve]) await person.sync();
    const input = { ...all([]), participants: [group([dan, eve], 1)], format: 'PERIODS', search: periods(['03T09:00', '03T12:00']) }; // biome-ignore format: one line
    // The hour from 09:15 to 10:15 has somebody at each instant, but nobody throughout.
    expect(await slots(input)).toEqual(['03T09:00–03T10:00', '03T09:30–03T12:00']);
    const { data } = await world.run(input, 'slots { participants { account { id } } }');
    expect(data.availability.slots.map(({ participants }: Loose) => participants.map((one: Loose) => one.account.id))).toEqual([[dan.accountId], [eve.accountId]]); // biome-ignore format: one line
    expect(await slots({ ...input, requiredDuration: 'PT1H30M' })).toEqual(['03T09:30–03T12:00']);
  });

  test('that touch or overlap in the search are one', async () => {
    const search = { periods: [period('02T14:30', '02T16:00'), period('02T14:00', '02T15:00'), period('02T16:00', '02T17:00')] }; // biome-ignore format: one record
    expect(await slots({ ...all([cat]), format: 'PERIODS', search })).toEqual(['02T14:00–02T17:00']);
  });
});

describe('when a member may be booked', () => {
  test('`availablePeriods` bound it, and say so in a rejection', async () => {
    const member = { availablePeriods: [period('02T11:30', '02T13:00'), period('02T13:00', '02T14:00')] };
    const input = { ...all([ben], member), search: day };
    expect(await world.starts(input)).toEqual(['02T12:00', '02T13:00']);
    expect(await world.reasons(input, '02T14:00')).toEqual(['OUTSIDE_AVAILABLE_PERIODS']);
    expect(await world.reasons(input, '02T11:00')).toEqual(['OUTSIDE_AVAILABLE_PERIODS', 'BUSY 02T10:30–02T12:00']);
    expect(await world.starts({ ...all([ben], { availablePeriods: [] }), search: day })).toEqual([]);
  });
});

describe('booking limits (E8)', () => {
  let accountId = '';
  let calendarId = '';
  let second = '';
  beforeAll(async () => {
    ({ accountId, calendarId } = await applicationCalendar(world.graph, 'limited', 'Europe/London'));
    await upsert(world.graph, calendarId, 'first', '02T09:00', '02T10:00', { categories: ['review'] });
    second = await upsert(world.graph, calendarId, 'second', '02T23:00', '03T01:00');
    await upsert(world.graph, calendarId, 'series', '10T09:00', '10T09:30', {
      recurrence: ['RRULE:FREQ=DAILY;COUNT=3'],
    });
  });
  const days = periods(['02T12:00', '02T13:00'], ['03T12:00', '03T13:00'], ['08T12:00', '08T13:00'], ['09T12:00', '09T13:00']); // biome-ignore format: one line
  const starts = (limits: readonly object[], more: object = {}) =>
    world.starts({ ...all([{ accountId }], { limits }), search: days, ...more });

  test('count by the day that an event starts on', async () => {
    expect(await starts([{ period: 'DAY', maximum: 2 }])).toEqual(['03T12:00', '08T12:00', '09T12:00']);
    expect(await starts([{ period: 'DAY', maximum: 3 }])).toHaveLength(4);
    expect(await starts([{ period: 'DAY', maximum: 0 }])).toEqual([]);
  });

  test('count by weeks from Monday, a series by its occurrences', async () => {
    expect(await starts([{ period: 'WEEK', maximum: 2 }])).toEqual([]);
    expect(await starts([{ period: 'WEEK', maximum: 3 }])).toEqual(['02T12:00', '03T12:00', '08T12:00']);
  });

  test('count in a zone of their own', async () => {
    // There the second begins on the third.
    expect(await starts([{ period: 'DAY', maximum: 1, timeZone: 'Europe/Athens' }])).toEqual(['08T12:00', '09T12:00']);
  });

  test('count only some categories, and leave excluded events out', async () => {
    expect(await starts([{ period: 'DAY', maximum: 1, categories: ['review'] }])).toEqual(['03T12:00', '08T12:00', '09T12:00']); // biome-ignore format: one line
    expect(await starts([{ period: 'DAY', maximum: 1, categories: ['other'] }])).toHaveLength(4);
    expect(await starts([{ period: 'DAY', maximum: 2 }], { excludedEventIds: [second] })).toHaveLength(4);
  });

  test('are told in a rejection', async () => {
    const input = { ...all([{ accountId }], { limits: [{ period: 'DAY', maximum: 2 }] }), search: days };
    expect(await world.reasons(input, '02T12:00')).toEqual(['BOOKING_LIMIT']);
  });
});

describe('the clock (E10)', () => {
  test('clips nothing unless a notice is asked for', async () => {
    world.graph.clock.now = Date.parse(instant('02T11:30'));
    const input = { ...all([cat]), search: periods(['02T09:00', '02T13:00']) };
    expect(await world.starts(input)).toHaveLength(4);
    expect(await world.starts({ ...input, minimumNotice: 'PT0S' })).toEqual(['02T12:00']);
    expect(await world.starts({ ...input, minimumNotice: 'PT30M' })).toEqual(['02T12:00']);
    expect(await world.starts({ ...input, minimumNotice: 'PT31M' })).toEqual([]);
    expect(await world.reasons({ ...input, minimumNotice: 'PT31M' }, '02T12:00')).toEqual(['MINIMUM_NOTICE']);
    world.graph.clock.now = Date.parse(instant('02T11:30')) + 1;
    expect(await world.starts({ ...input, minimumNotice: 'PT30M' })).toEqual([]);
    world.graph.clock.now = null;
  });
});

describe('rejections', () => {
  const input = () => ({ ...all([ann, ben]), startInterval: 'PT30M', search: periods(['02T09:00', '02T13:00']) });

  test('tell every refused start, each cause once, with its calendar and event, in one statement for all events', async () => {
    const fields =
      'rejections { start reasons { account { id } kind calendar { id } event { uid } busy { start end } } }';
    const { data, errors } = await world.run(input(), fields);
    expect(errors).toEqual([]);
    const told = data.availability.rejections;
    expect(told.map(({ start }: Loose) => start.slice(11, 16))).toEqual(['09:30', '10:00', '10:30', '11:00', '11:30']);
    expect(told[1].reasons).toEqual([
      { account: { id: ann.accountId }, kind: 'BUSY', calendar: { id: ann.calendarIds[0] }, event: { uid: 'a' }, busy: { start: instant('02T10:00'), end: instant('02T11:00') } },
      { account: { id: ben.accountId }, kind: 'BUSY', calendar: { id: ben.calendarIds[0] }, event: { uid: 'b' }, busy: { start: instant('02T10:30'), end: instant('02T12:00') } },
    ]); // biome-ignore format: records
    const few = await world.run(input(), 'rejections { reasons { event { uid } } }');
    const many = await world.run({ ...input(), startInterval: 'PT5M' }, 'rejections(first: 500) { reasons { event { uid } } }'); // biome-ignore format: one call
    expect(many.sqlQueries).toBe(few.sqlQueries);
  });

  test('once where an account is in two groups', async () => {
    const twice = { ...input(), participants: [group([ann]), group([ann, ben])] };
    expect(await world.reasons(twice, '02T10:00')).toEqual(['BUSY 02T10:00–02T11:00', 'BUSY 02T10:30–02T12:00']);
  });

  test('as many as asked for', async () => {
    const count = async (first: number) => {
      const { data } = await world.run(input(), `rejections(first: ${first}) { start }`);
      return data.availability.rejections.length;
    };
    expect([await count(2), await count(500)]).toEqual([2, 5]);
    for (const first of [0, 501, -1]) {
      const { errors } = await world.run(input(), `rejections(first: ${first}) { start }`);
      expect(errors.map(({ message }) => message)).toEqual([`first: expected 1 to 500, got ${first}`]);
    }
  });
});

test('warm, an answer costs one statement and no provider call, also with tokens and who is free', async () => {
  const input = { ...all([ann, ben, cat]), search: day };
  await world.run(input);
  const warm = await world.run(input, 'truncated slots { start end token } members { accountId status precision }');
  expect([warm.sqlQueries, warm.providerCalls, warm.errors]).toEqual([1, 0, []]);
  const named = await world.run(input, 'slots { participants { account { id } } }');
  expect(named.sqlQueries).toBe(1);
  const many = await world.graph.run(
    `query ($input: AvailabilityInput!) { availability(input: $input) { slots { ...Who participants { group } } members { account { name } } } }
     fragment Who on AvailableSlot { participants { ... on SlotParticipant { whose: account { id } } } }`,
    { input: { ...input, format: 'OVERLAPPING_SLOTS', startInterval: 'PT5M' } },
  );
  expect([many.errors, many.sqlQueries]).toEqual([[], 1]);
  expect(many.data.availability.slots[0].participants[0].whose.id).toBe(ann.accountId);
});

test('what is shown of its members is what their accounts show', async () => {
  const shown = 'id kind applicationKey email name timeZone authorization { scopes status createdAt }';
  const made = await applicationCalendar(world.graph, 'room');
  await world.graph.fresh.superuser(`update account set email = 'ann@example.test', name = 'Ann' where id = $1`, [ann.accountId]); // biome-ignore format: one call
  const { data, errors } = await world.run({ ...all([ann, made]), search: day }, `members { account { ${shown} } }`);
  expect(errors).toEqual([]);
  const told = data.availability.members.map(({ account }: Loose) => account);
  const each = await Promise.all(
    [ann, made].map(async ({ accountId }) => {
      const { account } = await world.graph.data(`query ($id: ID!) { account(id: $id) { ${shown} } }`, {
        id: accountId,
      });
      return account;
    }),
  );
  expect(told).toEqual(each);
  expect(told).toMatchObject([{ email: 'ann@example.test', name: 'Ann' }, { applicationKey: 'room' }]);
});
