/** What a newcomer is promised, as one walk over real processes: connect, read, hear, write, crash, resume. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Loose } from '../setup/graph.ts';
import { basic, describeWithServer } from '../setup/servers.ts';
import { createService, type Service } from '../setup/service.ts';

const corpora = join(process.env['CORPORA_DIR'] ?? '../shared/data', 'ics', 'ical4j-valid');

const object = (uid: string, summary: string, sequence = 0) =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//another client//EN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20261101T000000Z',
    `SEQUENCE:${sequence}`,
    'DTSTART;TZID=Europe/London:20261124T100000',
    'DTEND;TZID=Europe/London:20261124T110000',
    `SUMMARY:${summary}`,
    'X-KEPT-BY-ALL:yes',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');

/** A subscriber that stores its cursor with what it has seen, as docs/live.md says. */
class Subscriber {
  readonly seen: string[] = [];
  cursor: string | null = null;
  #client: Client | null = null;

  follow(service: Service, filter: Record<string, unknown>): void {
    const client = createClient({
      url: `${service.address.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${service.key()}` },
    });
    this.#client = client;
    const run = async () => {
      const batches = client.iterate<Loose>({
        query: `subscription ($after: String, $filter: ChangeFilter) { changes(after: $after, filter: $filter) {
          cursor changes { kind subjectId subject { ... on CalendarEvent { uid summary } } } } }`,
        variables: { after: this.cursor, filter },
      });
      for await (const { data } of batches) {
        for (const change of data?.changes.changes ?? []) {
          this.seen.push(`${change.kind} ${change.subject?.uid ?? ''} ${change.subject?.summary ?? ''}`.trim());
        }
        this.cursor = data?.changes.cursor ?? this.cursor;
      }
    };
    // The process is killed under it: that is the point.
    run().catch(() => undefined);
  }

  async until(count: number, milliseconds = 20_000): Promise<void> {
    const deadline = Date.now() + milliseconds;
    while (this.seen.length < count) {
      if (Date.now() > deadline) throw new Error(`expected ${count} changes, saw ${JSON.stringify(this.seen)}`);
      await new Promise((later) => setTimeout(later, 50));
    }
  }

  hangUp(): void {
    void this.#client?.dispose();
  }
}

