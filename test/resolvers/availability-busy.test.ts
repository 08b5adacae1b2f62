/** What makes a member busy (semantics E1 to E4), and the cases that destroy trust where they fail (G1, G3, G4). */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EventTime } from '../../domain/events/model.ts';
import { all, content, instant, invitation, openWorld, type Person, periods, upsert, type World } from './availability-world.ts'; // biome-ignore format: one line

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const morning = periods(['02T08:00', '02T16:00']);

describe('the table of busy time (E1)', () => {
  let alice: Person;
  beforeAll(async () => {
    alice = await world.person('alice');
    alice.put('busy', content('02T08:00', '02T09:00'));
    alice.put('declined', content('02T09:00', '02T10:00', invitation('alice', 'DECLINED')));
    alice.put('unanswered', content('02T10:00', '02T11:00', invitation('alice', 'NEEDS_ACTION')));
    alice.put('transparent', content('02T11:00', '02T12:00', { busyStatus: 'FREE' }));
    alice.put('perhaps', content('02T12:00', '02T13:00', invitation('alice', 'TENTATIVE')));
    alice.put('cancelled', content('02T13:00', '02T14:00', { status: 'CANCELLED' }));
    alice.put('elsewhere', content('02T14:00', '02T15:00', { busyStatus: 'WORKING_ELSEWHERE' }));
    alice.put('away', content('02T15:00', '02T16:00', { busyStatus: 'OUT_OF_OFFICE' }));
    await alice.sync();
  });
  const free = (busyRule: object | null, member: object = {}) =>
    world.starts({ ...all([alice], member), search: morning, busyRule });

  test('decides with the rule that holds where nobody says another', async () => {
    expect(await free(null)).toEqual(['02T09:00', '02T11:00', '02T13:00', '02T14:00']);
    expect(await free({})).toEqual(['02T09:00', '02T11:00', '02T13:00', '02T14:00']);
  });

  test('counts each kind by its flag, and busy time always', async () => {
    const usual = ['02T09:00', '02T11:00', '02T13:00', '02T14:00'];
    expect(await free({ tentative: false })).toEqual([...usual, '02T12:00'].sort());
    expect(await free({ unanswered: false })).toEqual([...usual, '02T10:00'].sort());
    expect(await free({ workingElsewhere: true })).toEqual(usual.filter((start) => start !== '02T14:00'));
    expect(await free({ outOfOffice: false })).toEqual([...usual, '02T15:00'].sort());
    const none = { tentative: false, unanswered: false, outOfOffice: false };
    expect(await free(none)).not.toContain('02T08:00');
  });

  test("takes a member's rule in place of the query's", async () => {
    const usual = ['02T09:00', '02T11:00', '02T13:00', '02T14:00'];
    const member = { busyRule: { tentative: false } };
    expect(await free({ unanswered: false }, member)).toEqual([...usual, '02T12:00'].sort());
    expect(await free({ unanswered: false }, { busyRule: null })).toEqual([...usual, '02T10:00'].sort());
  });

  test("counts only the application's own events where that is asked for", async () => {
    await upsert(world.graph, alice.calendarIds[0] ?? '', 'own', '02T11:00', '02T12:00');
    expect(await free({ onlyManaged: true })).toEqual(
      ['08', '09', '10', '12', '13', '14', '15'].map((hour) => `02T${hour}:00`),
    );
  });
});

