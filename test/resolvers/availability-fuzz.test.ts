/** Drawn calendars and drawn questions through the whole graph, beside brute force on the same events. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BruteForce } from '../../bench/availability/brute-force.ts';
import { type Case, type CaseMember, drawCase } from '../../bench/availability/cases.ts';
import { seeded } from '../../bench/oracles/random.ts';
import type { EventContent, EventTime } from '../../domain/events/model.ts';
import { systemZones } from '../../domain/time/system-zones.ts';
import { inputOf, nowOf } from '../scheduling/availability/drawn-question.ts';
import type { Loose } from '../setup/graph.ts';
import { content, invitation, openWorld, type Person, type World } from './availability-world.ts';

const syncedFrom = Date.parse('2041-01-01T00:00:00Z');
const zones = systemZones(process.versions['tz'] ?? '');
let world: World;
const people: Person[] = [];
beforeAll(async () => {
  world = await openWorld();
  for (let place = 0; place < 4; place += 1) {
    people.push(await world.person(`drawn-${place}`, [{ name: 'One' }, { name: 'Two' }, { name: 'Three' }]));
  }
}, 60_000);
afterAll(() => world.close());

/** What a provider's calendar can say; what holds, bookings and stored rules say is tried elsewhere. */
function onlyEvents(asked: Case): Case {
  const plain = (member: CaseMember): CaseMember => ({
    ...member,
    // Without the bits of the application's own and of free time beside a booking.
    intervals: member.intervals.map((one) => ({ ...one, kind: one.kind & 7 })).filter(({ start, end }) => start < end),
    rules: null,
    periods: [],
    held: [],
    limits: [],
    bookings: [],
    synced: true,
  });
  return { ...asked, members: asked.members.map(plain) };
}

const statuses: readonly EventContent['busyStatus'][] = ['BUSY', 'TENTATIVE', 'WORKING_ELSEWHERE', 'OUT_OF_OFFICE'];
const utc = (seconds: number): EventTime => ({ kind: 'utc', instant: seconds * 1000 });

async function fill(person: Person, member: CaseMember): Promise<void> {
  for (const remote of person.remote) {
    const { resources } = person.provider.calendar(remote);
    for (const { remoteId } of [...resources.values()]) person.provider.delete(remote, remoteId);
  }
  for (const [place, { start, end, kind, source }] of member.intervals.entries()) {
    const asked = (kind & 4) === 0 ? {} : invitation(person.name, 'NEEDS_ACTION');
    const times = { start: utc(start), end: utc(end), busyStatus: statuses[kind & 3] ?? 'BUSY' };
    person.put(`event-${place}`, content('02T10:00', '02T11:00', { ...times, ...asked }), { calendar: source });
  }
  const { status } = await world.graph.engine.pollNow(person.profileId);
  expect(status).toBe('polled');
}

test('finds what brute force finds in a dozen drawn sets of calendars, three questions each', async () => {
  const random = seeded(2_026_11);
  const idOf = {
    account: (place: number) => people[place]?.accountId ?? '',
    calendar: (place: number, one: number) => people[place]?.calendarIds[one] ?? '',
  };
  let found = 0;
  for (let number = 0; number < 12; number += 1) {
    const drawn = onlyEvents(drawCase(random));
    // An hour later each time, so that nobody has been asked too often; the questions are asked when they have to be.
    world.graph.clock.now = syncedFrom + number * 3_600_000;
    for (const [place, member] of drawn.members.entries()) await fill(people[place] as Person, member);
    world.graph.clock.now = nowOf(drawn);
    for (const format of ['PERIODS', 'SLOTS', 'OVERLAPPING_SLOTS'] as const) {
      const asked = { ...drawn, format };
      const expected = new BruteForce(asked, zones).openings();
      const input = JSON.parse(JSON.stringify(inputOf(asked, idOf), instants));
      const { data, errors } = await world.run(
        input,
        'truncated slots { start end participants { account { id } group } }',
      );
      expect(errors).toEqual([]);
      const told = data.availability.slots.map(({ start, end, participants }: Loose) => [
        Date.parse(start) / 1000,
        Date.parse(end) / 1000,
        participants.map(({ account, group }: Loose) => [group, account.id]),
      ]);
      const wanted = expected.openings.map(({ start, end, free }) => [
        start,
        end,
        free.flatMap((places, group) => places.map((place) => [group, idOf.account(place)])),
      ]);
      expect([number, told, data.availability.truncated]).toEqual([number, wanted, expected.truncated]);
      found += told.length;
    }
  }
  expect(found).toBeGreaterThan(20);
}, 120_000);

/** As the wire has them. */
function instants(key: string, value: unknown): unknown {
  if (key === 'start' || key === 'end') return new Date(value as number).toISOString();
  if (key === 'starts') return (value as number[]).map((at) => new Date(at).toISOString());
  return value;
}
