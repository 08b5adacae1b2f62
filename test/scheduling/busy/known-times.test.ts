/** What was known is never told once it is not so any more: laid beside a reader that knows nothing, and beside `freeBusy`. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MemoryProvider } from '../../../datasources/providers/memory/provider.ts';
import type { Actor } from '../../../domain/actor.ts';
import type { EventContent, EventException, EventTime } from '../../../domain/events/model.ts';
import { formatInstant } from '../../../domain/time/instants.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';
import type { AccountBusy } from '../../../scheduling/busy/members.ts';
import { createMembersReader } from '../../../scheduling/busy/reader.ts';
import { type Loose, openGraph, type TestGraph } from '../../setup/graph.ts';
import {
  actorOf,
  connectPerson,
  content,
  date,
  invitation,
  march,
  type Person,
  put,
  readOne,
  shown,
  utc,
} from './person.ts';

let graph: TestGraph;
let provider: MemoryProvider;
let alice: Person;
let actor: Actor;
const calendarNames = ['Own', 'Team', 'Away'] as const;
beforeAll(async () => {
  provider = new MemoryProvider();
  graph = await openGraph({ provider });
  provider.addCalendar({ name: 'Own', timeZone: 'Europe/London' });
  provider.addCalendar({ name: 'Team' });
  provider.addCalendar({ name: 'Away', timeZone: 'America/New_York' });
  alice = await connectPerson(graph, provider);
  await graph.engine.pollNow(alice.profileId);
  actor = await actorOf(graph);
});
afterAll(() => graph.close());

const zones = systemZones(process.versions['tz'] ?? '');

/** Without it there would be nothing to compare. */
async function poll(): Promise<void> {
  const outcome = await graph.engine.pollNow(alice.profileId, { wait: 60_000 });
  expect(outcome).toMatchObject({ status: 'polled', failure: null });
}

/** As `shown`, with the calendar; of one who knows nothing yet. */
async function freshly(): Promise<string[]> {
  const reader = createMembersReader({ store: graph.fresh.store, zones });
  const { members } = await reader.readMembers(actor, { accountIds: [alice.accountId], ...march });
  return lines(members[0] as AccountBusy);
}

function lines({ busy, calendars }: AccountBusy): string[] {
  return shown({ busy: { ...busy } }, { from: -Infinity, to: Infinity }).flatMap((line, at) => {
    const start = busy.base + (busy.starts[at] as number);
    const end = busy.base + (busy.ends[at] as number);
    if (start >= march.to || end <= march.from) return [];
    return [`${formatInstant(start * 1000)} ${formatInstant(end * 1000)} ${line.split(' ').slice(1).join(' ')} ${calendars[busy.sources[at] as number]?.id}`];
  }).sort(); // biome-ignore format: one chain
}

/** What `freeBusy` tells of each calendar by itself, its days in the calendar's own zone. */
async function asRead({ calendars }: AccountBusy): Promise<string[]> {
  const all: string[] = [];
  for (const { id, effectiveTimeZone } of calendars) {
    const { account } = await graph.data(
      `query ($id: ID!, $filter: FreeBusyFilter!) { account(id: $id) { freeBusy(filter: $filter) {
        nodes { busyStatus unanswered key start { dateTime date } end { dateTime date } } pageInfo { hasNextPage } } } }`,
      { id: alice.accountId, filter: { from: formatInstant(march.from * 1000), to: formatInstant(march.to * 1000), calendarIds: [id], timeZone: effectiveTimeZone } }, // biome-ignore format: one filter
    );
    expect(account.freeBusy.pageInfo.hasNextPage).toBe(false);
    const text = (time: Loose) =>
      time.date === null ? time.dateTime : formatInstant(zones.startOfDay(time.date, effectiveTimeZone));
    for (const node of account.freeBusy.nodes) {
      const [start, end] = [text(node.start), text(node.end)];
      if (start === end) continue;
      all.push(
        `${start} ${end} ${node.busyStatus}${node.unanswered ? '?' : ''}${node.key === null ? '' : ' own'} ${id}`,
      );
    }
  }
  return all.sort();
}

