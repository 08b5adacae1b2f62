/** A month of one calendar with a million events stored, against ten thousand: in all calendars together, and in the one asked. */
import { parse } from 'graphql';
import { interleaved, report, reportFigure, tiny } from './measure.ts';
import { plantCalendars, plantEvents, settle } from './planted.ts';
import { openBench } from './setup.ts';

const few = tiny ? 1_000 : 10_000;
const million = tiny ? 3_000 : 1_000_000;

const document =
  parse(`query ($id: ID!) { calendar(id: $id) { events(first: 500, filter: { from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" }) {
  nodes { id uid summary description start { dateTime local timeZone } end { dateTime local timeZone } status busyStatus recurrence { role } version }
  pageInfo { hasNextPage endCursor } } } }`);
type Bench = Awaited<ReturnType<typeof openBench>>;
const month = (bench: Bench, id: string) => async () => {
  const { data, sqlQueries } = await bench.run(document, { id });
  return { shown: (data.calendar.events.nodes as unknown[]).length, sqlQueries };
};

/** Seconds from one event of a calendar to its next: a month has 372, however many stand beside it. */
const every = 7_200;
const recently = tiny ? '2026-02-01T00:00:00Z' : '2025-01-01T00:00:00Z';
const longAgo = tiny ? recently : '1900-01-01T00:00:00Z';
const [empty, full] = [await openBench(), await openBench()];
const small = await plantCalendars(empty, 'small', 0);
await plantEvents(empty, small, { count: few, from: recently, every, series: 0 });
const calendars = million / few;
const apart = await plantCalendars(full, 'apart', calendars - 1);
await plantEvents(full, apart, { count: million, from: recently, every: every / calendars, series: 0 });
const together = await plantCalendars(full, 'together', 0);
await plantEvents(full, together, { count: million, from: longAgo, every, series: 0 });
for (const bench of [empty, full]) await settle(bench);
try {
  const asked = {
    '10,000 stored': month(empty, small.calendarId),
    'a million in 100 calendars': month(full, apart.calendarId),
    'a million in this calendar': month(full, together.calendarId),
  };
  type Name = keyof typeof asked;
  const names = Object.keys(asked) as Name[];
  for (const name of names) {
    const { shown, sqlQueries } = await asked[name]();
    report(`events of the month: ${name}`, shown);
    report(`SQL statements: ${name}`, sqlQueries, '≤ 3', sqlQueries <= 3);
  }
  const times = tiny ? 1 : 5;
  const pieces = Object.fromEntries(
    names.map((name) => [
      name,
      async () => {
        for (let time = 0; time < times; time++) await asked[name]();
      },
    ]),
  ) as Record<Name, () => Promise<void>>;
  await interleaved(tiny ? 1 : 5, pieces);
  const measured = await interleaved(tiny ? 1 : 21, pieces);
  for (const name of names) {
    const { low, high, median, p95 } = measured[name].wall;
    reportFigure(`a month, ms: ${name}`, {
      low: low / times,
      high: high / times,
      median: median / times,
      p95: p95 / times,
    });
  }
  const base = measured['10,000 stored'].wall.median;
  for (const name of names.slice(1)) {
    const ratio = measured[name].wall.median / base;
    report(`to 10,000 stored: ${name}`, ratio, '≤ 1.5', ratio <= 1.5);
  }
} finally {
  for (const bench of [empty, full]) await bench.close();
}
