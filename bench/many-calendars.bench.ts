/** A month of 1,000 calendars in one query, against the same events in one calendar: as one list, and as a list of each. */
import { parse } from 'graphql';
import { interleaved, report, reportFigure, tiny } from './measure.ts';
import { plantCalendars, plantEvents, settle } from './planted.ts';
import { openBench } from './setup.ts';

const bench = await openBench();
try {
  const calendars = tiny ? 20 : 1_000;
  const events = tiny ? 100 : 5_000;
  const from = '2026-03-01T00:00:00Z';
  const to = '2026-04-01T00:00:00Z';
  const every = Math.floor((30 * 86_400) / events);
  const many = await plantCalendars(bench, 'many', calendars - 1);
  const one = await plantCalendars(bench, 'one', 0);
  const options = { count: events, from, every, series: 0 };
  await plantEvents(bench, many, options);
  await plantEvents(bench, one, options);
  await settle(bench);

  const nodes = `nodes { id uid summary description location { description } start { dateTime local timeZone } end { dateTime local timeZone }
    status busyStatus recurrence { role } version calendar { name } } pageInfo { hasNextPage endCursor } freshness { asOf changesCursor }`;
  const month = `filter: { from: "${from}", to: "${to}" }`;
  const page = parse(`query ($id: ID!) { account(id: $id) { events(first: 500, ${month}) { ${nodes} } } }`);
  const each = parse(
    `query ($id: ID!) { account(id: $id) { calendars { events(first: 100, ${month}) { ${nodes} } } } }`,
  );
  // As many events of one calendar as all of them have: in slices of one query, a page holding 500 at most.
  const slices = Math.ceil(events / 500);
  const at = (slice: number) => new Date(Date.parse(from) + Math.round((slice * 30 * 86_400_000) / slices / 1000) * 1000).toISOString().replace('.000', ''); // biome-ignore format: one expression
  const whole = parse(
    `query ($id: ID!) { account(id: $id) { ${Array.from({ length: slices }, (_, slice) => `s${slice}: events(first: 500, filter: { from: "${at(slice)}", to: "${slice === slices - 1 ? to : at(slice + 1)}" }) { ${nodes} }`).join('\n')} } }`,
  );
  const asked = {
    'one list of all calendars': { document: page, id: many.accountId },
    'a page of one calendar': { document: page, id: one.accountId },
    'a list of each calendar': { document: each, id: many.accountId },
    'all events of one calendar': { document: whole, id: one.accountId },
  };
  type Name = keyof typeof asked;
  const ask = (name: Name) => bench.run(asked[name].document, { id: asked[name].id });
  for (const name of Object.keys(asked) as Name[]) {
    const { data, sqlQueries } = await ask(name);
    const { calendars: lists, ...aliased } = data.account;
    const shown = (lists?.map((list: { events: unknown }) => list.events) ?? Object.values(aliased)) as {
      nodes: unknown[];
    }[];
    const counted = shown.reduce((sum, list) => sum + list.nodes.length, 0);
    // The slices of one calendar differ in their ranges, and are a statement each.
    if (name === 'all events of one calendar') report(`SQL statements: ${name}`, sqlQueries);
    else report(`SQL statements: ${name}`, sqlQueries, '≤ 3', sqlQueries <= 3);
    report(`events: ${name}`, counted);
  }
  const times = tiny ? 1 : 3;
  const repeat = (name: Name) => async () => {
    for (let time = 0; time < times; time++) JSON.stringify((await ask(name)).data);
  };
  const pieces = Object.fromEntries((Object.keys(asked) as Name[]).map((name) => [name, repeat(name)])) as Record<Name, () => Promise<void>>; // biome-ignore format: one expression
  await interleaved(tiny ? 1 : 3, pieces);
  const measured = await interleaved(tiny ? 1 : 11, pieces);
  const milliseconds = (name: Name) => measured[name].cpu.median / times;
  for (const name of Object.keys(asked) as Name[]) {
    const { low, high, median, p95 } = measured[name].cpu;
    reportFigure(`CPU, ms: ${name}`, {
      low: low / times,
      high: high / times,
      median: median / times,
      p95: p95 / times,
    });
    report(`wall, ms: ${name}`, measured[name].wall.median / times);
  }
  const merged = milliseconds('one list of all calendars') / milliseconds('a page of one calendar');
  const apart = milliseconds('a list of each calendar') / milliseconds('all events of one calendar');
  report('CPU of one list of all, to one calendar', merged, '≤ 1.3', merged <= 1.3);
  report('CPU of a list of each, to one calendar', apart, '≤ 1.3', apart <= 1.3);
} finally {
  await bench.close();
}