describe('a grant of free and busy alone (E2)', () => {
  let bob: Person;
  let own = '';
  beforeAll(async () => {
    bob = await world.person('bob');
    bob.put('unanswered', content('02T10:00', '02T11:00', invitation('bob', 'NEEDS_ACTION')));
    bob.put('perhaps', content('02T12:00', '02T13:00', { busyStatus: 'TENTATIVE' }));
    await bob.sync();
    own = await upsert(world.graph, bob.calendarIds[0] ?? '', 'own', '02T14:00', '02T15:00');
  });
  const granting = (names: readonly string[]) =>
    world.graph.fresh.store.asWorker((tx) =>
      tx
        .updateTable('authorization_grant')
        .set({ scopes: [...names] })
        .where('account_id', '=', bob.accountId)
        .execute(),
    );
  const question = (more: object = {}) => ({ ...all([bob]), search: periods(['02T10:00', '02T15:00']), ...more });
  const precision = async () => {
    const { data } = await world.run(question(), 'members { accountId status precision account { id } }');
    return data.availability.members;
  };

  test('tells blocks: what is tentative and unanswered counts as busy, and the answer says so', async () => {
    const lax = question({ busyRule: { tentative: false, unanswered: false } });
    expect(await world.starts(lax)).toEqual(['02T10:00', '02T11:00', '02T12:00', '02T13:00']);
    expect((await precision())[0].precision).toBe('EVENTS');
    await granting(['free_busy_write']);
    expect(await world.starts(lax)).toEqual(['02T11:00', '02T13:00']);
    expect(await precision()).toEqual([
      { accountId: bob.accountId, status: 'ACTIVE', precision: 'BLOCKS', account: { id: bob.accountId } },
    ]);
  });

  test("honours exclusions and `onlyManaged` for the application's own events", async () => {
    expect(await world.starts(question({ excludedEventIds: [own] }))).toEqual(['02T11:00', '02T13:00', '02T14:00']);
    expect(await world.starts(question({ busyRule: { onlyManaged: true } }))).toEqual(
      ['10', '11', '12', '13'].map((hour) => `02T${hour}:00`),
    );
  });

  test("tells nothing of others' events in a rejection, and the application's own", async () => {
    const fields = 'rejections { start reasons { kind busy { start } calendar { id } event { key summary } } }';
    const { data, errors } = await world.run(question(), fields);
    expect(errors).toEqual([]);
    const [foreign, , mine] = data.availability.rejections;
    expect(foreign.reasons).toEqual([
      { kind: 'BUSY', busy: { start: instant('02T10:00') }, calendar: { id: bob.calendarIds[0] }, event: null },
    ]);
    expect(mine.reasons[0].event).toEqual({ key: 'own', summary: 'own' });
  });

  test('is needed: of an account that granted neither nothing is said to be free', async () => {
    await granting(['create_event']);
    const { data, errors } = await world.run(question());
    expect(data.availability).toBeNull();
    expect(errors.map(({ code, extensions }) => [code, extensions['argument'], extensions['requiredScope']])).toEqual([
      ['FORBIDDEN', 'input.participants.0.members.0.accountId', 'read_free_busy'],
    ]);
    await granting(['read_write']);
  });
});

describe('copies and exclusions (E3)', () => {
  let carol: Person;
  beforeAll(async () => {
    carol = await world.person('carol', [{ name: 'Own' }, { name: 'Team' }]);
    carol.put('meeting', content('02T10:00', '02T11:00', invitation('carol', 'DECLINED')));
    carol.put('meeting', content('02T10:00', '02T11:00'), { calendar: 1 });
    carol.put('daily', content('02T12:00', '02T13:00', { rules: ['RRULE:FREQ=DAILY;COUNT=3'] }));
    carol.put('daily', content('02T12:00', '02T13:00', { rules: ['RRULE:FREQ=DAILY;COUNT=3'] }), { calendar: 1 });
    await carol.sync();
  });
  const question = (more: object = {}, member: object = {}) => ({
    ...all([carol], member),
    search: periods(['02T10:00', '02T14:00'], ['03T12:00', '03T13:00']),
    ...more,
  });
  const idOf = async (uid: string, calendar: number) => {
    const { event } = await world.graph.data('query ($by: EventRef!) { event(by: $by) { id } }', {
      by: { external: { calendarId: carol.calendarIds[calendar], uid } },
    });
    return event.id as string;
  };

  test('count once, busy where any of those that are considered is', async () => {
    expect(await world.starts(question())).toEqual(['02T11:00', '02T13:00']);
    expect(await world.starts(question({}, { calendarIds: [carol.calendarIds[0]] }))).toContain('02T10:00');
    expect(await world.starts(question({}, { calendarIds: [carol.calendarIds[1]] }))).not.toContain('02T10:00');
  });

  test('an excluded event excludes its copies, and a series all its occurrences', async () => {
    const meeting = await idOf('meeting', 0);
    expect(await world.starts(question({ excludedEventIds: [meeting] }))).toEqual(['02T10:00', '02T11:00', '02T13:00']);
    const series = await idOf('daily', 1);
    expect(await world.starts(question({ excludedEventIds: [series] }))).toEqual(['02T11:00', '02T12:00', '02T13:00', '03T12:00']); // biome-ignore format: one line
    const occurrence = `${series}_20260302T120000Z`;
    expect(await world.starts(question({ excludedEventIds: [occurrence] }))).toEqual(['02T11:00', '02T12:00', '02T13:00']); // biome-ignore format: one line
  });

  test('unknown ids exclude nothing', async () => {
    for (const id of ['evt_00000000000000000000000000', '', 'x'.repeat(500), 'acc_00000000000000000000000000']) {
      expect(await world.starts(question({ excludedEventIds: [id] }))).toEqual(['02T11:00', '02T13:00']);
    }
  });
});

