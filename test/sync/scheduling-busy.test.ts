/** What invitations make of their owner's time, through a real Cyrus (semantics E1, G4). */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Loose } from '../setup/graph.ts';
import { describeWithServer } from '../setup/servers.ts';
import { openSchedulingWorld, type SchedulingWorld } from './scheduling-world.ts';

describeWithServer('cyrus', (server) => {
  let world: SchedulingWorld;
  beforeAll(async () => {
    world = await openSchedulingWorld(server());
    const put = (name: string, hour: number, ...lines: readonly string[]) =>
      world.alice.request(
        'PUT',
        `Default/${name}.ics`,
        ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//EN', 'BEGIN:VEVENT', `UID:${name}`, 'DTSTAMP:20261101T000000Z']
          .concat([`DTSTART:20261201T${hour}0000Z`, `DTEND:20261201T${hour + 1}0000Z`, `SUMMARY:${name}`, ...lines])
          .concat(['END:VEVENT', 'END:VCALENDAR', ''])
          .join('\r\n'),
      );
    const invited = (status: string) => [
      'ORGANIZER;SCHEDULE-AGENT=NONE:mailto:carol@elsewhere.test',
      `ATTENDEE;PARTSTAT=${status}:mailto:alice@example.test`,
      'ATTENDEE;PARTSTAT=ACCEPTED:mailto:carol@elsewhere.test',
    ];
    await put('declined', 10, ...invited('DECLINED'));
    await put('unanswered', 11, ...invited('NEEDS-ACTION'));
    await put('transparent', 12, 'TRANSP:TRANSPARENT');
    await put('tentative', 13, ...invited('TENTATIVE'));
    await world.alice.sync();
  });
  afterAll(() => world.close());

  const periods = async (includeFree: boolean): Promise<[string, string, boolean][]> => {
    const { account } = await world.graph.data(
      `query ($id: ID!, $filter: FreeBusyFilter!) { account(id: $id) { freeBusy(filter: $filter) {
        nodes { busyStatus unanswered start { dateTime } } } } }`,
      {
        id: world.alice.accountId,
        filter: { from: '2026-12-01T10:00:00Z', to: '2026-12-01T14:00:00Z', includeFree },
      },
    );
    return account.freeBusy.nodes.map(({ start, busyStatus, unanswered }: Loose) => [
      start.dateTime.slice(11, 13),
      busyStatus,
      unanswered,
    ]);
  };

  test('Declined frees, unanswered holds', async () => {
    expect(await periods(true)).toEqual([
      ['10', 'FREE', false],
      ['11', 'BUSY', true],
      ['12', 'FREE', false],
      ['13', 'TENTATIVE', false],
    ]);
    expect(await periods(false)).toEqual([
      ['11', 'BUSY', true],
      ['13', 'TENTATIVE', false],
    ]);
  });

  test('an answer is in it at once', async () => {
    const { event } = await world.graph.data('query ($by: EventRef!) { event(by: $by) { id } }', {
      by: { external: { calendarId: world.alice.calendarId, uid: 'unanswered' } },
    });
    await world.graph.data(
      `mutation ($input: SetParticipationStatusInput!) { setParticipationStatus(input: $input) {
        operation { status } userErrors { code message } } }`,
      { input: { id: event.id, status: 'DECLINED' } },
    );
    expect(await periods(false)).toEqual([['13', 'TENTATIVE', false]]);
  });
});
