/** setParticipationStatus end to end, on a server that tells the organizer: a real Cyrus. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Loose } from '../../setup/graph.ts';
import { shareDefault } from '../../setup/servers/cyrus.ts';
import { describeWithServer } from '../../setup/servers.ts';
import { eventFields, openSchedulingWorld, type SchedulingWorld } from '../scheduling-world.ts';

const answerDocument = `mutation ($input: SetParticipationStatusInput!) { setParticipationStatus(input: $input) {
  event { ${eventFields} } conflict { version } operation { id status attempts failure { code message } }
  warnings { code path } userErrors { code path message } } }`;

const upsert = `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { uid } userErrors { code path } } }`;
const timed = (hour: number) => ({
  timed: { dateTime: `2026-12-01T${String(hour).padStart(2, '0')}:00:00Z`, timeZone: 'Europe/London' },
});

describeWithServer('cyrus', (server) => {
  let world: SchedulingWorld;
  beforeAll(async () => {
    world = await openSchedulingWorld(server());
  });
  afterAll(() => world.close());

  const answer = async (input: Record<string, unknown>): Promise<Loose> =>
    (await world.graph.run(answerDocument, { input })).data.setParticipationStatus;
  /** Invites bob and somebody elsewhere; bob's copy. */
  const invited = async (key: string, more: Record<string, unknown> = {}): Promise<Loose> => {
    const { upsertEvent } = await world.graph.data(upsert, {
      input: {
        calendarId: world.alice.calendarId,
        key,
        summary: key,
        start: timed(10),
        end: timed(11),
        attendees: { invite: [{ email: 'bob@example.test' }, { email: 'carol@elsewhere.test' }] },
        ...more,
      },
    });
    await world.bob.sync();
    return world.bob.eventByUid(upsertEvent.event.uid);
  };
  const organizers = async (key: string): Promise<Loose> => {
    await world.alice.sync();
    const by = { managed: { calendarId: world.alice.calendarId, key } };
    return (await world.graph.data(`query ($by: EventRef!) { event(by: $by) { ${eventFields} } }`, { by })).event;
  };
  const replies = async (uid: string) =>
    [...(await world.alice.resources('Inbox')).values()].filter(
      (text) => text.includes(`UID:${uid}\n`) && text.includes('METHOD:REPLY'),
    );

  test('the answer reaches the organizer with its comment, and is no change of bob’s own afterwards', async () => {
    const { id, uid } = await invited('answered');
    const done = await answer({ id, status: 'ACCEPTED', comment: 'With cake,\nperhaps' });
    expect(done).toMatchObject({
      event: { participationStatus: 'ACCEPTED', attendees: [{ email: 'bob@example.test', status: 'ACCEPTED' }, {}] },
      operation: { status: 'APPLIED', attempts: 1 },
      warnings: [],
      userErrors: [],
    });
    const [reply, ...more] = await replies(uid);
    expect(more).toEqual([]);
    expect(reply).toContain('COMMENT:With cake\\,\\nperhaps\n');
    expect((await organizers('answered')).attendees).toMatchObject([
      { email: 'bob@example.test', status: 'ACCEPTED' },
      { email: 'carol@elsewhere.test', status: 'NEEDS_ACTION' },
    ]);
    const told = (await world.bob.changes()).length;
    await world.bob.sync();
    expect(await world.bob.changes(told)).toEqual([]);
  });

  test('a later answer takes the comment of the earlier one back; the same answer again sends nothing', async () => {
    const { id, uid } = await invited('changed');
    await answer({ id, status: 'ACCEPTED', comment: 'Yes' });
    expect(await answer({ id, status: 'DECLINED' })).toMatchObject({ event: { participationStatus: 'DECLINED' } });
    const sent = await replies(uid);
    expect(sent.map((text) => [/PARTSTAT=(\w+)/.exec(text)?.[1], text.includes('COMMENT')]).sort()).toEqual([
      ['ACCEPTED', true],
      ['DECLINED', false],
    ]);
    const again = await world.graph.run(answerDocument, { input: { id, status: 'DECLINED', comment: 'Really' } });
    expect(again.providerCalls).toBe(0);
    expect(again.data.setParticipationStatus).toMatchObject({
      operation: null,
      warnings: [{ code: 'FIELD_IGNORED', path: ['comment'] }],
      userErrors: [],
    });
    expect(await replies(uid)).toHaveLength(2);
  });

  test('never raises SEQUENCE, and leaves what others wrote into the copy', async () => {
    const { id, uid } = await invited('kept');
    const [path, text] = [...(await world.bob.resources('Default'))].find(([, one]) => one.includes(uid)) ?? ['', ''];
    await world.bob.request(
      'PUT',
      path,
      text.replace('END:VEVENT', 'X-OTHER:kept\nEND:VEVENT').replaceAll('\n', '\r\n'),
    );
    await world.bob.sync();
    await answer({ id, status: 'TENTATIVE' });
    const after = (await world.bob.resources('Default')).get(path) ?? '';
    expect(after).toContain('X-OTHER:kept');
    expect(after).toMatch(/PARTSTAT=TENTATIVE[^\n]*bob@example\.test/);
    const sequence = (of: string) => /^SEQUENCE:(\d+)/m.exec(of)?.[1];
    expect(sequence(after)).toBe(sequence(text));
  });

  test('stands beside what the organizer changes meanwhile', async () => {
    const { id, uid } = await invited('meanwhile');
    await world.graph.data(upsert, {
      input: {
        calendarId: world.alice.calendarId,
        key: 'meanwhile',
        summary: 'Renamed',
        start: timed(14),
        end: timed(15),
        attendees: { invite: [{ email: 'dave@elsewhere.test' }] },
      },
    });
    // Bob's copy is another one by now, and nothing of it is known here.
    const done = await answer({ id, status: 'ACCEPTED' });
    expect(done).toMatchObject({
      event: { summary: 'Renamed', start: { dateTime: '2026-12-01T14:00:00Z' }, participationStatus: 'ACCEPTED' },
      operation: { status: 'APPLIED' },
      userErrors: [],
    });
    expect(done.event.attendees).toHaveLength(3);
    expect(await replies(uid)).toHaveLength(1);
    expect((await organizers('meanwhile')).attendees[0]).toMatchObject({
      email: 'bob@example.test',
      status: 'ACCEPTED',
    });
  });

  test('carries any comment: what no calendar can hold is left out of it', async () => {
    const { id, uid } = await invited('odd');
    const done = await answer({ id, status: 'ACCEPTED', comment: ' BEGIN:VEVENT\r\nX;Y:"Z"\u0000\u001b\ud800 é\t😀 ' });
    expect(done).toMatchObject({ operation: { status: 'APPLIED' }, userErrors: [] });
    const [reply = ''] = await replies(uid);
    expect(reply).toContain('COMMENT:BEGIN:VEVENT\\nX\\;Y:"Z"\ufffd é\t😀\n');
    expect(reply.match(/BEGIN:VEVENT\n/g)).toHaveLength(1);
  });

  test('THIS answers one occurrence: its copy differs from the series in nothing else', async () => {
    const { id, uid } = await invited('series', { recurrence: ['RRULE:FREQ=DAILY;COUNT=4'] });
    const occurrence = `${id}_20261203T100000`;
    const done = await answer({ id: occurrence, status: 'DECLINED', comment: 'Dentist' });
    expect(done).toMatchObject({
      event: { id: occurrence, participationStatus: 'DECLINED', summary: 'series', recurrence: { role: 'EXCEPTION' } },
      operation: { status: 'APPLIED' },
      userErrors: [],
    });
    expect(await world.bob.eventByUid(uid)).toMatchObject({ participationStatus: 'NEEDS_ACTION' });
    const [reply, ...more] = await replies(uid);
    expect(more).toEqual([]);
    expect(reply).toMatch(/RECURRENCE-ID[^\n]*20261203T100000/);
    expect(reply).toContain('COMMENT:Dentist');
    const copy = [...(await world.bob.resources('Default')).values()].find((text) => text.includes(uid)) ?? '';
    const [series = '', own = ''] = copy.split('BEGIN:VEVENT').slice(1);
    const shared = (text: string) =>
      text.split('\n').filter((line) => /^(?:SUMMARY|ORGANIZER|X-MERIDIAN|ATTENDEE.*(?:alice|carol))/.test(line));
    expect(shared(own).map((line) => line.replace(/;SCHEDULE-STATUS=[\d.]+/, ''))).toEqual(shared(series));

    const all = await answer({ id: occurrence, status: 'ACCEPTED', scope: 'ALL' });
    expect(all).toMatchObject({ event: { id, participationStatus: 'ACCEPTED' }, operation: { status: 'APPLIED' } });
    const { event: one } = await world.graph.data(`query ($by: EventRef!) { event(by: $by) { ${eventFields} } }`, {
      by: { id: occurrence },
    });
    expect(one.participationStatus).toBe('ACCEPTED');
  });

  test('THIS_AND_FOLLOWING is refused: the series is its organizer’s; at its first occurrence it is ALL', async () => {
    const { id } = await invited('following', { recurrence: ['RRULE:FREQ=DAILY;COUNT=4'] });
    const refused = await answer({ id: `${id}_20261203T100000`, status: 'ACCEPTED', scope: 'THIS_AND_FOLLOWING' });
    expect(refused).toMatchObject({ event: null, userErrors: [{ code: 'NOT_SUPPORTED', path: ['scope'] }] });
    const whole = await answer({ id: `${id}_20261201T100000`, status: 'ACCEPTED', scope: 'THIS_AND_FOLLOWING' });
    expect(whole).toMatchObject({ event: { id, participationStatus: 'ACCEPTED' }, userErrors: [] });
  });

  test('honours ifVersion, idempotencyKey, dryRun and onLoss', async () => {
    const { id, uid, version } = await invited('controlled');
    const dry = await answer({ id, status: 'ACCEPTED', control: { dryRun: true } });
    expect(dry).toMatchObject({ event: { participationStatus: 'ACCEPTED' }, userErrors: [] });
    expect(await world.bob.eventByUid(uid)).toMatchObject({ participationStatus: 'NEEDS_ACTION', version });
    expect(await answer({ id, status: 'ACCEPTED', control: { ifVersion: '999' } })).toMatchObject({
      conflict: { version },
      userErrors: [{ code: 'VERSION_CONFLICT', path: ['control', 'ifVersion'] }],
    });
    const quiet = { notifyAttendees: 'NONE' };
    expect(await answer({ id, status: 'ACCEPTED', control: { ...quiet, onLoss: 'REFUSE' } })).toMatchObject({
      userErrors: [{ code: 'NOT_SUPPORTED', path: ['control', 'notifyAttendees'] }],
    });
    expect(await replies(uid)).toEqual([]);
    const once = { id, status: 'ACCEPTED', control: { ...quiet, idempotencyKey: 'once', ifVersion: version } };
    const first = await answer(once);
    expect(first).toMatchObject({
      operation: { status: 'APPLIED' },
      warnings: [{ code: 'NOTIFICATIONS_NOT_SUPPRESSED', path: ['control', 'notifyAttendees'] }],
    });
    expect(await answer(once)).toMatchObject({ operation: { id: first.operation.id }, userErrors: [] });
    expect(await answer({ ...once, status: 'DECLINED' })).toMatchObject({
      userErrors: [{ code: 'IDEMPOTENCY_MISMATCH', path: ['control', 'idempotencyKey'] }],
    });
    expect(await replies(uid)).toHaveLength(1);
  });

  test('is the owner’s alone: the organizer has nothing to answer, nor who is not invited', async () => {
    await invited('own');
    const own = await organizers('own');
    expect(own).toMatchObject({ participationStatus: null, permissions: { changeParticipationStatus: false } });
    expect(await answer({ id: own.id, status: 'DECLINED' })).toMatchObject({
      event: null,
      userErrors: [{ code: 'READ_ONLY', path: ['id'], message: expect.stringMatching(/owner organizes/) }],
    });
    const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//EN', 'BEGIN:VEVENT', 'UID:others@example.test']
      .concat(['DTSTAMP:20261101T000000Z', 'DTSTART:20261201T100000Z', 'DTEND:20261201T110000Z', 'SUMMARY:Others'])
      .concat(['ORGANIZER:mailto:carol@elsewhere.test', 'ATTENDEE:mailto:dave@elsewhere.test', 'END:VEVENT'])
      .concat(['END:VCALENDAR', '']);
    await world.bob.request('PUT', 'Default/others.ics', text.join('\r\n'));
    await world.bob.sync();
    const others = await world.bob.eventByUid('others@example.test');
    expect(others).toMatchObject({ participationStatus: null, permissions: { changeParticipationStatus: false } });
    expect(await answer({ id: others.id, status: 'ACCEPTED' })).toMatchObject({
      userErrors: [{ code: 'READ_ONLY', path: ['id'], message: expect.stringMatching(/not among/) }],
    });
  });

  test('of a calendar that somebody shares is the owner’s of the calendar, never the login’s', async () => {
    const { bob, alice, graph } = world;
    await shareDefault(server(), alice.user, bob.user);
    await graph.engine.pollNow(bob.profileId);
    await graph.engine.pollNow(bob.profileId);
    const rows = await graph.fresh.superuser<{ id: string; owner_addresses: string[] | null; remote_id: string }>(
      'select id, remote_id, owner_addresses from calendar where profile_id = $1 order by remote_id',
      [bob.profileId],
    );
    expect(rows.map(({ owner_addresses }) => owner_addresses)).toEqual([null, ['alice@example.test']]);
    const shared = rows[1]?.id ?? '';
    await graph.engine.syncCalendar(shared, 'INCREMENTAL');
    const inShared = async (uid: string): Promise<Loose> =>
      (
        await graph.data(`query ($by: EventRef!) { event(by: $by) { ${eventFields} } }`, {
          by: { external: { calendarId: shared, uid } },
        })
      ).event;
    // Bob is invited to alice's event, but this is alice's copy of it.
    const { uid } = await organizers('own');
    expect(await inShared(uid)).toMatchObject({
      participationStatus: null,
      permissions: { changeParticipationStatus: false },
    });
    const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//EN', 'BEGIN:VEVENT', 'UID:delegated@example.test']
      .concat(['DTSTAMP:20261101T000000Z', 'DTSTART:20261201T100000Z', 'DTEND:20261201T110000Z', 'SUMMARY:Others'])
      .concat(['ORGANIZER:mailto:carol@elsewhere.test', 'ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:alice@example.test'])
      .concat(['ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:bob@example.test', 'END:VEVENT', 'END:VCALENDAR', '']);
    await alice.request('PUT', 'Default/delegated.ics', text.join('\r\n'));
    await graph.engine.syncCalendar(shared, 'INCREMENTAL');
    const { id } = await inShared('delegated@example.test');
    // What this server sends for others' calendars is nothing at all.
    expect(await answer({ id, status: 'ACCEPTED' })).toMatchObject({
      event: null,
      userErrors: [{ code: 'READ_ONLY', path: ['id'], message: expect.stringMatching(/in their name/) }],
    });
    expect(await inShared('delegated@example.test')).toMatchObject({
      participationStatus: 'NEEDS_ACTION',
      permissions: { changeParticipationStatus: false },
    });
    const { calendar } = await graph.data('query ($id: ID!) { calendar(id: $id) { capabilities { attendees } } }', {
      id: shared,
    });
    expect(calendar.capabilities.attendees).toBe(false);
  });
});
