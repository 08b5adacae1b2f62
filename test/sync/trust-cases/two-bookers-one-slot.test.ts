/** Two bookers, one slot, a buffer, a user (G8): exactly one gets it, and what the user did on her phone meanwhile comes first. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { holding } from '../../resolvers/held.ts';
import { describeWithServer } from '../../setup/servers.ts';
import { type CalDavGraph, openCalDavGraph, resource } from '../caldav-graph.ts';

describeWithServer('radicale', (server) => {
  let world: CalDavGraph;
  let written: string[] = [];
  beforeAll(async () => {
    world = await openCalDavGraph(server(), { work: 'Europe/London' }, ({ method, path }) => {
      if (method === 'PUT' || method === 'DELETE' || method === 'POST') written.push(`${method} ${path}`);
      return null;
    });
  });
  afterAll(() => world.close());

  const buffer = { buffer: { before: 'PT15M', after: 'PT15M' } };
  const slotsIn = async (from: string, to: string, more: object = buffer) => {
    const input = {
      participants: [{ members: [{ accountId: world.accountId }] }],
      requiredDuration: 'PT30M',
      format: 'OVERLAPPING_SLOTS',
      search: { periods: [{ start: `2026-12-01T${from}:00Z`, end: `2026-12-01T${to}:00Z` }] },
      ...more,
    };
    const { availability } = await world.graph.data(
      `query ($input: AvailabilityInput!) { availability(input: $input) {
        slots { start token } rejections { start reasons { kind } } } }`,
      { input },
    );
    return availability;
  };

  test('of two hundred one holds; confirming names what the user did; and beside what is booked is its buffer', async () => {
    const { graph, calendarIds } = world;
    const holds = holding(graph);
    const { slots } = await slotsIn('10:00', '11:00');
    expect(slots.map(({ start }: { start: string }) => start.slice(11, 16))).toEqual(['10:00', '10:30']);
    const answers = await Promise.all(Array.from({ length: 200 }, (_, call) => holds.hold(slots[call % 2].token)));
    const made = answers.flatMap(({ hold }) => hold ?? []);
    expect(made).toHaveLength(1);
    const [hold] = made;
    if (hold === undefined) throw new Error('no hold');
    const start = Date.parse(hold.slots[0]?.start ?? '');

    // On her phone: ten minutes within what is held, of which nobody here has heard yet.
    const stamp = (minutes: number) => new Date(start + minutes * 60_000).toISOString().replace(/[-:]|\.\d+/g, '');
    const phone = resource('phone', [`DTSTART:${stamp(10)}`, `DTEND:${stamp(20)}`, 'SUMMARY:From the phone']);
    await world.foreign('PUT', 'work/phone.ics', phone);
    written = [];
    const event = { calendarId: calendarIds.get('work'), key: 'interview', summary: 'Interview' };
    const input = { holdId: hold.id, events: [{ event }] };
    const refused = await holds.confirm(input);
    expect(refused).toMatchObject({ results: null, userErrors: [{ path: ['holdId'], code: 'SLOT_TAKEN' }] });
    const { event: hers } = await graph.data('query ($e: ExternalEventRef!) { event(by: { external: $e }) { id } }', {
      e: { calendarId: calendarIds.get('work'), uid: 'phone' },
    });
    expect(refused.userErrors[0].message).toContain(hers.id);
    expect(written).toEqual([]);

    // She thinks better of it: what was held is still held, and is booked.
    await world.foreign('DELETE', 'work/phone.ics');
    const confirmed = await holds.confirm(input);
    expect(confirmed).toMatchObject({ hold: { status: 'CONFIRMED' }, userErrors: [] });
    expect(written.filter((request) => request.startsWith('PUT')).length).toBeGreaterThan(0);
    const { slots: left, rejections } = await slotsIn('10:00', '11:00', {});
    expect(left).toEqual([]);
    const kinds = rejections.map(({ reasons }: { reasons: { kind: string }[] }) => reasons.map(({ kind }) => kind));
    // The booked one is busy, the other one lies in its buffer; which of them is which the race decided.
    expect(kinds.map((one: string[]) => one.join()).sort()).toEqual(['BUFFER', 'BUSY']);
  });
});