async function expectSame(): Promise<void> {
  const { told, sqlQueries } = await readOne(graph, actor, alice.accountId);
  const known = lines(told);
  expect(sqlQueries).toBe(1);
  expect(known).toEqual(await freshly());
  expect(known).toEqual(await asRead(told));
}

const day = fc.integer({ min: 1, max: 31 }).map((at) => String(at).padStart(2, '0'));
const hour = fc.integer({ min: 0, max: 22 }).map((at) => String(at).padStart(2, '0'));

const times: fc.Arbitrary<readonly [EventTime, EventTime]> = fc.oneof(
  fc.tuple(day, hour, fc.integer({ min: 0, max: 59 })).map(([on, at, minutes]): [EventTime, EventTime] => {
    const start = Date.parse(`2026-03-${on}T${at}:00:00Z`);
    return [{ kind: 'utc', instant: start }, { kind: 'utc', instant: start + minutes * 60_000 }]; // biome-ignore format: one pair
  }),
  fc.tuple(day, hour).map(([on, at]): [EventTime, EventTime] => [
    { kind: 'floating', local: `2026-03-${on}T${at}:00:00` },
    { kind: 'floating', local: `2026-03-${on}T${at}:45:00` },
  ]),
  fc.integer({ min: 1, max: 28 }).map((on): [EventTime, EventTime] => [date(String(on).padStart(2, '0')), date(String(on + 2).padStart(2, '0'))]), // biome-ignore format: one pair
);

const contents: fc.Arbitrary<EventContent> = fc
  .record({
    times,
    more: fc.constantFrom<Partial<EventContent>>(
      {},
      { busyStatus: 'FREE' },
      { busyStatus: 'OUT_OF_OFFICE' },
      { busyStatus: 'WORKING_ELSEWHERE' },
      { status: 'TENTATIVE' },
      { status: 'CANCELLED' },
      invitation('DECLINED'),
      invitation('NEEDS_ACTION'),
      invitation('TENTATIVE'),
      invitation('NEEDS_ACTION', 'somebody@example.test'),
    ),
    rules: fc.constantFrom([], [], ['RRULE:FREQ=DAILY;COUNT=5'], ['RRULE:FREQ=WEEKLY'], ['RRULE:FREQ=DAILY;INTERVAL=3;UNTIL=20260320T000000Z']), // biome-ignore format: one list
  })
  .map(({ times: [start, end], more, rules }) => {
    // RFC 5545 §3.3.10: UNTIL is of the start's own kind.
    const kept = start.kind === 'utc' ? rules : rules.filter((rule) => !rule.includes('UNTIL'));
    return content(start, end, { ...more, rules: kept });
  });

/** Some of a series' occurrences, elsewhere or cancelled. */
function exceptionsOf(master: EventContent, moved: boolean): EventException[] {
  const { start } = master;
  if (!moved || master.rules.length === 0 || start.kind !== 'utc') return [];
  const recurrenceId = `${formatInstant(start.instant).replaceAll(/[-:]/g, '')}`;
  return [{ recurrenceId, content: content(utc('30T05:00'), utc('30T06:00'), { status: master.status === 'CANCELLED' ? 'CANCELLED' : 'TENTATIVE' }) }]; // biome-ignore format: one exception
}

type Step =
  | { readonly kind: 'put'; readonly calendar: number; readonly uid: number; readonly content: EventContent; readonly moved: boolean } // biome-ignore format: one kind a line
  | { readonly kind: 'delete'; readonly calendar: number; readonly uid: number }
  | {
      readonly kind: 'upsert';
      readonly calendar: number;
      readonly key: number;
      readonly at: string;
      readonly status: string;
    }
  | { readonly kind: 'drop'; readonly calendar: number; readonly key: number }
  | { readonly kind: 'rezone'; readonly calendar: number; readonly zone: string | null }
  | { readonly kind: 'import'; readonly uid: number; readonly at: string };

const calendar = fc.integer({ min: 0, max: 2 });
const few = fc.integer({ min: 0, max: 3 });
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('put' as const), calendar, uid: few, content: contents, moved: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), calendar, uid: few }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('upsert' as const), calendar, key: few, at: day, status: fc.constantFrom('BUSY', 'FREE', 'TENTATIVE') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), calendar, key: few }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rezone' as const), calendar, zone: fc.constantFrom(null, 'Asia/Kathmandu', 'Pacific/Auckland', 'Europe/London') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('import' as const), uid: few, at: day }) },
); // biome-ignore format: a table

