/** THIS_AND_FOLLOWING on real CalDAV servers, seen by another client with another reader of iCalendar (ical.js). */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import ICAL from 'ical.js';
import { createOutgoingFetch, type OutgoingFetch } from '../../datasources/http/outgoing-fetch.ts';
import { createCalDavConnector } from '../../datasources/providers/caldav/connector.ts';
import { calendarTexts } from '../../datasources/providers/caldav/texts.ts';
import { type Loose, openGraph, type TestGraph } from '../setup/graph.ts';
import { basic, type CalDavServerName, describeWithServer, type TestUser } from '../setup/servers.ts';
import { zones } from '../sync/world.ts';
import { followingWithHistory } from './series-scenario.ts';

/** A calendar's resources as another client reads them: their addresses and texts. */
async function resources(user: TestUser, calendarUrl: string): Promise<{ url: string; text: string }[]> {
  const headers = { authorization: basic(user) };
  const listed = await fetch(calendarUrl, { method: 'PROPFIND', headers: { ...headers, depth: '1' } });
  const hrefs = [...(await listed.text()).matchAll(/<[^>]*href>([^<]+\.ics)<\//g)].map((match) => match[1] ?? '');
  return Promise.all(
    hrefs.map(async (href) => {
      const url = new URL(href, calendarUrl).href;
      return { url, text: await (await fetch(url, { headers })).text() };
    }),
  );
}

/** What takes place, as ical.js works it out: wall clocks, in order. */
function expanded(texts: readonly string[]): string[] {
  const starts: string[] = [];
  for (const text of texts) {
    const events = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent');
    const exceptions = events.filter((event) => event.hasProperty('recurrence-id'));
    for (const master of events.filter((event) => !event.hasProperty('recurrence-id'))) {
      const event = new ICAL.Event(master, { exceptions });
      const occurrences = event.iterator();
      for (let next = occurrences.next(); next; next = occurrences.next()) {
        const { item, startDate } = event.getOccurrenceDetails(next);
        if (item.component.getFirstPropertyValue('status') !== 'CANCELLED')
          starts.push(startDate.toString().slice(0, 16));
      }
    }
  }
  return starts.sort();
}

function suite(name: CalDavServerName, calendarPath: string, schedules: boolean): void {
  describeWithServer(name, (server) => {
    let graph: TestGraph;
    let outgoing: OutgoingFetch;
    let profileId = '';
    let calendarId = '';
    const work = () => `${server().alice.homeUrl}${calendarPath}`;
    const texts = async (user: TestUser, url: string) => (await resources(user, url)).map(({ text }) => text);

    beforeAll(async () => {
      outgoing = createOutgoingFetch({ allowedNetworks: ['loopback'] });
      const caldav = createCalDavConnector({ fetch: outgoing, texts: calendarTexts({ zones, now: Date.now }), zones });
      graph = await openGraph({ caldav });
      const { alice } = server();
      if (name === 'radicale') {
        const made = await fetch(work(), { method: 'MKCALENDAR', headers: { authorization: basic(alice) } });
        expect(made.status).toBe(201);
      }
      const { connectCalDav } = await graph.data(
        'mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) { profile { id calendars { id name } } userErrors { code message } } }',
        { input: { serverUrl: server().url, username: alice.username, password: alice.password } },
      );
      profileId = connectCalDav.profile.id;
      calendarId = connectCalDav.profile.calendars[0].id;
      await graph.engine.pollNow(profileId);
    });
    afterAll(async () => {
      await graph.close();
      await outgoing.close();
    });

    test('THIS_AND_FOLLOWING with history', async () => {
      const { alice, bob } = server();
      const seen: string[][] = [];
      const look = async () => {
        const now = await texts(alice, work());
        seen.push(now);
        return expanded(now);
      };
      const invited = schedules ? { attendees: { invite: [{ email: 'bob@example.test' }] } } : {};
      const bobsCalendar = `${bob?.homeUrl}${calendarPath}`;
      const answered = async ({ id }: Loose) => {
        if (!schedules || bob === null) return;
        const [invitation] = await resources(bob, bobsCalendar);
        if (invitation === undefined) throw new Error('the invitation has not arrived');
        // Cyrus writes TRANSP twice into his copy, and takes it once from him.
        const accepted = invitation.text
          .replaceAll('PARTSTAT=NEEDS-ACTION', 'PARTSTAT=ACCEPTED')
          .replaceAll('TRANSP:OPAQUE\r\nEND:VEVENT', 'END:VEVENT');
        const headers = { authorization: basic(bob), 'content-type': 'text/calendar; charset=utf-8' };
        const put = await fetch(invitation.url, { method: 'PUT', headers, body: accepted });
        expect([put.status, await put.text()]).toEqual([204, '']);
        await graph.engine.pollNow(profileId);
        const { node } = await graph.data(
          'query ($id: ID!) { node(id: $id) { ... on CalendarEvent { attendees { email status } } } }',
          { id },
        );
        expect(node.attendees).toContainEqual({ email: 'bob@example.test', status: 'ACCEPTED' });
      };
      const answer: Loose = await followingWithHistory(graph, calendarId, look, { event: invited, before: answered });
      const { event, splitOff, warnings } = answer;

      const [cut = []] = seen;
      expect(cut).toHaveLength(2);
      const next = cut.find((text) => text.includes('COUNT=6')) ?? '';
      const master = new ICAL.Component(ICAL.parse(next)).getFirstSubcomponent('vevent');
      expect(master?.getFirstPropertyValue('related-to')).toBe(event.uid);
      expect(master?.getFirstPropertyValue('uid')).toBe(splitOff.uid);
      expect(warnings).toEqual(schedules ? [{ code: 'PARTICIPATION_RESET', path: ['scope'] }] : []);
      if (schedules) {
        const status = splitOff.attendees.find((one: Loose) => one.email === 'bob@example.test').status;
        expect(status).toBe('NEEDS_ACTION');
      }
      // Nothing of it comes back as a change of somebody else's.
      const version = async () => (await graph.data('query ($id: ID!) { node(id: $id) { ... on CalendarEvent { version } } }', { id: event.id })).node.version; // biome-ignore format: one call
      const before = await version();
      await graph.engine.pollNow(profileId);
      expect(await version()).toBe(before);
    });

    test('what only another client knows of a series is in what goes on of it too', async () => {
      const { alice } = server();
      const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Another client//EN', 'BEGIN:VEVENT', 'UID:theirs', 'DTSTAMP:20261101T000000Z', 'DTSTART:20261102T120000Z', 'DTEND:20261102T130000Z', 'RRULE:FREQ=WEEKLY;COUNT=4', 'SUMMARY:Theirs', 'X-ANOTHER-CLIENT:kept', 'ATTACH:https://files.example.test/plan.pdf', 'END:VEVENT', 'END:VCALENDAR', '']; // biome-ignore format: one document
      const headers = { authorization: basic(alice), 'content-type': 'text/calendar; charset=utf-8' };
      const put = await fetch(`${work()}theirs.ics`, { method: 'PUT', headers, body: lines.join('\r\n') });
      expect(put.status).toBe(201);
      await graph.engine.pollNow(profileId);
      const { event } = await graph.data(
        'query ($c: ID!) { event(by: { external: { calendarId: $c, uid: "theirs" } }) { id } }',
        { c: calendarId },
      );
      const { updateEvent } = await graph.data(
        'mutation ($input: UpdateEventInput!) { updateEvent(input: $input) { splitOff { uid } operation { status } userErrors { code message } } }',
        { input: { id: `${event.id}_20261116T120000Z`, scope: 'THIS_AND_FOLLOWING', summary: 'Theirs, changed' } },
      );
      expect(updateEvent.operation.status).toBe('APPLIED');
      const all = await texts(alice, work());
      const next = all.find((text) => text.includes(updateEvent.splitOff.uid)) ?? '';
      expect(next).toContain('X-ANOTHER-CLIENT:kept');
      expect(next).toContain('https://files.example.test/plan.pdf');
      expect(next).not.toContain('UID:theirs');
      expect(expanded(all.filter((text) => text.includes('theirs')))).toEqual(['2026-11-02T12:00', '2026-11-09T12:00', '2026-11-16T12:00', '2026-11-23T12:00']); // biome-ignore format: a list
    });

    if (!schedules) return;
    test('the invited see nine meetings too', async () => {
      const { bob } = server();
      if (bob === null) throw new Error('somebody to invite was expected');
      const { upsertEvent } = await graph.data(
        'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { code message } } }',
        {
          input: {
            calendarId,
            key: 'another',
            summary: 'Another',
            start: { timed: { dateTime: '2026-11-02T10:00:00Z', timeZone: 'Europe/London' } },
            end: { timed: { dateTime: '2026-11-02T11:00:00Z', timeZone: 'Europe/London' } },
            recurrence: ['RRULE:FREQ=WEEKLY;COUNT=9'],
            attendees: { invite: [{ email: 'bob@example.test' }] },
          },
        },
      );
      await graph.data(
        'mutation ($input: UpdateEventInput!) { updateEvent(input: $input) { splitOff { id } userErrors { code message } } }',
        {
          input: {
            id: `${upsertEvent.event.id}_20261130T100000`,
            scope: 'THIS_AND_FOLLOWING',
            start: { timed: { dateTime: '2026-11-30T14:00:00Z', timeZone: 'Europe/London' } },
            end: { timed: { dateTime: '2026-11-30T15:00:00Z', timeZone: 'Europe/London' } },
          },
        },
      );
      const theirs = (await texts(bob, `${bob.homeUrl}${calendarPath}`)).filter((text) => text.includes('Another'));
      const weeks = ['2026-11-02T10:00', '2026-11-09T10:00', '2026-11-16T10:00', '2026-11-23T10:00'];
      const later = ['2026-11-30', '2026-12-07', '2026-12-14', '2026-12-21', '2026-12-28'].map((day) => `${day}T14:00`);
      expect(expanded(theirs)).toEqual([...weeks, ...later]);
    });
  });
}

suite('radicale', 'work/', false);
suite('xandikos', 'calendar/', false);
suite('cyrus', 'Default/', true);
