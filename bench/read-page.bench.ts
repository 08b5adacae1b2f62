/** A page of 100 events of a month out of 10,000, 100 endless series among them, against its rows alone as JSON. */
import { parse } from 'graphql';
import { sql } from 'kysely';
import { interleaved, report, tiny } from './measure.ts';
import { openBench } from './setup.ts';

const bench = await openBench();
try {
  const singles = tiny ? 300 : 9_900;
  const series = tiny ? 5 : 100;
  const { account, calendar } = await bench.services.applicationCalendars.upsert(bench.actor, {
    key: 'bench',
    timeZone: 'Europe/London',
  });
  if (account === null || calendar === null) throw new Error('no calendar');
  const stamp = (at: number) => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
  const event = (uid: string, at: number, rule: string) =>
    `BEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/London:${stamp(at).slice(0, -1)}\r\nDURATION:PT1H\r\nSUMMARY:Event ${uid}\r\nDESCRIPTION:${'text '.repeat(20)}\r\nLOCATION:Room\r\n${rule}END:VEVENT\r\n`;
  const first = Date.UTC(2025, 0, 1);
  const all: string[] = [];
  for (let at = 0; at < singles; at++)
    all.push(event(`single-${at}`, first + ((at * 7_919) % (730 * 24)) * 3_600_000, ''));
  for (let at = 0; at < series; at++) all.push(event(`series-${at}`, first + at * 3_600_000, 'RRULE:FREQ=WEEKLY\r\n'));
  for (let at = 0; at < all.length; at += 2_000) {
    const ics = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${all.slice(at, at + 2_000).join('')}END:VCALENDAR\r\n`;
    const { userErrors, skipped } = await bench.services.imports.importText(bench.actor, calendar.id, ics);
    if (userErrors.length + skipped.length > 0) throw new Error(JSON.stringify([userErrors, skipped[0]]));
  }
  await bench.store.asWorker((tx) => sql`analyze event`.execute(tx)).catch(() => undefined);

  const document =
    parse(`query ($id: ID!) { calendar(id: $id) { events(first: 100, filter: { from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" }) {
    nodes { id uid summary description location { description } start { dateTime local timeZone } end { dateTime local timeZone } status busyStatus recurrence { role originalStart { local } } version }
    pageInfo { hasNextPage endCursor } freshness { asOf changesCursor } } } }`);
  const variables = { id: calendar.id };
  const page = await bench.run(document, variables);
  if (page.data.calendar.events.nodes.length !== Math.min(100, page.data.calendar.events.nodes.length))
    throw new Error('no page');
  const tenant = { applicationId: bench.actor.applicationId, accountId: null };
  // The same rows, read plainly: the month's singles up to the page's size, and every series.
  const rows = () =>
    bench.store.withApplication(tenant, async (tx) => {
      const found =
        await sql`(select * from event where calendar_id = ${calendar.id} and deleted_at is null and recurring)
        union all (select * from event where calendar_id = ${calendar.id} and deleted_at is null and not recurring
          and starts_at >= '2026-03-01' and starts_at < '2026-04-01' order by starts_at, id limit 101)`.execute(tx);
      return JSON.stringify(found.rows).length;
    });
  const times = tiny ? 2 : 20;
  const repeat = (work: () => Promise<unknown>) => async () => {
    for (let time = 0; time < times; time++) await work();
  };
  await repeat(() => bench.run(document, variables))();
  await repeat(rows)();
  const { graph, bare } = await interleaved(tiny ? 1 : 9, {
    graph: repeat(async () => JSON.stringify((await bench.run(document, variables)).data)),
    bare: repeat(rows),
  });
  report('SQL statements a page', page.sqlQueries, '≤ 3');
  report('events on the page', page.data.calendar.events.nodes.length);
  report(
    'CPU of a page, ms',
    graph.cpu.median / times,
    `${(graph.cpu.low / times).toFixed(2)}–${(graph.cpu.high / times).toFixed(2)}`,
  );
  report(
    'CPU of the rows and JSON.stringify, ms',
    bare.cpu.median / times,
    `${(bare.cpu.low / times).toFixed(2)}–${(bare.cpu.high / times).toFixed(2)}`,
  );
  report('ratio', graph.cpu.median / bare.cpu.median, '≤ 3');
} finally {
  await bench.close();
}