const userErrors = 'userErrors { code message path }';

/** One hand at it: the user's at the provider, or the application's here. */
async function take(step: Step): Promise<void> {
  const at = calendarNames['calendar' in step ? step.calendar : 0] ?? 'Own';
  const [remote, calendarId] = [alice.remote[at] ?? '', alice.calendars[at] ?? ''];
  if (step.kind === 'put') {
    put(provider, remote, `uid-${step.uid}`, step.content, exceptionsOf(step.content, step.moved));
  } else if (step.kind === 'delete') {
    provider.delete(remote, provider.placeOf(remote, `uid-${step.uid}`));
  } else if (step.kind === 'rezone') {
    provider.calendar(remote).timeZone = step.zone;
    provider.calendar(remote).revision += 1;
  } else if (step.kind === 'upsert') {
    const time = (hours: string) => ({ timed: { dateTime: `2026-03-${step.at}T${hours}:00Z` } });
    await graph.data(`mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { ${userErrors} } }`, {
      input: { calendarId, key: `key-${step.key}`, summary: 'Ours', busyStatus: step.status, start: time('12:00'), end: time('12:30') }, // biome-ignore format: one input
    });
  } else if (step.kind === 'drop') {
    const { event } = await graph.data('query ($by: EventRef!) { event(by: $by) { id deleted } }', {
      by: { managed: { calendarId, key: `key-${step.key}` } },
    });
    if (event !== null && !event.deleted) {
      await graph.data(`mutation ($input: DeleteEventInput!) { deleteEvent(input: $input) { ${userErrors} } }`, {
        input: { id: event.id },
      });
    }
  } else {
    const ics = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:imported-${step.uid}\r\nDTSTAMP:2026030${1 + (Number(step.at) % 9)}T000000Z\r\nDTSTART:202603${step.at}T170000Z\r\nDTEND:202603${step.at}T173000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
    await graph.data(`mutation ($input: ImportIcsInput!) { importIcs(input: $input) { ${userErrors} } }`, { input: { calendarId, ics } }); // biome-ignore format: one call
  }
  await poll();
}

describe('whatever is done to the calendars', () => {
  test('what was known is what is read anew, and what freeBusy tells', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 4 }), async (taken) => {
        for (const step of taken) {
          await take(step);
          await expectSame();
        }
      }),
      { numRuns: 8, seed: 20_261_122, endOnFailure: true },
    );
  }, 120_000);

  test('nor is it told where nothing but its calendar, its owner or its account changed, and nobody wrote that down', async () => {
    const text = (one: AccountBusy) => lines(one).join('\n');
    const own = alice.remote['Own'] ?? '';
    put(provider, own, 'floating', content({ kind: 'floating', local: '2026-03-18T09:00:00' }, { kind: 'floating', local: '2026-03-18T10:00:00' })); // biome-ignore format: one call
    put(provider, own, 'asked', content(utc('19T10:00'), utc('19T11:00'), invitation('DECLINED')));
    await poll();
    await graph.fresh.superuser(`update calendar set time_zone = null where account_id = $1 and name = 'Own'`, [
      alice.accountId,
    ]);
    await expectSame();
    const before = text((await readOne(graph, actor, alice.accountId)).told);
    const changes = [
      `update account set time_zone = 'Asia/Tokyo' where id = $1`,
      `update profile set principal = jsonb_set(principal, '{addresses}', '["other@example.test"]') where account_id = $1`,
      `update calendar set owner_addresses = '["alice@example.test"]' where account_id = $1 and name = 'Own'`,
      `update calendar set deleted_at = now() where account_id = $1 and name = 'Own'`,
    ];
    const seen = [before];
    for (const change of changes) {
      await graph.fresh.superuser(change, [alice.accountId]);
      await expectSame();
      seen.push(text((await readOne(graph, actor, alice.accountId)).told));
    }
    for (const [at, one] of seen.slice(1).entries()) expect(one).not.toBe(seen[at]);
  });
});
