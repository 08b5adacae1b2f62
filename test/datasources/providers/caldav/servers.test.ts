import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createOutgoingFetch, type OutgoingFetch } from '../../../../datasources/http/outgoing-fetch.ts';
import { createCalDavConnector } from '../../../../datasources/providers/caldav/connector.ts';
import type { Connector, ProviderSession, RemoteResource } from '../../../../datasources/providers/connector.ts';
import {
  basic,
  type CalDavServer,
  calDavServerNames,
  describeWithServer,
  type TestUser,
} from '../../../setup/servers.ts';
import { connectorSuite, type ForeignClient } from '../connector-suite.ts';
import { calendar, objectOf, texts, zones } from '../texts.ts';

for (const name of calDavServerNames) {
  describeWithServer(name, (server) => {
    let fetch: OutgoingFetch;
    let connector: Connector;
    beforeAll(() => {
      fetch = createOutgoingFetch({ allowedNetworks: ['loopback'] });
      // Small batches, so that few events make several pages.
      connector = createCalDavConnector({ fetch, texts, zones, batch: 10 });
    });
    connectorSuite(() => {
      const { url, alice, checksPasswords, schedules } = server();
      return {
        connector,
        credential: { kind: 'basic', serverUrl: url, username: alice.username, password: alice.password },
        foreign: foreignClient(server()),
        entryUrls: [
          url,
          url.slice(0, -1),
          alice.principalUrl,
          alice.principalUrl.slice(0, -1),
          alice.homeUrl,
          `${url}.well-known/caldav`,
          `${url}there/is/nothing/here`,
        ],
        checksPasswords,
        schedules,
        // Xandikos lists changes without their data.
        callsOfOneChange: name === 'xandikos' ? 2 : 1,
        freeBusy: schedules,
        keepsTimeZone: name !== 'xandikos',
      };
    });
    if (name === 'cyrus') scheduling(() => ({ server: server(), connector }));
    afterAll(async () => {
      await fetch.close();
    });
  });
}

/** RFC 6638, which of these servers Cyrus alone speaks. */
function scheduling(target: () => { server: CalDavServer; connector: Connector }): void {
  describe('scheduling', () => {
    const connected = async (user: TestUser | null): Promise<ProviderSession> => {
      if (user === null) throw new Error('expected two users');
      const { server, connector } = target();
      const credential = {
        kind: 'basic',
        serverUrl: server.url,
        username: user.username,
        password: user.password,
      } as const;
      const session = { profileId: user.username, applicationId: null, credential, principal: null };
      return { ...session, principal: await connector.connect(session) };
    };
    const primaryOf = async (session: ProviderSession): Promise<string> => {
      const primary = (await target().connector.calendars(session)).find((one) => one.primary);
      if (primary === undefined) throw new Error('no primary calendar');
      return primary.remoteId;
    };
    const pullAll = async (session: ProviderSession, remoteId: string): Promise<RemoteResource[]> => {
      const found: RemoteResource[] = [];
      for await (const { resources } of target().connector.pull(session, remoteId, null, async () => new Map())) {
        found.push(...resources);
      }
      return found;
    };

    test('an invitation arrives, an answer comes back, and each write is answered as the server keeps it', async () => {
      const { server, connector } = target();
      const [alice, bob] = [await connected(server.alice), await connected(server.bob)];
      expect(alice.principal?.addresses).toEqual(['alice@example.test']);
      const [hers, his] = [await primaryOf(alice), await primaryOf(bob)];
      const text = calendar(
        'BEGIN:VEVENT',
        'UID:invitation@example.test',
        'DTSTAMP:20260101T000000Z',
        // Cyrus tells nobody of what is over.
        'DTSTART:20990309T120000Z',
        'DTEND:20990309T130000Z',
        'SUMMARY:Lunch for two',
        'ORGANIZER:mailto:alice@example.test',
        'ATTENDEE;PARTSTAT=ACCEPTED:mailto:alice@example.test',
        'ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bob@example.test',
        'END:VEVENT',
      );
      const sent = await connector.write(alice, hers, {
        remoteId: null,
        etag: null,
        raw: null,
        object: objectOf(text),
      });
      expect(sent.raw).toMatch(/SCHEDULE-STATUS/);
      expect((await pullAll(alice, hers)).find(({ remoteId }) => remoteId === sent.remoteId)?.etag).toBe(sent.etag);

      const received = (await pullAll(bob, his)).find(({ object }) => object.uid === 'invitation@example.test');
      if (received?.object.master == null) throw new Error('the invitation did not arrive');
      const attendees = received.object.master.attendees.map((attendee) =>
        attendee.email === 'bob@example.test' ? { ...attendee, status: 'ACCEPTED' as const } : attendee,
      );
      const object = { ...received.object, master: { ...received.object.master, attendees } };
      await connector.write(bob, his, { ...received, object });

      const answered = await connector.read(alice, hers, sent.remoteId);
      expect(answered?.object.master?.attendees.map(({ email, status }) => [email, status])).toEqual([
        ['alice@example.test', 'ACCEPTED'],
        ['bob@example.test', 'ACCEPTED'],
      ]);
      expect(answered?.etag).not.toBe(sent.etag);
    });

    test('a uid that another calendar of the user holds is a conflict that names it', async () => {
      const { server, connector } = target();
      const alice = await connected(server.alice);
      const other = await connector.createCalendar(alice, { name: 'Other', color: null, timeZone: null });
      const [held] = await pullAll(alice, await primaryOf(alice));
      if (held === undefined) throw new Error('nothing is held');
      const copy = connector.write(alice, other.remoteId, {
        remoteId: null,
        etag: null,
        raw: null,
        object: held.object,
      });
      await expect(copy).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining('the uid is in use by /dav/'),
      });
    });
  });
}

/** Plain HTTP, as another client would speak it. */
function foreignClient(server: CalDavServer): ForeignClient {
  const headers = { authorization: basic(server.alice), 'content-type': 'text/calendar; charset=utf-8' };
  const place = (calendar: string, name: string): string => `${calendar}${name}.ics`;
  return {
    put: async (calendar, name, body) =>
      (await globalThis.fetch(place(calendar, name), { method: 'PUT', headers, body })).status,
    get: async (calendar, name) => {
      const answer = await globalThis.fetch(place(calendar, name), { headers });
      return answer.status === 200 ? await answer.text() : null;
    },
    delete: async (calendar, name) => {
      await globalThis.fetch(place(calendar, name), { method: 'DELETE', headers });
    },
    remoteId: (calendar, name) => new URL(place(calendar, name)).pathname,
  };
}
