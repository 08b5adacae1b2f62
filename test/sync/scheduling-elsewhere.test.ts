/** Servers that tell nobody: Radicale takes people as they are, and nobody is invited or answered through it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createOutgoingFetch, type OutgoingFetch } from '../../datasources/http/outgoing-fetch.ts';
import { createCalDavConnector } from '../../datasources/providers/caldav/connector.ts';
import { calendarTexts } from '../../datasources/providers/caldav/texts.ts';
import { systemZones } from '../../domain/time/system-zones.ts';
import { type Loose, openGraph, type TestGraph } from '../setup/graph.ts';
import { basic, describeWithServer } from '../setup/servers.ts';

describeWithServer('radicale', (server) => {
  let graph: TestGraph;
  let fetch: OutgoingFetch;
  let calendar: Loose;
  const invitation = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Elsewhere//EN',
    'BEGIN:VEVENT',
    'UID:invitation',
    'DTSTAMP:20261101T000000Z',
    'DTSTART:20261201T100000Z',
    'DTEND:20261201T110000Z',
    'SUMMARY:Invitation',
    'X-ELSEWHERE:kept',
    'ORGANIZER:mailto:carol@elsewhere.test',
    'ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:alice@example.test',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
  const at = (hour: number) => ({ timed: { dateTime: `2026-12-01T${hour}:00:00Z`, timeZone: 'Europe/London' } });

  beforeAll(async () => {
    const { alice, url } = server();
    const made = await globalThis.fetch(`${alice.homeUrl}work/`, {
      method: 'MKCALENDAR',
      headers: { authorization: basic(alice) },
    });
    expect(made.status).toBe(201);
    fetch = createOutgoingFetch({ allowedNetworks: ['loopback'] });
    const zones = systemZones(process.versions['tz'] ?? '');
    const texts = calendarTexts({ zones, now: Date.now });
    graph = await openGraph({ caldav: createCalDavConnector({ fetch, texts, zones }) });
    const { connectCalDav } = await graph.data(
      `mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) {
        profile { id calendars { id capabilities { attendees suppressNotifications } } } userErrors { code message } } }`,
      { input: { serverUrl: url, username: alice.username, password: alice.password } },
    );
    await graph.engine.pollNow(connectCalDav.profile.id);
    [calendar] = connectCalDav.profile.calendars;
  });
  afterAll(async () => {
    await graph.close();
    await fetch.close();
  });

  test('invites nobody, and says so beforehand', async () => {
    expect(calendar.capabilities).toEqual({ attendees: false, suppressNotifications: true });
    const { data } = await graph.run(
      `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { code path } } }`,
      {
        input: {
          calendarId: calendar.id,
          key: 'k',
          summary: 'k',
          start: at(10),
          end: at(11),
          attendees: { invite: [{ email: 'bob@example.test' }] },
        },
      },
    );
    expect(data.upsertEvent).toEqual({
      event: null,
      userErrors: [{ code: 'NOT_SUPPORTED', path: ['attendees', 'invite'] }],
    });
  });

  test('keeps an imported invitation as it is, unknown properties too, and does not answer it', async () => {
    const { importIcs } = await graph.data(
      'mutation ($input: ImportIcsInput!) { importIcs(input: $input) { created userErrors { code message } } }',
      { input: { calendarId: calendar.id, ics: invitation } },
    );
    expect(importIcs.created).toBe(1);
    const { operations } = await graph.data('{ operations(status: [PENDING]) { nodes { id } } }');
    for (const { id } of operations.nodes) {
      expect(await graph.engine.attemptOperation(id)).toMatchObject({ status: 'APPLIED' });
    }
    const { alice } = server();
    const stored = await (
      await globalThis.fetch(`${alice.homeUrl}work/invitation.ics`, { headers: { authorization: basic(alice) } })
    ).text();
    expect(stored).toContain('X-ELSEWHERE:kept');
    expect(stored).not.toContain('SCHEDULE-AGENT');
    const { event } = await graph.data(
      `query ($by: EventRef!) { event(by: $by) { id attendees { email status } permissions { changeParticipationStatus } } }`,
      { by: { external: { calendarId: calendar.id, uid: 'invitation' } } },
    );
    expect(event).toMatchObject({
      attendees: [{ email: 'alice@example.test', status: 'NEEDS_ACTION' }],
      permissions: { changeParticipationStatus: false },
    });
    const { data } = await graph.run(
      `mutation ($input: SetParticipationStatusInput!) { setParticipationStatus(input: $input) {
        operation { id } userErrors { code path } } }`,
      { input: { id: event.id, status: 'ACCEPTED' } },
    );
    expect(data.setParticipationStatus).toEqual({
      operation: null,
      userErrors: [{ code: 'NOT_SUPPORTED', path: ['id'] }],
    });
  });
});
