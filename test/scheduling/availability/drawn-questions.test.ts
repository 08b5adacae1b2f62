/** From input to answer against brute force: what is between the graph and the engine loses nothing and adds nothing. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BruteForce } from '../../../bench/availability/brute-force.ts';
import { type Case, drawCase } from '../../../bench/availability/cases.ts';
import { seeded } from '../../../bench/oracles/random.ts';
import type { Actor } from '../../../domain/actor.ts';
import { RequestErrors } from '../../../domain/errors.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';
import { AvailabilityAnswer } from '../../../scheduling/availability/answer.ts';
import { askedOf } from '../../../scheduling/availability/ask.ts';
import { Mistakes } from '../../../scheduling/availability/mistakes.ts';
import { questionOf } from '../../../scheduling/availability/question.ts';
import { openSlotToken } from '../../../scheduling/availability/slot-tokens.ts';
import { storedAvailabilityReader } from '../../../scheduling/availability/stored.ts';
import type { AccountBusy, MembersReader } from '../../../scheduling/busy/members.ts';
import { rankings } from '../../../scheduling/distribution/rankings.ts';
import type { AvailabilityInput } from '../../../schema/generated.ts';
import { testKeyRing } from '../../setup/database.ts';
import { accountOf, calendars, inputOf, nowOf } from './drawn-question.ts';

const zones = systemZones(process.versions['tz'] ?? '');
const actor: Actor = {
  credentialId: 'crd_test',
  kind: 'API_KEY',
  applicationId: 'app_test',
  clientId: 'test',
  unitId: 'org_test',
  accountId: null,
  scopes: new Set(['read_events']),
  expiresAt: null,
};

const id = (prefix: string, place: number, calendar = 0) =>
  `${prefix}_${String(10 * place + calendar).padStart(26, '0')}`;
const idOf = {
  account: (place: number) => id('acc', place),
  calendar: (place: number, one: number) => id('cal', place, one),
};

function readerOf(accounts: ReadonlyMap<string, AccountBusy>): MembersReader {
  return {
    readMembers: async (_actor, { accountIds }) => ({
      members: accountIds.map((accountId) => accounts.get(accountId) ?? null),
      snapshot: '1:1:',
    }),
    busyEvents: async (_actor, causes) => causes.map(() => null),
  };
}

function known(asked: Case) {
  const base = asked.periods[0]?.[0] ?? 0;
  const accounts = asked.members.map((member, place) =>
    accountOf(
      member,
      idOf.account(place),
      calendars.map((one) => idOf.calendar(place, one)),
      base,
    ),
  );
  const stored = asked.members.map(({ rules, periods }, place) => ({
    rules: (rules ?? []).map(({ hours, timeZone, calendars: named }, at) => ({
      id: id('avr', place, at),
      timeZone,
      weeklyPeriods: hours,
      calendarIds: named === null ? null : named.map((one) => idOf.calendar(place, one)),
    })),
    periods,
  }));
  const told = accounts.flatMap((account, place) => {
    const own = stored[place];
    return own === undefined ? [] : [[account.accountId, { ...account, stored: own }] as const];
  });
  return { members: readerOf(new Map(told)), zones, stored: storedAvailabilityReader() };
}

async function answerTo(asked: Case): Promise<AvailabilityAnswer> {
  const mistakes = new Mistakes();
  const input = askedOf(inputOf(asked, idOf) as AvailabilityInput, 'input', mistakes);
  const sources = known(asked);
  const now = nowOf(asked);
  const question = await questionOf(sources, input, actor, { now, mistakes });
  return new AvailabilityAnswer(
    { members: sources.members, zones, seal: testKeyRing },
    {
      actor,
      asked: input,
      known: question,
      freshness: { failed: new Map(), oldest: null },
      now,
      counter: undefined,
      ranking: () => rankings({ ...sources, store: null as never }, input, { actor, known: question.members, now }),
    },
  );
}

test('the slots of 400 drawn questions are those that brute force finds, with everybody who is free', async () => {
  const random = seeded(2026);
  let found = 0;
  for (let number = 0; number < 400; number += 1) {
    const asked = drawCase(random);
    const expected = new BruteForce(asked, zones).openings();
    const answer = await answerTo(asked);
    const told = await Promise.all(
      answer.found.openings.map(async (slot) => ({
        start: slot.start,
        end: slot.end,
        free: (await answer.participantsOf(slot)).map(({ accountId, group }) => [group, accountId]),
      })),
    );
    const wanted = expected.openings.map(({ start, end, free }) => ({
      start,
      end,
      free: free.flatMap((places, group) => places.map((place) => [group, idOf.account(place)])),
    }));
    expect([number, told, answer.found.truncated]).toEqual([number, wanted, expected.truncated]);
    found += told.length;
  }
  expect(found).toBeGreaterThan(100);
});

test('every start is found or has a reason, and what its token carries finds it again', async () => {
  const random = seeded(7);
  let refused = 0;
  for (let number = 0; number < 100; number += 1) {
    const asked = drawCase(random);
    const answer = await answerTo({ ...asked, format: 'OVERLAPPING_SLOTS', maximum: 512 });
    const brute = new BruteForce(asked, zones);
    const starts = asked.starts ?? brute.gridStarts();
    const free = new Set(answer.found.openings.map(({ start }) => start));
    const told = answer.rejections(500, null);
    if (starts.length < 500) expect(told.map(({ start }) => start)).toEqual(starts.filter((start) => !free.has(start)));
    expect(told.filter(({ reasons }) => reasons.length === 0)).toEqual([]);
    refused += told.length;
    const [slot] = answer.found.openings;
    if (slot === undefined) continue;
    const opened = openSlotToken(answer.tokenOf(slot), actor.applicationId, nowOf(asked), testKeyRing);
    if (opened.status !== 'OPENED') throw new Error(opened.status);
    const { rules, start, end } = opened.slot;
    const again = { ...rules, duration: end - start, search: { starts: [start] }, maximum: 1, maxStaleness: null };
    const { question } = await questionOf(known(asked), again, actor, { now: nowOf(asked) });
    const { findOpenings } = await import('../../../domain/availability/openings.ts');
    expect(findOpenings(question, zones).openings.map((one) => [one.start, one.free()])).toEqual([
      [start, slot.free()],
    ]);
  }
  expect(refused).toBeGreaterThan(100);
});

/** Every part of an input as the graph lets it through: mostly good, so that what is wrong stands beside what is right. */
const mostly = <T>(good: fc.Arbitrary<T>, bad: fc.Arbitrary<T>) => fc.oneof({ weight: 19, arbitrary: good }, { weight: 1, arbitrary: bad }); // biome-ignore format: one call
const account = mostly(fc.constantFrom(idOf.account(0), idOf.account(1)), fc.string({ maxLength: 20 }));
const calendar = mostly(fc.constantFrom(idOf.calendar(0, 0), idOf.calendar(0, 2)), fc.string({ maxLength: 20 }));
const length = mostly(fc.constantFrom('PT30M', 'PT1H', 'PT20M'), fc.constantFrom('PT0S', '-PT5M', 'P1D', 'P400D', 'P99999D', 'P100001D', 'PT90S')); // biome-ignore format: one call
const around = Date.parse('2026-04-04T00:00:00Z') / 1000;
const second = mostly(fc.integer({ min: around, max: around + 259_200 }), fc.integer({ min: -62_135_596_800, max: 253_402_300_799 })); // biome-ignore format: one call
const instant = second.map((at) => at * 1000);
const periodInput = mostly(
  fc.tuple(second, fc.integer({ min: 1, max: 259_200 })).map(([at, long]) => ({ start: at * 1000, end: Math.min(at + long, 253_402_300_799) * 1000 })), // biome-ignore format: one thought
  fc.record({ start: instant, end: instant }),
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const lists = <T>(value: fc.Arbitrary<T>, minLength = 0) => fc.array(value, { minLength, maxLength: 3 });
const number = mostly(fc.integer({ min: 1, max: 3 }), fc.oneof(fc.integer({ min: -3, max: 0 }), fc.maxSafeInteger()));
const bufferInput = fc.record({ before: fc.option(length), after: fc.option(length) }, { requiredKeys: [] });
const rule = fc.record(
  { tentative: fc.option(fc.boolean()), onlyManaged: fc.option(fc.boolean()) },
  { requiredKeys: [] },
);
const zone = fc.constantFrom('Etc/UTC', 'Europe/London', 'Australia/Lord_Howe', 'Africa/Cairo');
const limitInput = fc.record({ period: fc.constantFrom('DAY', 'WEEK'), maximum: number, timeZone: fc.option(zone), categories: fc.option(lists(fc.string())) }); // biome-ignore format: one call
const memberInput = fc.record(
  {
    accountId: account,
    calendarIds: fc.option(lists(calendar)),
    availablePeriods: fc.option(lists(periodInput)),
    managedAvailability: fc.option(fc.boolean()),
    availabilityRuleIds: mostly(fc.constant(null), fc.constantFrom<string[][]>(['avr_x'], [])),
    buffer: fc.option(bufferInput),
    busyRule: fc.option(rule),
    trustLastKnownFor: fc.option(length),
    limits: fc.option(lists(limitInput)),
    weight: fc.option(mostly(fc.double({ min: 0, max: 9, noNaN: true }), fc.double())),
  },
  { requiredKeys: ['accountId'] },
);
const anyInput = fc.record({
  participants: lists(
    fc.record({ members: fc.uniqueArray(memberInput, { selector: ({ accountId }) => accountId, maxLength: 3 }), required: mostly(fc.constantFrom<(number | null)[]>(null, 1), number) }), // biome-ignore format: one call
    1,
  ),
  requiredDuration: length,
  search: fc.oneof(fc.record({ periods: lists(periodInput, 1) }), fc.record({ starts: lists(instant, 1) })),
  format: maybe(fc.constantFrom('PERIODS', 'SLOTS', 'OVERLAPPING_SLOTS')),
  startInterval: maybe(length),
  timeZone: maybe(zone),
  buffer: maybe(bufferInput),
  maxResults: maybe(number),
  busyRule: maybe(rule),
  excludedEventIds: maybe(lists(fc.string())),
  minimumNotice: maybe(length),
});

test('whatever is asked is answered, or refused with a place for each mistake', async () => {
  const random = seeded(1);
  let asked = drawCase(random);
  while (asked.members.length < 2) asked = drawCase(random);
  const sources = known(asked);
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(anyInput, async (input) => {
      const mistakes = new Mistakes();
      try {
        const checked = askedOf(input as unknown as AvailabilityInput, 'input', mistakes);
        const question = await questionOf(sources, checked, actor, { now: nowOf(asked), mistakes });
        const answer = new AvailabilityAnswer(
          { members: sources.members, zones, seal: testKeyRing },
          {
            actor,
            asked: checked,
            known: question,
            freshness: { failed: new Map(), oldest: null },
            now: nowOf(asked),
            counter: undefined,
            ranking: () => Promise.reject(new Error('nobody asked')),
          },
        );
        answer.rejections(5, null);
        for (const slot of answer.found.openings.slice(0, 3)) answer.tokenOf(slot);
        answered += 1;
      } catch (error) {
        if (!(error instanceof RequestErrors)) throw error;
        for (const { code, details } of error.errors)
          expect([code, details['argument']]).toEqual(['BAD_USER_INPUT', expect.stringMatching(/^input\./)]);
      }
    }),
    { seed: 20_261_122, numRuns: 1_500 },
  );
  expect([answered > 100, answered < 1_400]).toEqual([true, true]);
});
