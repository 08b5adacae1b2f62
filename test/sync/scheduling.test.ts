/** Scheduling on a server that invites, answers and cancels by itself (RFC 6638): a real Cyrus, alice and bob. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Loose } from '../setup/graph.ts';
import { describeWithServer } from '../setup/servers.ts';
import { eventFields, openSchedulingWorld, type SchedulingWorld } from './scheduling-world.ts';

const upsert = `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) {
  created event { ${eventFields} } operation { status failure { code message } } warnings { code path } userErrors { code path message } } }`;
const update = `mutation ($input: UpdateEventInput!) { updateEvent(input: $input) {
  event { ${eventFields} } operation { status failure { code message } } warnings { code path } userErrors { code path message } } }`;
const remove = `mutation ($input: DeleteEventInput!) { deleteEvent(input: $input) {
  deletedId operation { status failure { code message } } warnings { code path } userErrors { code path message } } }`;
const removeManaged = `mutation ($input: DeleteManagedEventInput!) { deleteManagedEvent(input: $input) {
  operation { status } warnings { code path } userErrors { code path message } } }`;

const timed = (hour: number) => ({
  timed: { dateTime: `2026-12-01T${String(hour).padStart(2, '0')}:00:00Z`, timeZone: 'Europe/London' },
});
const bobAddress = 'bob@example.test';

describeWithServer('cyrus', (server) => {
  let world: SchedulingWorld;
  beforeAll(async () => {
    world = await openSchedulingWorld(server());
  });
  afterAll(() => world.close());
  const invitation = (key: string, more: Record<string, unknown> = {}) => ({
    calendarId: world.alice.calendarId,
    key,
    summary: key,
    start: timed(10),
    end: timed(11),
    attendees: { invite: [{ email: bobAddress }, { email: `${key}@elsewhere.test` }] },
    ...more,
  });
  const run = async (document: string, input: unknown): Promise<Loose> =>
    Object.values((await world.graph.run(document, { input })).data)[0];

  test('the calendar says that it can invite, and that it cannot do so in silence', async () => {
    const { calendar } = await world.graph.data(
      'query ($id: ID!) { calendar(id: $id) { capabilities { attendees suppressNotifications } } }',
      { id: world.alice.calendarId },
    );
    expect(calendar.capabilities).toEqual({ attendees: true, suppressNotifications: false });
  });

  describe('an invitation', () => {
    let uid = '';
    test('finds its way to everybody, here and elsewhere, and comes back as silence', async () => {
      const made = await run(upsert, invitation('kickoff'));
      expect(made).toMatchObject({ created: true, operation: { status: 'APPLIED' }, warnings: [], userErrors: [] });
      uid = made.event.uid;
      expect(made.event).toMatchObject({
        origin: 'MANAGED',
        organizer: { email: 'alice@example.test' },
        attendees: [
          { email: bobAddress, status: 'NEEDS_ACTION' },
          { email: 'kickoff@elsewhere.test', status: 'NEEDS_ACTION' },
        ],
      });
      expect(await world.messages(uid)).toEqual([`REQUEST ${bobAddress}`, 'REQUEST kickoff@elsewhere.test']);
      const told = (await world.alice.changes()).length;
      await world.alice.sync();
      expect(await world.alice.changes(told)).toEqual([]);
    });

    test('is an external event of the one who is invited, though it carries our uid and marker', async () => {
      await world.bob.sync();
      const copy = await world.bob.eventByUid(uid);
      expect([...(await world.bob.resources('Default')).values()].join()).toContain('X-MERIDIAN-REF');
      expect(copy).toMatchObject({
        origin: 'EXTERNAL',
        summary: 'kickoff',
        participationStatus: 'NEEDS_ACTION',
        permissions: { update: false, delete: true, changeParticipationStatus: true },
      });
      expect(copy.attendees.find((attendee: Loose) => attendee.self).email).toBe(bobAddress);
    });

    test('leaves its shared fields to the organizer, and the owner’s own to the owner', async () => {
      const { id } = await world.bob.eventByUid(uid);
      const told = await world.messages(uid);
      const refused = await run(update, {
        id,
        summary: 'Mine',
        description: 'd',
        start: timed(12),
        end: timed(13),
        location: { description: 'x' },
        attendees: { invite: [{ email: 'carol@elsewhere.test' }] },
        recurrence: ['RRULE:FREQ=DAILY;COUNT=2'],
      });
      expect(refused.userErrors.map(({ code, path }: Loose) => [code, path[0]])).toEqual(
        ['summary', 'description', 'start', 'end', 'location', 'attendees', 'recurrence'].map((field) => [
          'READ_ONLY',
          field,
        ]),
      );
      const done = await run(update, {
        id,
        busyStatus: 'FREE',
        reminders: [{ minutes: 5 }],
        color: '#FF0000',
        categories: ['Mine'],
        visibility: 'PRIVATE',
      });
      expect(done).toMatchObject({ operation: { status: 'APPLIED' }, userErrors: [] });
      await world.bob.sync();
      expect(await world.bob.eventByUid(uid)).toMatchObject({
        busyStatus: 'FREE',
        participationStatus: 'NEEDS_ACTION',
      });
      expect(await world.messages(uid)).toEqual(told);
    });

    test('answered by another client comes as a change of the organizer’s event', async () => {
      const told = (await world.alice.changes()).length;
      const [path, text] = [...(await world.bob.resources('Default'))].find(([, one]) => one.includes(uid)) ?? ['', ''];
      await world.bob.request(
        'PUT',
        path,
        text
          .replace(/(ATTENDEE[^\n]*)PARTSTAT=NEEDS-ACTION([^\n]*bob@)/, '$1PARTSTAT=TENTATIVE$2')
          .replaceAll('\n', '\r\n'),
      );
      await world.alice.sync();
      expect(await world.alice.changes(told)).toEqual([
        { kind: 'EVENT_UPDATED', subject_id: expect.any(String), made_by: null },
      ]);
      const { event } = await world.graph.data(`query ($by: EventRef!) { event(by: $by) { ${eventFields} } }`, {
        by: { managed: { calendarId: world.alice.calendarId, key: 'kickoff' } },
      });
      expect(event.attendees).toMatchObject([{ email: bobAddress, status: 'TENTATIVE' }, { status: 'NEEDS_ACTION' }]);
    });

    test('taken back from one is cancelled for that one alone', async () => {
      const before = await world.messages(uid);
      const { id } = (
        await world.graph.data('query ($by: EventRef!) { event(by: $by) { id } }', {
          by: { managed: { calendarId: world.alice.calendarId, key: 'kickoff' } },
        })
      ).event;
      const answer = await run(update, { id, attendees: { remove: ['kickoff@elsewhere.test'] } });
      expect(answer).toMatchObject({ operation: { status: 'APPLIED' }, userErrors: [] });
      // The answer that bob gave stands (semantics C8).
      expect(answer.event.attendees).toMatchObject([{ email: bobAddress, status: 'TENTATIVE' }]);
      expect(await world.messages(uid)).toEqual(['CANCEL kickoff@elsewhere.test', ...before].sort());
    });

    test('of an event that is deleted is cancelled for everybody', async () => {
      const answer = await run(removeManaged, { calendarId: world.alice.calendarId, key: 'kickoff' });
      expect(answer).toMatchObject({ operation: { status: 'APPLIED' }, warnings: [], userErrors: [] });
      await world.bob.sync();
      expect((await world.bob.inbox(uid)).filter((method) => method === 'CANCEL')).toHaveLength(1);
      const copy = await world.bob.eventByUid(uid);
      expect(copy).toMatchObject({ status: 'CANCELLED', permissions: { changeParticipationStatus: false } });
    });
  });

  test('what was not to be told is told all the same, and said so; with onLoss REFUSE it is not done', async () => {
    const quiet = invitation('hush', { control: { notifyAttendees: 'NONE' } });
    const refused = await run(upsert, { ...quiet, control: { notifyAttendees: 'NONE', onLoss: 'REFUSE' } });
    expect(refused).toMatchObject({
      created: null,
      event: null,
      userErrors: [{ code: 'NOT_SUPPORTED', path: ['control', 'notifyAttendees'] }],
    });
    const made = await run(upsert, quiet);
    const warned = [{ code: 'NOTIFICATIONS_NOT_SUPPRESSED', path: ['control', 'notifyAttendees'] }];
    expect(made.warnings).toEqual(warned);
    expect(await world.messages(made.event.uid)).toHaveLength(2);
    const removal = { calendarId: world.alice.calendarId, key: 'hush', control: { notifyAttendees: 'NONE' } };
    expect((await run(removeManaged, removal)).warnings).toEqual(warned);
    expect((await world.messages(made.event.uid)).filter((message) => message.startsWith('CANCEL'))).toHaveLength(2);
  });

  test('an invitation that is deleted declines it, and in silence where that was asked for', async () => {
    for (const [key, control, replies] of [
      ['decline', {}, 1],
      ['silently', { notifyAttendees: 'NONE' }, 0],
    ] as const) {
      const { event } = await run(upsert, invitation(key));
      await world.bob.sync();
      const { id } = await world.bob.eventByUid(event.uid);
      expect(await run(remove, { id, control })).toMatchObject({
        deletedId: id,
        operation: { status: 'APPLIED' },
        warnings: [],
        userErrors: [],
      });
      expect((await world.alice.inbox(event.uid)).filter((method) => method === 'REPLY')).toHaveLength(replies);
      await world.alice.sync();
      const { event: after } = await world.graph.data(`query ($by: EventRef!) { event(by: $by) { ${eventFields} } }`, {
        by: { managed: { calendarId: world.alice.calendarId, key } },
      });
      expect(after.attendees[0]).toMatchObject({
        email: bobAddress,
        status: replies === 1 ? 'DECLINED' : 'NEEDS_ACTION',
      });
    }
  });

  test('an answer that arrives while the organizer writes is kept', async () => {
    const { event } = await run(upsert, invitation('meanwhile'));
    const [path, text] = [...(await world.bob.resources('Default'))].find(([, one]) => one.includes(event.uid)) ?? [
      '',
      '',
    ];
    const accepted = text.replace(/(ATTENDEE[^\n]*)PARTSTAT=NEEDS-ACTION([^\n]*bob@)/, '$1PARTSTAT=ACCEPTED$2');
    await world.bob.request('PUT', path, accepted.replaceAll('\n', '\r\n'));
    // Nothing of it is known here yet: the server has another version than the one that is written upon.
    const renamed = await run(upsert, invitation('meanwhile', { summary: 'Renamed' }));
    expect(renamed).toMatchObject({
      event: { summary: 'Renamed', attendees: [{ email: bobAddress, status: 'ACCEPTED' }, {}] },
      operation: { status: 'APPLIED' },
      userErrors: [],
    });
  });

  test('what an attendee changes of one occurrence for themselves raises no SEQUENCE', async () => {
    const { event } = await run(upsert, invitation('daily', { recurrence: ['RRULE:FREQ=DAILY;COUNT=4'] }));
    await world.bob.sync();
    const { id } = await world.bob.eventByUid(event.uid);
    const copy = async () =>
      [...(await world.bob.resources('Default')).values()].find((one) => one.includes(event.uid)) ?? '';
    const before = /^SEQUENCE:(\d+)/m.exec(await copy())?.[1];
    expect(await run(update, { id: `${id}_20261202T100000`, busyStatus: 'FREE' })).toMatchObject({ userErrors: [] });
    expect((await copy()).match(/^SEQUENCE:\d+/gm)).toEqual([`SEQUENCE:${before}`, `SEQUENCE:${before}`]);
    // The organizer's next word arrives all the same.
    await run(upsert, invitation('daily', { summary: 'Every day', start: timed(11), end: timed(12) }));
    await world.bob.sync();
    expect(await world.bob.eventByUid(event.uid)).toMatchObject({
      summary: 'Every day',
      start: { dateTime: '2026-12-01T11:00:00Z' },
    });
  });

  test('a series that another organizes is not cut in two', async () => {
    const { event } = await run(upsert, invitation('weekly', { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=4'] }));
    await world.bob.sync();
    const { id } = await world.bob.eventByUid(event.uid);
    const occurrence = `${id}_20261208T100000`;
    const refused = { userErrors: [{ code: 'READ_ONLY', path: ['scope'] }] };
    expect(await run(update, { id: occurrence, scope: 'THIS_AND_FOLLOWING', busyStatus: 'FREE' })).toMatchObject(
      refused,
    );
    expect(await run(remove, { id: occurrence, scope: 'THIS_AND_FOLLOWING' })).toMatchObject(refused);
  });

  test('a uid that another calendar of the same user has is a DUPLICATE that names it', async () => {
    const { alice, graph } = world;
    await alice.request('MKCALENDAR', 'second/', undefined, { 'content-type': 'application/xml' });
    await graph.engine.pollNow(alice.profileId);
    const text = [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//x//EN',
      'BEGIN:VEVENT',
      'UID:taken@example.test',
      'DTSTAMP:20261101T000000Z',
      'DTSTART:20261201T100000Z',
      'DTEND:20261201T110000Z',
      'SUMMARY:Taken',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n');
    await alice.request('PUT', 'second/taken.ics', text);
    const importing = async (): Promise<Loose> =>
      (
        await graph.data(
          `mutation ($input: ImportIcsInput!) { importIcs(input: $input) { created skipped { uid reason } userErrors { code } } }`,
          { input: { calendarId: alice.calendarId, ics: text } },
        )
      ).importIcs;
    // Nothing is known of the other calendar's event yet: its server says so.
    expect(await importing()).toMatchObject({ created: 1 });
    const { id } = await alice.eventByUid('taken@example.test');
    const answer = await run(update, { id, summary: 'Changed' });
    expect(answer.userErrors).toEqual([
      { code: 'DUPLICATE', path: [], message: expect.stringMatching(/in use in the calendar "second"/) },
    ]);
    expect(await alice.eventByUid('taken@example.test')).toBeNull();
    await graph.engine.pollNow(alice.profileId);
    expect(await importing()).toMatchObject({
      created: 0,
      skipped: [{ uid: 'taken@example.test', reason: expect.stringContaining('"second"') }],
    });
  });
});
