/** Series that are held: every occurrence, or none (semantics E15). */
import { describe, expect, test } from '@jest/globals';
import { all, content, instant, type Person } from './availability-world.ts';
import { codes, event, heldWorld, slot, storedAt } from './held-world.ts';

const at = heldWorld();
const weekly = (count: number) => ({ recurrence: [`RRULE:FREQ=WEEKLY;COUNT=${count}`] });

/** With its series. */
async function create(input: object) {
  const document = `mutation ($input: CreateHoldInput!) { createHold(input: $input) {
    hold { id slots { start accounts { id } series { recurrence timeZone truncated occurrences { start end } } } }
    userErrors { path code message } } }`;
  return (await at.world.graph.run(document, { input })).data.createHold;
}
const rowsOf = (person: Person) =>
  at.world.graph.fresh.superuser<{ from: string }>(
    `select to_char(lower(during) at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as from from hold_slot where account_id = $1 order by during`,
    [person.accountId],
  );

describe('a series', () => {
  test('is held at every occurrence, by the wall clock of its first account, over the change of the clocks', async () => {
    const alice = await at.someone({ timeZone: 'Europe/London' });
    const token = await at.holds.offered([alice], '20T10:00');
    const { hold, userErrors } = await create({ slots: [slot(token, weekly(3))] });
    expect(userErrors).toEqual([]);
    const starts = ['2026-03-20T10:00:00Z', '2026-03-27T10:00:00Z', '2026-04-03T09:00:00Z'];
    expect(hold.slots).toEqual([
      {
        start: starts[0],
        accounts: [{ id: alice.accountId }],
        series: {
          recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'],
          timeZone: 'Europe/London',
          truncated: false,
          occurrences: starts.map((start) => ({ start, end: start.replace(':00:00', ':30:00') })),
        },
      },
    ]);
    expect((await rowsOf(alice)).map(({ from }) => from)).toEqual([
      '2026-03-20 10:00',
      '2026-03-27 10:00',
      '2026-04-03 09:00',
    ]);
    const asked = {
      ...all([alice]),
      requiredDuration: 'PT30M',
      search: { starts: ['2026-04-03T09:00:00Z', '2026-04-03T10:00:00Z'] },
    };
    expect(await at.world.starts(asked)).toEqual(['03T10:00']);
  });

  test('keeps the wall clock of the zone that it is asked for', async () => {
    const alice = await at.someone({ timeZone: 'Europe/London' });
    const token = await at.holds.offered([alice], '06T15:00');
    const { hold } = await create({ slots: [slot(token, { ...weekly(2), timeZone: 'America/New_York' })] });
    // On the 8th of March New York's clocks went forward.
    expect(hold.slots[0].series.occurrences.map(({ start }: { start: string }) => start)).toEqual([
      '2026-03-06T15:00:00Z',
      '2026-03-13T14:00:00Z',
    ]);
  });

  test('is refused as a whole where occurrences are taken, each of which is named', async () => {
    const [alice, bob] = [await at.someone(), await at.someone()];
    alice.put('dentist', content('09T10:10', '09T10:20'));
    bob.put('trip', content('16T00:00', '17T00:00'));
    await Promise.all([alice.sync(), bob.sync()]);
    const answer = await create({ slots: [slot(await at.holds.offered([alice, bob], '02T10:00'), weekly(4))] });
    expect(answer.hold).toBeNull();
    expect(codes(answer)).toEqual(['slots.0 SLOT_TAKEN', 'slots.0 SLOT_TAKEN']);
    expect(answer.userErrors[0].message).toContain(
      `Expected 2026-03-09T10:00:00Z to 2026-03-09T10:30:00Z to be free still, got BUSY for ${alice.accountId}`,
    );
    expect(answer.userErrors[1].message).toContain(
      `Expected 2026-03-16T10:00:00Z to 2026-03-16T10:30:00Z to be free still, got BUSY for ${bob.accountId}`,
    );
    expect([...(await rowsOf(alice)), ...(await rowsOf(bob))]).toEqual([]);
    const skipping = { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=4', 'EXDATE:20260309T100000Z,20260316T100000Z'] };
    const without = await create({ slots: [slot(await at.holds.offered([alice, bob], '02T10:00'), skipping)] });
    expect(without.userErrors).toEqual([]);
    expect(without.hold.slots[0].series.occurrences).toHaveLength(2);
  });

  test('takes of a pool one who is free at all occurrences, and says who stands in the way where there is nobody', async () => {
    const pool = [await at.someone(), await at.someone(), await at.someone()];
    const [first, second, third] = pool as [Person, Person, Person];
    first.put('one', content('09T10:00', '09T10:30'));
    second.put('two', content('16T10:00', '16T10:30'));
    await Promise.all(pool.map((one) => one.sync()));
    const anyOf = { participants: [{ members: pool.map(({ accountId }) => ({ accountId })), required: 1 }] };
    const token = await at.holds.offered(pool, '02T10:00', anyOf);
    const taken = await create({ slots: [slot(token, weekly(3))] });
    expect(taken.hold.slots[0].accounts).toEqual([{ id: third.accountId }]);
    const nobody = await create({ slots: [slot(token, weekly(3))] });
    expect(codes(nobody)).toEqual(['slots.0 SLOT_TAKEN', 'slots.0 SLOT_TAKEN', 'slots.0 SLOT_TAKEN']);
    const said = nobody.userErrors.map(({ message }: { message: string }) => message);
    expect(said[0]).toContain(`HELD for ${third.accountId}`);
    expect(said[1]).toContain(`BUSY for ${first.accountId}`);
    expect(said[2]).toContain(`BUSY for ${second.accountId}`);
  });

  test('counts for booking limits occurrence by occurrence', async () => {
    const alice = await at.someone();
    const limited = (maximum: number) => ({
      participants: [{ members: [{ accountId: alice.accountId, limits: [{ period: 'WEEK', maximum }] }] }],
    });
    const daily = { recurrence: ['RRULE:FREQ=DAILY;COUNT=3'] };
    const refused = await create({ slots: [slot(await at.holds.offered([alice], '02T10:00', limited(2)), daily)] });
    expect(new Set(codes(refused))).toEqual(new Set(['slots.0 SLOT_TAKEN']));
    expect(refused.userErrors[0].message).toContain('BOOKING_LIMIT');
    const answer = await create({ slots: [slot(await at.holds.offered([alice], '02T10:00', limited(3)), daily)] });
    expect(answer.userErrors).toEqual([]);
    expect(
      await at.world.reasons({ ...all([alice]), ...limited(3), search: { starts: [instant('05T10:00')] } }, '05T10:00'),
    ).toEqual(['BOOKING_LIMIT']);
  });

  test('without an end is held for a year, and at most 200 times; that it goes on is said', async () => {
    const alice = await at.someone();
    const bounded = async (recurrence: string) => {
      const { hold, userErrors } = await create({
        slots: [slot(await at.holds.offered([alice], '02T10:00'), { recurrence: [recurrence] })],
      });
      expect(userErrors).toEqual([]);
      await at.holds.release(hold.id);
      const { occurrences, truncated } = hold.slots[0].series;
      return [occurrences.length, occurrences.at(-1).start, truncated];
    };
    expect(await bounded('RRULE:FREQ=WEEKLY')).toEqual([53, '2027-03-01T10:00:00Z', true]);
    expect(await bounded('RRULE:FREQ=DAILY')).toEqual([200, '2026-09-17T10:00:00Z', true]);
    expect(await bounded('RRULE:FREQ=DAILY;COUNT=200')).toEqual([200, '2026-09-17T10:00:00Z', false]);
    expect(await bounded('RRULE:FREQ=DAILY;COUNT=201')).toEqual([200, '2026-09-17T10:00:00Z', true]);
    expect(await bounded('RRULE:FREQ=YEARLY')).toEqual([2, '2027-03-02T10:00:00Z', true]);
  });

  test('of two at once that meet in one occurrence one gets all, the other nothing', async () => {
    const alice = await at.someone();
    const monday = await at.holds.offered([alice], '02T10:00');
    const single = await at.holds.offered([alice], '16T10:00');
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => create({ slots: [slot(monday, weekly(4))] })),
      ...Array.from({ length: 5 }, () => create({ slots: [slot(single)] })),
    ]);
    const made = answers.filter(({ hold }) => hold !== null);
    expect(made).toHaveLength(1);
    expect(await rowsOf(alice)).toHaveLength(made[0].hold.slots[0].series === null ? 1 : 4);
  });
});

