/** What one answer may hold: whoever asks for everything of everybody is told how much less to ask for, or less of it. */
import { expect, test } from '@jest/globals';
import type { Actor } from '../../../domain/actor.ts';
import { busyKind, packBusyTimes } from '../../../domain/availability/busy-times.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';
import { AvailabilityAnswer } from '../../../scheduling/availability/answer.ts';
import { askedOf } from '../../../scheduling/availability/ask.ts';
import { Mistakes } from '../../../scheduling/availability/mistakes.ts';
import { questionOf } from '../../../scheduling/availability/question.ts';
import { storedAvailabilityReader } from '../../../scheduling/availability/stored.ts';
import type { MembersReader } from '../../../scheduling/busy/members.ts';
import { rankings } from '../../../scheduling/distribution/rankings.ts';
import type { AvailabilityInput } from '../../../schema/generated.ts';
import { testKeyRing } from '../../setup/database.ts';
import { accountOf } from './drawn-question.ts';

const zones = systemZones(process.versions['tz'] ?? '');
const from = Date.parse('2026-03-02T00:00:00Z') / 1000;
const actor = { applicationId: 'app_test', scopes: new Set(['read_events']) } as unknown as Actor;
const ids = Array.from({ length: 1_000 }, (_, at) => `acc_${String(at).padStart(26, '0')}`);

/** Free until noon, busy from then on. */
const members: MembersReader = {
  readMembers: async (_actor, { accountIds }) => ({
    members: accountIds.map((id) => {
      const afternoon = {
        start: from + 43_200,
        end: from + 9 * 86_400,
        kind: busyKind('BUSY', false, false),
        source: 0,
      };
      const member = { intervals: [], held: [], bookings: [], synced: true } as unknown as Parameters<
        typeof accountOf
      >[0];
      return { ...accountOf(member, id, [`cal_${id.slice(4)}`], from), busy: packBusyTimes([afternoon], from) };
    }),
    snapshot: '1:1:',
  }),
  busyEvents: async () => [],
};
const sources = { members, zones, stored: storedAvailabilityReader() };

async function answer(maxResults: number) {
  const input = {
    participants: [{ members: ids.map((accountId) => ({ accountId })) }],
    requiredDuration: 'PT5M',
    startInterval: 'PT5M',
    format: 'OVERLAPPING_SLOTS',
    maxResults,
    search: { periods: [{ start: from * 1000, end: (from + 2 * 86_400) * 1000 }] },
  } as AvailabilityInput;
  const asked = askedOf(input, 'input', new Mistakes());
  const now = from * 1000;
  const known = await questionOf(sources, asked, actor, { now });
  const ranking = () => rankings({ ...sources, store: null as never }, asked, { actor, known: known.members, now });
  const freshness = { failed: new Map(), oldest: null };
  return new AvailabilityAnswer({ members, zones, seal: testKeyRing }, { actor, asked, known, freshness, now, counter: undefined, ranking }); // biome-ignore format: one call
}

test('who is free in a hundred slots of a thousand people is told, in more it is too much at once', async () => {
  const hundred = await answer(100);
  const [first] = hundred.found.openings;
  expect(first && (await hundred.participantsOf(first))).toHaveLength(1_000);
  const more = await answer(101);
  const [slot] = more.found.openings;
  await expect(slot && more.participantsOf(slot)).rejects.toMatchObject({
    code: 'COST_LIMIT_EXCEEDED',
    details: { cost: 101_000, maximumCost: 100_000 },
  });
});

test('of reasons ten thousand are told, each start with all of its own', async () => {
  const told = (await answer(20)).rejections(500, null);
  expect(told.map(({ reasons }) => reasons.length)).toEqual(Array(10).fill(1_000));
  expect(told[0]?.start).toBe(from + 43_200);
});
