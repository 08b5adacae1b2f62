/** Declined frees, unanswered holds (G4): the same four answers whatever server keeps the calendar, and what a grant of blocks leaves of them. */
import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CalDavServer, type CalDavServerName, describeWithServer, type TestUser } from '../../setup/servers.ts';
import { type CalDavGraph, openCalDavGraph, resource } from '../caldav-graph.ts';
import { askHours } from './asked-availability.ts';

const owner = 'alice@example.test';
const invited = (status: string) => [
  'ORGANIZER;SCHEDULE-AGENT=NONE:mailto:carol@elsewhere.test',
  `ATTENDEE;PARTSTAT=${status}:mailto:${owner}`,
  'ATTENDEE;PARTSTAT=ACCEPTED:mailto:carol@elsewhere.test',
];

/** Alice under a login by which a server that names no addresses still tells whose calendar it is. */
function addressed(server: CalDavServer): CalDavServer {
  if (server.name === 'cyrus') return server;
  const alice: TestUser = { ...server.alice, username: owner };
  if (!server.checksPasswords) return { ...server, alice };
  const password = randomBytes(8).toString('hex');
  appendFileSync(join(server.folder, 'users'), `${owner}:${password}\n`);
  const home = `${server.url}${owner}/`;
  return { ...server, alice: { username: owner, password, homeUrl: home, principalUrl: home } };
}

function suite(name: CalDavServerName): void {
  describeWithServer(name, (server) => {
    let world: CalDavGraph;
    beforeAll(async () => {
      world = await openCalDavGraph(addressed(server()), { work: 'Europe/London' });
      const put = (uid: string, hour: number, ...lines: readonly string[]) =>
        world.foreign('PUT', `work/${uid}.ics`, resource(uid, [`DTSTART:20261201T${hour}0000Z`, `DTEND:20261201T${hour + 1}0000Z`, `SUMMARY:${uid}`, ...lines])); // biome-ignore format: one call
      await put('declined', 10, ...invited('DECLINED'));
      await put('unanswered', 11, ...invited('NEEDS-ACTION'));
      await put('transparent', 12, 'TRANSP:TRANSPARENT');
      await put('tentative', 13, ...invited('TENTATIVE'));
      await world.poll();
    });
    afterAll(() => world.close());

    const hours = async (busyRule: object = {}) => {
      const { free, refused, precision } = await askHours(
        world.graph,
        world.accountId,
        [['2026-12-01T10', '2026-12-01T14']],
        { busyRule },
      );
      return { free, refused: refused.map((text) => text.replace(/ evt_\w{26}$/, ' event')), precision };
    };

    test('10 and 12 are free; 11 too where unanswered does not count, 13 where tentative does not', async () => {
      expect(await hours()).toEqual({
        free: ['01T10', '01T12'],
        refused: ['01T11 BUSY event', '01T13 BUSY event'],
        precision: 'EVENTS',
      });
      expect((await hours({ unanswered: false })).free).toEqual(['01T10', '01T11', '01T12']);
      expect((await hours({ tentative: false })).free).toEqual(['01T10', '01T12', '01T13']);
      expect((await hours({ tentative: false, unanswered: false })).free).toEqual(['01T10', '01T11', '01T12', '01T13']);
    });

    test('with a grant of free and busy alone they are blocks: 11 and 13 are busy whatever the rule, and nobody says by what', async () => {
      await world.graph.fresh.superuser('update authorization_grant set scopes = $2 where account_id = $1', [
        world.accountId,
        ['read_free_busy'],
      ]);
      const blocks = { free: ['01T10', '01T12'], refused: ['01T11 BUSY', '01T13 BUSY'], precision: 'BLOCKS' };
      expect(await hours()).toEqual(blocks);
      expect(await hours({ tentative: false, unanswered: false })).toEqual(blocks);
    });
  });
}

suite('radicale');
suite('xandikos');
suite('cyrus');
