import { afterAll, beforeAll } from '@jest/globals';
import { createOutgoingFetch, type OutgoingFetch } from '../../../../datasources/http/outgoing-fetch.ts';
import { createCalDavConnector } from '../../../../datasources/providers/caldav/connector.ts';
import type { Connector } from '../../../../datasources/providers/connector.ts';
import { basic, type CalDavServer, calDavServerNames, describeWithServer } from '../../../setup/servers.ts';
import { connectorSuite, type ForeignClient } from '../connector-suite.ts';
import { texts, zones } from '../texts.ts';

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
    afterAll(async () => {
      await fetch.close();
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