describeWithServer('radicale', (server) => {
  let service: Service;
  const subscriber = new Subscriber();
  const dav = (method: string, path: string, body?: string, headers: Record<string, string> = {}) =>
    fetch(new URL(path, server().alice.homeUrl), {
      method,
      headers: { authorization: basic(server().alice), ...headers },
      ...(body === undefined ? {} : { body }),
    });
  let calendarId = '';

  beforeAll(async () => {
    service = await createService();
    await service.start({ MERIDIAN_POLL_INTERVAL: 'PT1S' });
    expect((await dav('MKCALENDAR', 'walk/')).status).toBe(201);
    // Straight onto its disk: three hundred PUTs take Radicale a minute.
    const folder = join(server().folder, 'collections', 'collection-root', server().alice.username, 'walk');
    for (let number = 0; number < 300; number++) {
      writeFileSync(join(folder, `${number}.ics`), object(`event-${number}`, `number ${number}`));
    }
    if (existsSync(corpora)) {
      const real = readFileSync(join(corpora, 'rfc5545-sec4.1.ics'), 'utf8');
      expect((await dav('PUT', 'walk/real.ics', real)).ok).toBe(true);
    } else {
      console.warn(`left out: the real calendar of ${corpora} (CORPORA_DIR)`);
    }
  });
  afterAll(async () => {
    subscriber.hangUp();
    await service.remove();
  });

  test('connect, and read this month', async () => {
    const { connectCalDav } = await service.graph(
      `mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) {
        profile { id calendars { id name } } userErrors { code path message } } }`,
      { input: { serverUrl: server().url, username: server().alice.username, password: server().alice.password } },
    );
    const { id } = connectCalDav.profile;
    for (;;) {
      const { profile } = await service.graph(
        'query ($id: ID!) { profile(id: $id) { initialSyncRequired health { status } } }',
        { id },
      );
      if (!profile.initialSyncRequired) break;
      await new Promise((later) => setTimeout(later, 100));
    }
    const walk = connectCalDav.profile.calendars.find((calendar: Loose) => /walk/.test(calendar.name));
    calendarId = walk.id;
    const { calendar } = await service.graph(
      `query ($id: ID!) { calendar(id: $id) { events(first: 500, filter: { from: "2026-11-01T00:00:00Z", to: "2026-12-01T00:00:00Z" }) {
        nodes { uid start { local } } freshness { stale { reason } } } } }`,
      { id: calendarId },
    );
    expect(calendar.events.nodes).toHaveLength(300);
    expect(calendar.events.freshness.stale).toEqual([]);
  });

  test("another client's edit arrives", async () => {
    const { changes } = await service.graph('{ changes { cursor } }');
    subscriber.cursor = changes.cursor;
    subscriber.follow(service, { calendarIds: [calendarId] });
    expect((await dav('PUT', 'walk/7.ics', object('event-7', 'moved by Thunderbird', 1))).ok).toBe(true);
    await subscriber.until(1);
    expect(subscriber.seen).toEqual(['EVENT_UPDATED event-7 moved by Thunderbird']);
  });

  test('a write through the graph stands on the server, and is no change to its own author', async () => {
    const { upsertEvent } = await service.graph(
      `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { uid } operation { status } userErrors { code message } } }`,
      {
        input: {
          calendarId,
          key: 'from the graph',
          summary: 'From the graph',
          start: { timed: { dateTime: '2026-11-25T10:00:00Z', timeZone: 'Europe/London' } },
          end: { timed: { dateTime: '2026-11-25T11:00:00Z', timeZone: 'Europe/London' } },
        },
      },
    );
    expect(upsertEvent.operation.status).toBe('APPLIED');
    const listing = await (await dav('GET', 'walk/')).text();
    expect(listing).toContain(upsertEvent.event.uid);
    // A change by somebody else behind it shows that the write's echo was not told.
    expect((await dav('PUT', 'walk/8.ics', object('event-8', 'after the write', 1))).ok).toBe(true);
    await subscriber.until(2);
    expect(subscriber.seen.slice(1)).toEqual(['EVENT_UPDATED event-8 after the write']);
  });

  test('changing an event of another client keeps what we do not know', async () => {
    const { event } = await service.graph(
      'query ($c: ID!) { event(by: { external: { calendarId: $c, uid: "event-9" } }) { id } }',
      { c: calendarId },
    );
    await service.graph(
      'mutation ($i: UpdateEventInput!) { updateEvent(input: $i) { event { id } userErrors { code message } } }',
      {
        i: { id: event.id, summary: 'renamed by the graph' },
      },
    );
    const text = await (await dav('GET', 'walk/9.ics')).text();
    expect(text).toContain('SUMMARY:renamed by the graph');
    expect(text).toContain('X-KEPT-BY-ALL:yes');
  });

  test('kill -9 in the middle of a sync: started again, every change is exactly where it should be', async () => {
    const before = subscriber.seen.length;
    const expected: string[] = [];
    const edits = (async () => {
      for (let number = 100; number < 160; number++) {
        await dav('PUT', `walk/${number}.ics`, object(`event-${number}`, `edited ${number}`, 1));
        expected.push(`EVENT_UPDATED event-${number} edited ${number}`);
      }
      for (let number = 160; number < 170; number++) {
        await dav('DELETE', `walk/${number}.ics`);
        expected.push('EVENT_DELETED');
      }
    })();
    // While the edits are pulled, twice.
    for (let time = 0; time < 2; time++) {
      await new Promise((later) => setTimeout(later, 700));
      await service.kill();
      await service.start({ MERIDIAN_POLL_INTERVAL: 'PT1S' });
      subscriber.hangUp();
      subscriber.follow(service, { calendarIds: [calendarId] });
    }
    await edits;
    await subscriber.until(before + expected.length, 40_000);
    // Nothing more comes: what was seen is all there is.
    await new Promise((later) => setTimeout(later, 2_500));
    expect(subscriber.seen.slice(before).sort()).toEqual(expected.sort());
    const { calendar } = await service.graph(
      `query ($id: ID!) { calendar(id: $id) { events(first: 500, filter: { from: "2026-11-24T00:00:00Z", to: "2026-11-25T00:00:00Z" }) { nodes { uid } } } }`,
      { id: calendarId },
    );
    expect(calendar.events.nodes).toHaveLength(290);
  }, 120_000);

  test('a normal stop ends with 0 and leaves nothing behind', async () => {
    subscriber.hangUp();
    expect(await service.stop()).toBe(0);
    expect(service.output()).not.toContain(server().alice.password);
  });
});