describe('confirming a series', () => {
  test('writes one event for each calendar, at the wall clock that was held, and keeps its buffers at every occurrence', async () => {
    const [alice, bob] = [
      await at.someone({ timeZone: 'Europe/London' }),
      await at.someone({ timeZone: 'America/New_York' }),
    ];
    const buffer = { buffer: { before: 'PT15M', after: 'PT15M' } };
    const { hold } = await create({
      slots: [slot(await at.holds.offered([alice, bob], '20T10:00', buffer), weekly(3))],
    });
    const answer = await at.holds.confirm({ holdId: hold.id, events: [event(alice), event(bob)] });
    expect(answer).toMatchObject({ hold: { status: 'CONFIRMED' }, userErrors: [] });
    for (const person of [alice, bob]) {
      expect(storedAt(person).map(({ object }) => object.master)).toMatchObject([
        {
          start: { kind: 'zoned', zone: 'Europe/London', local: '2026-03-20T10:00:00' },
          rules: ['RRULE:FREQ=WEEKLY;COUNT=3'],
        },
      ]);
      expect(await rowsOf(person)).toEqual([]);
    }
    const last = '2026-04-03T09:30:00Z';
    const { data } = await at.world.run(
      { ...all([bob]), requiredDuration: 'PT30M', search: { starts: [last] } },
      `rejections(at: "${last}") { reasons { kind } }`,
    );
    expect(data.availability.rejections).toEqual([{ reasons: [{ kind: 'BUFFER' }] }]);
  });

  test('names the occurrence that a user has taken meanwhile, and writes nothing', async () => {
    const alice = await at.someone();
    const { hold } = await create({ slots: [slot(await at.holds.offered([alice], '02T10:00'), weekly(3))] });
    alice.put('from the phone', content('09T10:10', '09T10:20'));
    const answer = await at.holds.confirm({ holdId: hold.id, events: [event(alice)] });
    expect(codes(answer)).toEqual(['holdId SLOT_TAKEN']);
    expect(answer.userErrors[0].message).toContain('Expected 2026-03-09T10:00:00Z');
    expect(storedAt(alice)).toHaveLength(1);
  });

  test('refuses other rules than those that were held', async () => {
    const alice = await at.someone({ timeZone: 'Europe/London' });
    const { hold } = await create({ slots: [slot(await at.holds.offered([alice], '02T10:00'), weekly(3))] });
    const start = { timed: { dateTime: instant('02T10:00'), timeZone: 'America/New_York' } };
    const answer = await at.holds.confirm({ holdId: hold.id, events: [event(alice, { ...weekly(4), start })] });
    expect(codes(answer)).toEqual(['events.0.event.start.timed.timeZone INVALID', 'events.0.event.recurrence INVALID']);
    const same = { start: { timed: { dateTime: instant('02T10:00'), timeZone: 'Europe/London' } }, ...weekly(3) };
    expect(codes(await at.holds.confirm({ holdId: hold.id, events: [event(alice, same)] }))).toEqual([]);
  });
});

