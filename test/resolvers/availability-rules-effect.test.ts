/** What availability answers follows every change of what is stored, at once. */
import { describe, expect, test } from '@jest/globals';
import type { Loose } from '../setup/graph.ts';
import { applicationBeside, hours } from './stored-availability.ts';
import { storedWorld } from './stored-world.ts';

const at = storedWorld();
const { fresh } = at;

describe('availability', () => {
  /** When the account can be booked in the week from Monday 4 May 2026, British Summer Time. */
  const bookable = async (accountId: string, more: object = {}, token?: string): Promise<string[]> => {
    const { availability } = await at.graph.data(
      'query ($input: AvailabilityInput!) { availability(input: $input) { slots { start end } } }',
      {
        input: {
          participants: [{ members: [{ accountId, managedAvailability: true, ...more }] }],
          requiredDuration: 'PT30M',
          search: { periods: [{ start: '2026-05-04T00:00:00Z', end: '2026-05-11T00:00:00Z' }] },
        },
      },
      token,
    );
    return availability.slots.map(({ start, end }: Loose) => `${start} ${end}`);
  };

  test('keeps to every change of what is stored at once, and to nobody else’s', async () => {
    const { accountId } = await fresh();
    const other = await applicationBeside(at.graph, accountId);
    expect(await bookable(accountId)).toEqual([]); // nothing stored is never, not always
    const rule = await at.ask.rule({ accountId, key: 'hours' });
    const monday = '2026-05-04T08:00:00Z 2026-05-04T16:00:00Z';
    expect(await bookable(accountId)).toEqual([monday]);
    await at.ask.rule({ accountId, key: 'hours' }, other.key);
    await at.ask.rule({ accountId, key: 'more', weeklyPeriods: [hours('SUNDAY', '22:00', '24:00')] }, other.key);
    expect(await bookable(accountId)).toEqual([monday]);
    const night = [hours('MONDAY', '22:00', '06:00')];
    await at.ask.rule({ accountId, key: 'hours', weeklyPeriods: night });
    expect(await bookable(accountId)).toEqual(['2026-05-04T21:00:00Z 2026-05-05T05:00:00Z']);
    await at.ask.rule({ accountId, key: 'hours', weeklyPeriods: night, timeZone: 'America/New_York' });
    // Sunday night's hours are not Monday's.
    expect(await bookable(accountId)).toEqual(['2026-05-05T02:00:00Z 2026-05-05T10:00:00Z']);
    const period = await at.ask.period(accountId, 'once', '2026-05-06T10:00:00Z', '2026-05-06T11:00:00Z');
    expect(await bookable(accountId)).toHaveLength(2);
    await at.ask.deleteRule(rule.id);
    expect(await bookable(accountId)).toEqual(['2026-05-06T10:00:00Z 2026-05-06T11:00:00Z']);
    await at.ask.deletePeriod(period.id);
    expect(await bookable(accountId)).toEqual([]);
    expect(await bookable(accountId, {}, other.key)).toEqual([monday, '2026-05-10T21:00:00Z 2026-05-10T23:00:00Z']);
  });

  test('takes of the stored rules those that it is asked for, each with the calendars that it names', async () => {
    const { accountId, calendarId } = await fresh();
    const { account } = await at.graph.data('query ($id: ID!) { account(id: $id) { profiles { id } } }', {
      id: accountId,
    });
    const { createCalendar } = await at.graph.data(
      `mutation ($input: CreateCalendarInput!) { createCalendar(input: $input) { calendar { id } userErrors { message } } }`,
      { input: { profileId: account.profiles[0].id, name: 'Private' } },
    );
    const other = createCalendar.calendar.id;
    const timed = (hour: string) => ({ timed: { dateTime: `2026-05-04T${hour}:00:00Z`, timeZone: 'Europe/London' } });
    await at.graph.data(
      `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { userErrors { message } } }`,
      {
        input: { calendarId: other, key: 'private', summary: 'Private', start: timed('08'), end: timed('16') },
      },
    );
    const strict = await at.ask.rule({ accountId, key: 'strict', weeklyPeriods: [hours('MONDAY', '09:00', '10:00')] });
    const lenient = await at.ask.rule({
      accountId,
      key: 'lenient',
      calendarIds: [calendarId],
      weeklyPeriods: [hours('MONDAY', '11:00', '12:00')],
    });
    const eleven = '2026-05-04T10:00:00Z 2026-05-04T11:00:00Z';
    expect(await bookable(accountId)).toEqual([eleven]);
    expect(await bookable(accountId, { availabilityRuleIds: [strict.id] })).toEqual([]);
    expect(await bookable(accountId, { availabilityRuleIds: [lenient.id] })).toEqual([eleven]);
    expect(await bookable(accountId, { availabilityRuleIds: [] })).toEqual([]);
    // What the question says of calendars wins over the rule (semantics E4).
    expect(await bookable(accountId, { calendarIds: [other] })).toEqual([]);
    expect(await bookable(accountId, { calendarIds: [calendarId] })).toHaveLength(2);
    // With the calendar gone that alone made it busy, all that are left do: nothing was never meant.
    const alone = await at.ask.rule({
      accountId,
      key: 'strict',
      calendarIds: [other],
      weeklyPeriods: [hours('MONDAY', '09:00', '10:00')],
    });
    await at.graph.data(
      `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { userErrors { message } } }`,
      {
        input: { calendarId, key: 'nine', summary: 'Nine', start: timed('08'), end: timed('09') },
      },
    );
    await at.graph.data(
      `mutation ($input: DeleteCalendarInput!) { deleteCalendar(input: $input) { userErrors { message } } }`,
      { input: { calendarId: other } },
    );
    expect(await bookable(accountId, { availabilityRuleIds: [alone.id] })).toEqual([]);
  });
});