describe('which calendars count (E4)', () => {
  test('those that are asked for, else all but those that are only subscribed to', async () => {
    const dave = await world.person('dave', [{ name: 'Own' }, { name: 'Holidays', readOnly: true }]);
    dave.put('own', content('02T10:00', '02T11:00'));
    dave.put('holiday', content('02T11:00', '02T12:00'), { calendar: 1 });
    await dave.sync();
    const [own, holidays] = dave.calendarIds;
    const search = periods(['02T10:00', '02T13:00']);
    const starts = (calendarIds: unknown) => world.starts({ ...all([dave], { calendarIds }), search });
    expect(await starts(null)).toEqual(['02T11:00', '02T12:00']);
    expect(await starts([holidays])).toEqual(['02T10:00', '02T12:00']);
    expect(await starts([own, holidays])).toEqual(['02T12:00']);
    expect(await starts([])).toEqual(['02T10:00', '02T11:00', '02T12:00']);
  });
});

describe('trust', () => {
  test('a moved exception is busy where it is (G1)', async () => {
    const erin = await world.person('erin', [{ name: 'Work', timeZone: 'Europe/London' }]);
    const wall = (text: string): EventTime => ({ kind: 'zoned', local: `2026-11-${text}:00`, zone: 'Europe/London', instant: Date.parse(`2026-11-${text}:00Z`) }); // biome-ignore format: one record
    const weekly = { start: wall('09T10:00'), end: wall('09T11:00'), rules: ['RRULE:FREQ=WEEKLY;COUNT=4'] };
    erin.put('weekly', content('09T10:00', '09T11:00', weekly), {
      exceptions: [
        { recurrenceId: '20261116T100000', content: content('16T10:00', '16T11:00', { start: wall('17T15:00'), end: wall('17T16:00') }) }, // biome-ignore format: one record
      ],
    });
    await erin.sync();
    const search = {
      periods: [
        { start: '2026-11-16T10:00:00Z', end: '2026-11-16T12:00:00Z' },
        { start: '2026-11-17T15:00:00Z', end: '2026-11-17T16:00:00Z' },
      ],
    };
    const question = { ...all([erin]), search };
    expect(await world.starts(question)).toEqual(['16T10:00', '16T11:00']);
    const fields = 'rejections { start reasons { kind event { id } } }';
    const { data } = await world.run(question, fields);
    expect(data.availability.rejections).toEqual([
      { start: '2026-11-17T15:00:00Z', reasons: [{ kind: 'BUSY', event: { id: expect.stringMatching(/_20261116T100000$/) } }] }, // biome-ignore format: one record
    ]);
  });

  test('an all-day event is a day of its calendar, whoever asks (G3)', async () => {
    const finn = await world.person('finn', [{ name: 'Work', timeZone: 'Pacific/Auckland' }]);
    finn.put('day', content('25T00:00', '26T00:00', { start: { kind: 'date', date: '2026-12-25' }, end: { kind: 'date', date: '2026-12-26' } })); // biome-ignore format: one call
    await finn.sync();
    const question = {
      ...all([finn]),
      format: 'PERIODS',
      timeZone: 'America/Los_Angeles',
      search: { periods: [{ start: '2026-12-24T00:00:00Z', end: '2026-12-27T00:00:00Z' }] },
    };
    const { data } = await world.run(question);
    expect(data.availability.slots).toEqual([
      { start: '2026-12-24T00:00:00Z', end: '2026-12-24T11:00:00Z' },
      { start: '2026-12-25T11:00:00Z', end: '2026-12-27T00:00:00Z' },
    ]);
  });

  test('declined frees, unanswered holds (G4)', async () => {
    const gwen = await world.person('gwen');
    gwen.put('declined', content('02T10:00', '02T11:00', invitation('gwen', 'DECLINED')));
    gwen.put('unanswered', content('02T11:00', '02T12:00', invitation('gwen', 'NEEDS_ACTION')));
    gwen.put('transparent', content('02T12:00', '02T13:00', { busyStatus: 'FREE' }));
    gwen.put('perhaps', content('02T13:00', '02T14:00', { busyStatus: 'TENTATIVE' }));
    await gwen.sync();
    const question = { ...all([gwen]), search: periods(['02T10:00', '02T14:00']) };
    expect(await world.starts(question)).toEqual(['02T10:00', '02T12:00']);
    expect(await world.starts({ ...question, busyRule: { unanswered: false } })).toEqual(['02T10:00', '02T11:00', '02T12:00']); // biome-ignore format: one line
  });
});
