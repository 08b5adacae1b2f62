/** Busy time of a hundred people for a month, of whom nothing is known yet: the whole reading against the bare query for their rows. */
import { sql } from 'kysely';
import { tenantOf } from '../datasources/store/store.ts';
import { createMembersReader } from '../scheduling/busy/reader.ts';
import { interleaved, report, reportFigure, tiny } from './measure.ts';
import { plantCalendars, plantEvents, settle } from './planted.ts';
import { openBench } from './setup.ts';

const people = tiny ? 5 : 100;
const from = '2026-03-01T00:00:00Z';
const window = { from: Date.parse(from) / 1000, to: Date.parse('2026-03-31T00:00:00Z') / 1000 };
/** Of each person: a hundred days of events, fifty in the month asked, one in fifty an endless weekly series. */
const events = { count: 170, from: '2026-02-01T00:00:00Z', every: 50_000, series: 1 };

const bench = await openBench();
try {
  const accountIds: string[] = [];
  for (let person = 0; person < people; person += 1) {
    const place = await plantCalendars(bench, `person ${person}`, 0);
    await plantEvents(bench, place, events);
    accountIds.push(place.accountId);
  }
  await settle(bench);
  const { store, zones, actor } = bench;
  const question = { accountIds, ...window };
  const warm = createMembersReader({ store, zones });
  const counter = { sqlQueries: 0 };
  const { members } = await createMembersReader({ store, zones }).readMembers(actor, question, counter);
  await warm.readMembers(actor, question);
  report('accounts', members.length);
  const intervals = members.reduce((sum, member) => sum + (member?.busy.starts.length ?? 0), 0);
  report('busy intervals read', intervals);
  report('SQL statements, cold', counter.sqlQueries, '≤ 1', counter.sqlQueries === 1);
  const bytes = members.reduce((sum, member) => sum + bytesOf(member?.busy), 0);
  report('bytes an interval', bytes / intervals, '≤ 17.6', bytes / intervals <= 17.6);

  const rows = async () => {
    const { rows: found } = await store.withApplication(tenantOf(actor), (tx) =>
      sql`select e.id, e.calendar_id, e.uid, e.content, e.exceptions from event e
        where e.calendar_id in (select c.id from calendar c where c.account_id = any(${accountIds}::text[])) and e.deleted_at is null
        and e.span_from <= ${new Date(window.to * 1000)} and e.span_to >= ${new Date(window.from * 1000)}`.execute(tx),
    );
    return found.length;
  };
  report('rows of the bare query', await rows());
  const pieces = {
    'the bare query': rows,
    'all of it, cold': () => createMembersReader({ store, zones }).readMembers(actor, question),
    'all of it, warm': () => warm.readMembers(actor, question),
    'ten people, warm': () => warm.readMembers(actor, { ...question, accountIds: accountIds.slice(0, 10) }),
  };
  await interleaved(tiny ? 1 : 5, pieces);
  const measured = await interleaved(tiny ? 1 : 31, pieces);
  for (const [name, { wall }] of Object.entries(measured)) reportFigure(`ms: ${name}`, wall);
  const base = measured['the bare query'].wall.median;
  const cold = measured['all of it, cold'].wall.median / base;
  report('cold to the bare query', cold, '≤ 10', cold <= 10);
  report('warm to the bare query', measured['all of it, warm'].wall.median / base);
} finally {
  await bench.close();
}

function bytesOf(
  busy: { starts: Int32Array; ends: Int32Array; kinds: Uint8Array; sources: Uint16Array } | undefined,
): number {
  if (busy === undefined) return 0;
  return busy.starts.byteLength + busy.ends.byteLength + busy.kinds.byteLength + busy.sources.byteLength;
}
