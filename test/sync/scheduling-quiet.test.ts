/** Whom a real Cyrus mails, and whom it must not: every iTIP message is counted, delivered here or mailed elsewhere. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Loose } from '../setup/graph.ts';
import { type CuttingProxy, startCuttingProxy } from '../setup/servers/cutting-proxy.ts';
import { describeWithServer } from '../setup/servers.ts';
import { eventFields, openSchedulingWorld, type SchedulingWorld } from './scheduling-world.ts';

const upsert = `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) {
  created event { ${eventFields} } operation { id status } warnings { code } userErrors { code path message } } }`;
const update = `mutation ($input: UpdateEventInput!) { updateEvent(input: $input) {
  event { ${eventFields} } splitOff { id uid } operation { id status } warnings { code } userErrors { code path message } } }`;
const importIcs = `mutation ($input: ImportIcsInput!) { importIcs(input: $input) {
  created updated unchanged skipped { uid reason } userErrors { code message } } }`;

const timed = (hour: number) => ({
  timed: { dateTime: `2026-12-01T${String(hour).padStart(2, '0')}:00:00Z`, timeZone: 'Europe/London' },
});
const guests = ['bob@example.test', ...Array.from({ length: 49 }, (_, at) => `guest${at}@elsewhere.test`)];
const requests = guests.map((guest) => `REQUEST ${guest}`).sort();

describeWithServer('cyrus', (server) => {
  let world: SchedulingWorld;
  let proxy: CuttingProxy;
  beforeAll(async () => {
    proxy = await startCuttingProxy(server().url);
    world = await openSchedulingWorld(server(), (user) => (user.username === 'alice' ? proxy.url : server().url));
  });
  afterAll(async () => {
    await world.close();
    await proxy.close();
  });
  const run = async (document: string, input: unknown): Promise<Loose> =>
    Object.values((await world.graph.run(document, { input })).data)[0];
  /** Imports are tried by the engine; here at once. */
  const carryOut = async (): Promise<void> => {
    const { operations } = await world.graph.data('{ operations(status: [PENDING]) { nodes { id } } }');
    for (const { id } of operations.nodes) {
      expect(await world.graph.engine.attemptOperation(id)).toMatchObject({ status: 'APPLIED' });
    }
  };
  const document = (uid: string, sequence: number, summary: string, more: readonly string[] = []) =>
    [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Elsewhere//EN',
      'METHOD:REQUEST',
      'BEGIN:VEVENT',
      `UID:${uid}`,
      'DTSTAMP:20261101T000000Z',
      `SEQUENCE:${sequence}`,
      'DTSTART:20261201T100000Z',
      'DTEND:20261201T110000Z',
      `SUMMARY:${summary}`,
      'X-ELSEWHERE:kept',
      'ORGANIZER;CN=Alice:mailto:alice@example.test',
      ...guests.map((guest) => `ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${guest}`),
      ...more,
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n');
  const imported = async (uid: string, ics: string): Promise<Loose> => {
    const { calendarId } = world.alice;
    const answer = (await world.graph.data(importIcs, { input: { calendarId, ics } })).importIcs;
    await carryOut();
    return { ...answer, event: await world.alice.eventByUid(uid) };
  };

  test('Nobody is mailed by accident', async () => {
    const { calendarId } = world.alice;
    const uid = 'imported@elsewhere.test';
    expect(await imported(uid, document(uid, 0, 'Imported'))).toMatchObject({ created: 1, skipped: [] });
    const [stored = ''] = [...(await world.alice.resources('Default')).values()];
    expect(stored).toContain('X-ELSEWHERE:kept');
    expect(stored).not.toContain('METHOD');
    expect(stored.match(/^(?:ATTENDEE|ORGANIZER)[^\n]*SCHEDULE-AGENT=NONE/gm)).toHaveLength(51);
    // The same document again, and a newer one.
    expect(await imported(uid, document(uid, 0, 'Imported'))).toMatchObject({ created: 0, updated: 0, unchanged: 1 });
    expect(await imported(uid, document(uid, 1, 'Newer'))).toMatchObject({ updated: 1, event: { summary: 'Newer' } });
    expect(await world.messages(uid)).toEqual([]);

    // The first upsert loses its answer, and is sorted out by what the server has.
    const meeting = {
      calendarId,
      key: 'meeting',
      summary: 'Meeting',
      start: timed(12),
      end: timed(13),
      attendees: { invite: guests.map((email) => ({ email })) },
    };
    proxy.cut('PUT', 'after');
    const first = await run(upsert, meeting);
    expect(first).toMatchObject({ created: true, operation: { status: 'PENDING' }, userErrors: [] });
    expect(proxy.cuts).toBe(1);
    await carryOut();
    const managed: string = first.event.uid;
    expect(await world.messages(managed)).toEqual(requests);
    // And one whose request never arrived.
    proxy.cut('PUT', 'before');
    expect(await run(upsert, { ...meeting, key: 'other' })).toMatchObject({ operation: { status: 'PENDING' } });
    expect(proxy.cuts).toBe(2);
    await carryOut();
    const { event: other } = await run(upsert, { ...meeting, key: 'other' });
    expect(await world.messages(other.uid)).toEqual(requests);

    // The same again, and a change of the time to what it is.
    expect(await run(upsert, meeting)).toMatchObject({ created: false, userErrors: [] });
    expect(await run(update, { id: first.event.id, start: timed(12), end: timed(13) })).toMatchObject({
      userErrors: [],
    });
    await carryOut();
    await world.alice.sync();
    expect(await run(upsert, meeting)).toMatchObject({ created: false, userErrors: [] });
    await carryOut();
    expect(await world.messages(managed)).toEqual(requests);
  });

  test('an imported event goes on without mail whatever is changed of it', async () => {
    const uid = 'series@elsewhere.test';
    const rule = ['RRULE:FREQ=DAILY;COUNT=6'];
    const { event } = await imported(uid, document(uid, 0, 'Series', rule));
    const changes: readonly Record<string, unknown>[] = [
      { id: event.id, summary: 'Renamed' },
      { id: `${event.id}_20261202T100000Z`, start: timed(15), end: timed(16) },
      { id: event.id, scope: 'ALL', attendees: { remove: ['guest7@elsewhere.test'] } },
      { id: `${event.id}_20261204T100000Z`, scope: 'THIS_AND_FOLLOWING', summary: 'Split' },
    ];
    let split = '';
    for (const change of changes) {
      const answer = await run(update, change);
      expect(answer).toMatchObject({ userErrors: [] });
      split = answer.splitOff?.uid ?? split;
      await carryOut();
    }
    expect(split).not.toBe('');
    expect(await world.messages(uid)).toEqual([]);
    expect(await world.messages(split)).toEqual([]);
    // Whoever is invited now was not in the document, and is told, alone.
    const invited = await run(update, { id: event.id, attendees: { invite: [{ email: 'new@elsewhere.test' }] } });
    expect(invited).toMatchObject({ userErrors: [] });
    await carryOut();
    expect(new Set(await world.messages(uid))).toEqual(new Set(['REQUEST new@elsewhere.test']));
    const removal = `mutation ($input: DeleteEventInput!) { deleteEvent(input: $input) { operation { status } userErrors { code } } }`;
    expect(await run(removal, { id: event.id, scope: 'ALL' })).toMatchObject({ operation: { status: 'APPLIED' } });
    expect((await world.messages(uid)).filter((message) => message.startsWith('CANCEL'))).toEqual([
      'CANCEL new@elsewhere.test',
    ]);
  });

  test('an imported invitation is answered for its owner alone: the organizer is not told, and it is said', async () => {
    const uid = 'invitation@elsewhere.test';
    const text = document(uid, 0, 'Invitation', ['ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:alice@example.test']).replace(
      'ORGANIZER;CN=Alice:mailto:alice@example.test',
      'ORGANIZER:mailto:carol@elsewhere.test',
    );
    const { event } = await imported(uid, text);
    const answer = await run(
      `mutation ($input: SetParticipationStatusInput!) { setParticipationStatus(input: $input) {
        event { participationStatus } operation { status } warnings { code path } userErrors { code message } } }`,
      { id: event.id, status: 'ACCEPTED' },
    );
    expect(answer).toEqual({
      event: { participationStatus: 'ACCEPTED' },
      operation: { status: 'APPLIED' },
      warnings: [{ code: 'FIELD_IGNORED', path: ['status'] }],
      userErrors: [],
    });
    expect(await world.messages(uid)).toEqual([]);
  });
});
