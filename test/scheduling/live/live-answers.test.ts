/** How long an answer stands if nothing happens, and what is asked of providers while it is watched. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Actor } from '../../../domain/actor.ts';
import type { LiveQuestion } from '../../../scheduling/live/live-answers.ts';
import type { AvailabilityInput } from '../../../schema/generated.ts';
import {
  all,
  content,
  instant,
  openWorld,
  type Person,
  periods,
  type World,
} from '../../resolvers/availability-world.ts';
import { holding } from '../../resolvers/held.ts';
import { testKey } from '../../setup/graph.ts';

let world: World;
let ann: Person;
let actor: Actor;
beforeAll(async () => {
  world = await openWorld();
  ann = await world.person('ann');
  await ann.sync();
  const found = await world.graph.served.authenticate(`Bearer ${testKey}`);
  if (found === null) throw new Error('a credential was expected');
  actor = found;
});
afterEach(() => {
  world.graph.clock.now = null;
});
afterAll(() => world.close());

const nothing = { participants: false, tokens: false, rejections: false };
const day = periods(['02T09:00', '02T12:00']);

/** As the resolver gets it: scalars read. */
function read(input: object): AvailabilityInput {
  const instants = (value: unknown): unknown => {
    if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) return Date.parse(value);
    if (Array.isArray(value)) return value.map(instants);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, instants(one)]));
  };
  return instants({ ...all([ann]), search: day, ...input }) as AvailabilityInput;
}
const ask = (input: object, told: Partial<typeof nothing> = {}): Promise<LiveQuestion> =>
  world.graph.services.liveAvailability.ask(actor, read(input), { ...nothing, ...told });
async function stands(input: object, told?: Partial<typeof nothing>): Promise<readonly (number | null)[]> {
  const { standsFor, goodFor } = await (await ask(input, told)).answer();
  return [standsFor, goodFor];
}

describe('an answer stands', () => {
  test('for good, where no clock is asked', async () => {
    expect(await stands({})).toEqual([null, null]);
    expect(await stands({ distribution: { strategy: 'RANDOM' } }, { participants: true })).toEqual([null, null]);
    expect(await stands({ distribution: { strategy: 'LEAST_BOOKED' } })).toEqual([null, null]);
  });

  test('until the notice passes its first start, or any start where refusals are told', async () => {
    world.graph.clock.now = Date.parse(instant('02T08:30'));
    const minutes = (count: number) => count * 60_000 + 1;
    expect(await stands({ minimumNotice: 'PT0S' })).toEqual([minutes(30), null]);
    expect(await stands({ minimumNotice: 'PT1H' })).toEqual([minutes(30), null]);
    ann.put('busy', content('02T09:00', '02T10:00'));
    await ann.sync();
    expect(await stands({ minimumNotice: 'PT0S' })).toEqual([minutes(90), null]);
    expect(await stands({ minimumNotice: 'PT0S' }, { rejections: true })).toEqual([minutes(30), null]);
  });

  test('until a hold expires', async () => {
    const holds = holding(world.graph);
    await holds.create({ slots: [{ slotToken: await holds.offered([ann], '02T10:00') }], ttl: 'PT2M' });
    const [standsFor] = await stands({});
    expect(standsFor).toBeLessThanOrEqual(120_000);
    expect(standsFor).toBeGreaterThan(90_000);
  });

  test('a minute, where bookings that age decide who comes first; half an hour, where tokens are told', async () => {
    const search = periods(['05T09:00', '05T12:00']);
    const leastBooked = { distribution: { strategy: 'LEAST_BOOKED' }, search };
    expect(await stands(leastBooked, { participants: true, tokens: true })).toEqual([60_000, 1_800_000]);
  });
});

test('a period that has begun begins at the next whole minute of the notice, and the same second for the query', async () => {
  const search = periods(['06T09:00', '06T12:00']);
  world.graph.clock.now = Date.parse(instant('06T09:15')) + 20_500;
  const input = { search, format: 'PERIODS', minimumNotice: 'PT1M' };
  const question = await ask(input);
  const { answer, standsFor } = await question.answer();
  expect(answer.found.openings.map(({ start }) => start * 1000)).toEqual([Date.parse(instant('06T09:17'))]);
  // At 09:16:00 it is a minute from there; the first millisecond after is told.
  expect(standsFor).toBe(39_500 + 1);
  const { data } = await world.run({ ...all([ann]), ...input });
  expect(data.availability.slots[0].start).toBe('2026-03-06T09:16:21Z');
});

test('providers are asked for the first answer alone: what is watched is kept fresh otherwise', async () => {
  await ann.sync();
  world.graph.clock.now = Date.now() + 3_600_000;
  const question = await ask({ maxStaleness: 'PT5M' });
  const asked = () => ann.provider.calls;
  const before = JSON.stringify([...asked()]);
  await question.answer();
  const after = JSON.stringify([...asked()]);
  expect(after).not.toBe(before);
  await question.answer();
  expect(JSON.stringify([...asked()])).toBe(after);
});

test('RANDOM without a seed keeps the order that it told first', async () => {
  const others = await Promise.all(Array.from({ length: 6 }, (_, at) => world.person(`random${at}`)));
  for (const one of others) await one.sync();
  const participants = [{ members: others.map(({ accountId }) => ({ accountId })), required: 1 }];
  const search = periods(['07T09:00', '07T10:00']);
  const question = await ask({ participants, search, distribution: { strategy: 'RANDOM' } });
  const order = async () => {
    const { answer } = await question.answer();
    const [slot] = answer.found.openings;
    if (slot === undefined) throw new Error('a slot was expected');
    return (await answer.participantsOf(slot)).map(({ accountId }) => accountId);
  };
  expect(question.accountIds).toEqual(others.map(({ accountId }) => accountId));
  expect(await order()).toEqual(await order());
});