describe('a series that cannot be', () => {
  test('is refused with what is wrong with its lines, all at once', async () => {
    const alice = await at.someone();
    const token = await at.holds.offered([alice], '02T10:00');
    const refused = async (recurrence: readonly string[], more: object = {}) =>
      codes(await create({ slots: [slot(token, { recurrence, ...more })] }));
    expect(await refused(['RRULE:FREQ=WEEKLY', 'DTSTART:20260302T100000Z'])).toEqual(['slots.0.recurrence.1 INVALID']);
    expect(await refused(['RRULE:FREQ=SOMETIMES', 'RDATE:never'])).toEqual([
      'slots.0.recurrence.0 INVALID',
      'slots.0.recurrence.1 INVALID',
    ]);
    expect(await refused(['RRULE:FREQ=WEEKLY;UNTIL=20260301T000000Z'])).toEqual(['slots.0.recurrence.0 INVALID']);
    // Tuesdays, of which the slot is none; and the slot itself taken away.
    expect(await refused(['RRULE:FREQ=WEEKLY;COUNT=3', 'EXDATE:20260302T100000Z'])).toEqual([
      'slots.0.recurrence INVALID',
    ]);
    expect(await refused(['RRULE:FREQ=MINUTELY;INTERVAL=20;COUNT=3'])).toEqual(['slots.0.recurrence INVALID']);
    expect(await refused(['EXDATE:20260309T100000Z'])).toEqual(['slots.0.recurrence INVALID']);
    expect(codes(await create({ slots: [slot(token, { timeZone: 'Europe/London' })] }))).toEqual([
      'slots.0.timeZone INVALID',
    ]);
    expect(await refused(Array.from({ length: 101 }, () => 'RRULE:FREQ=DAILY'))).toEqual([
      'slots.0.recurrence LIMIT_EXCEEDED',
    ]);
    expect(await rowsOf(alice)).toEqual([]);
  });

  test('has occurrences that lie in each other’s buffers', async () => {
    const alice = await at.someone();
    const token = await at.holds.offered([alice], '02T10:00', { buffer: { after: 'PT45M' } });
    const hourly = { recurrence: ['RRULE:FREQ=HOURLY;COUNT=3'] };
    const refused = await create({ slots: [slot(token, hourly)] });
    expect(codes(refused)).toEqual(['slots.0.recurrence INVALID']);
    expect(refused.userErrors[0].message).toBe(
      'Expected occurrences that leave each other and their buffers free, got 2026-03-02T10:00:00Z and 2026-03-02T11:00:00Z',
    );
    const wide = { recurrence: ['RRULE:FREQ=HOURLY;INTERVAL=2;COUNT=3'] };
    expect(codes(await create({ slots: [slot(token, wide)] }))).toEqual([]);
  });
});
