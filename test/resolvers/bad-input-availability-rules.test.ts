/** What nobody could mean by stored availability is refused with everything that is wrong with it, and changes nothing. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { storedLimits } from '../../datasources/store/availability-rule-writes.ts';
import { applicationCalendar, openGraph, type TestGraph } from '../setup/graph.ts';
import { asking, hours, refusedOf, upsertPeriodMutation, upsertRuleMutation } from './stored-availability.ts';

let graph: TestGraph;
let ask: ReturnType<typeof asking>;
let accountId = '';
let calendarId = '';
let foreignCalendarId = '';
let start = '';
beforeAll(async () => {
  graph = await openGraph();
  ask = asking(graph);
  ({ accountId, calendarId } = await applicationCalendar(graph, 'bad input'));
  ({ calendarId: foreignCalendarId } = await applicationCalendar(graph, 'another'));
  start = await ask.newest();
});
afterAll(async () => {
  expect(await ask.toldSince(start)).toEqual([]);
  expect(await graph.fresh.superuser('select from availability_rule')).toEqual([]);
  expect(await graph.fresh.superuser('select from available_period')).toEqual([]);
  await graph.close();
});

const good = () => ({
  accountId,
  key: 'key',
  timeZone: 'Europe/London',
  weeklyPeriods: [hours('MONDAY', '09:00', '17:00')],
});
const nobody = 'acc_01m821r83z8e2z2grenzzp58m8';
const unknown = 'cal_01m821r83z8e2z2grenzzp58m8';
type Expected = readonly [path: string, code: string, message: string];
const shown = (errors: readonly { path: readonly string[]; code: string; message: string }[]): Expected[] =>
  errors.map(({ path, code, message }) => [path.join('.'), code, message]);

describe('upsertAvailabilityRule', () => {
  const rejected: [string, () => object, Expected[]][] = [
    ['an unknown account', () => ({ accountId: nobody }), [['accountId', 'NOT_FOUND', 'Expected an account that authorised this application, got an unknown id']]],
    ['an account id that is none', () => ({ accountId: 'x' }), [['accountId', 'NOT_FOUND', 'Expected an account that authorised this application, got an unknown id']]],
    ['an empty key', () => ({ key: '' }), [['key', 'REQUIRED', 'Expected 1 to 1,024 characters, got none']]],
    ['a long key', () => ({ key: 'é'.repeat(1025) }), [['key', 'TOO_LONG', 'Expected at most 1,024 characters, got 1,025']]],
    ['a key with NUL', () => ({ key: 'a\u0000b' }), [['key', 'INVALID', 'Expected text without control characters or half characters, got some']]],
    ['a key with half a character', () => ({ key: 'a\ud83d' }), [['key', 'INVALID', 'Expected text without control characters or half characters, got some']]],
    ['an unknown zone', () => ({ timeZone: 'Mars/Olympus' }), [['timeZone', 'INVALID', 'Expected an IANA or Windows time zone such as Europe/London, got "Mars/Olympus"']]],
    ['no hours', () => ({ weeklyPeriods: [] }), [['weeklyPeriods', 'REQUIRED', 'Expected 1 to 100 weekly periods, got none']]],
    ['too many hours', () => ({ weeklyPeriods: Array.from({ length: 101 }, () => hours('MONDAY', '09:00', '09:00')) }), [['weeklyPeriods', 'LIMIT_EXCEEDED', 'Expected 1 to 100 weekly periods, got 101']]],
    ['hours that start when they end', () => ({ weeklyPeriods: [hours('MONDAY', '09:00', '09:00')] }), [['weeklyPeriods.0.end', 'OUT_OF_RANGE', 'Expected another time than the start, before it for hours over midnight, got 09:00 for both']]],
    ['midnight to midnight', () => ({ weeklyPeriods: [hours('MONDAY', '00:00', '00:00')] }), [['weeklyPeriods.0.end', 'OUT_OF_RANGE', 'Expected another time than the start, before it for hours over midnight, got 00:00 for both']]],
    ['hours that start at 24:00', () => ({ weeklyPeriods: [hours('MONDAY', '24:00', '01:00')] }), [['weeklyPeriods.0.start', 'OUT_OF_RANGE', 'Expected a time before 24:00, which only the end may be, got 24:00']]],
    ['no calendars', () => ({ calendarIds: [] }), [['calendarIds', 'REQUIRED', 'Expected 1 to 100 calendars, or null for all, got none']]],
    ['too many calendars', () => ({ calendarIds: Array.from({ length: 101 }, () => unknown) }), [['calendarIds', 'LIMIT_EXCEEDED', 'Expected 1 to 100 calendars, or null for all, got 101']]],
    ['calendars that are not the account’s', () => ({ calendarIds: [unknown, calendarId, foreignCalendarId, '', 'a\u0000'] }), ['0', '2', '3', '4'].map((index): Expected => [`calendarIds.${index}`, 'NOT_FOUND', 'Expected a calendar of the account that this credential may see, got an unknown id'])],
    [
      'everything at once',
      () => ({
        key: '',
        timeZone: 'nowhere',
        calendarIds: [unknown],
        weeklyPeriods: [hours('MONDAY', '9', '17:00'), hours('TUESDAY', '10:00', '10:00'), hours('FRIDAY', '24:00', '25:00')],
      }),
      [
        ['key', 'REQUIRED', 'Expected 1 to 1,024 characters, got none'],
        ['timeZone', 'INVALID', 'Expected an IANA or Windows time zone such as Europe/London, got "nowhere"'],
        ['weeklyPeriods.0.start', 'INVALID', 'Expected a time of day such as 09:30, at most 24:00, not "9"'],
        ['weeklyPeriods.1.end', 'OUT_OF_RANGE', 'Expected another time than the start, before it for hours over midnight, got 10:00 for both'],
        ['weeklyPeriods.2.end', 'INVALID', 'Expected a time of day such as 09:30, at most 24:00, not "25:00"'],
        ['weeklyPeriods.2.start', 'OUT_OF_RANGE', 'Expected a time before 24:00, which only the end may be, got 24:00'],
        ['calendarIds.0', 'NOT_FOUND', 'Expected a calendar of the account that this credential may see, got an unknown id'],
      ],
    ],
  ]; // biome-ignore format: one table

  test.each(rejected)('%s', async (_name, more, expected) => {
    const errors = await refusedOf(graph, upsertRuleMutation, { input: { ...good(), ...more() } });
    expect(shown(errors)).toEqual(expected);
  });

  test('a value that is none of its kind, written into the document, is no document', async () => {
    const document = `mutation { upsertAvailabilityRule(input: { accountId: "${accountId}", key: "k", timeZone: "nowhere",
      weeklyPeriods: [{ day: MONDAY, start: "09:00", end: "later" }] }) { rule { id } userErrors { path code message } } }`;
    const { errors } = await graph.run(document);
    expect(errors.map(({ code, extensions }) => [code, extensions['argument']])).toEqual([
      ['BAD_USER_INPUT', 'input.timeZone'],
      ['BAD_USER_INPUT', 'input.weeklyPeriods.end'],
    ]);
  });

  test.each([
    ['a day that is none', { weeklyPeriods: [hours('FUNDAY', '09:00', '10:00')] }],
    ['hours without an end', { weeklyPeriods: [{ day: 'MONDAY', start: '09:00' }] }],
    ['a key that is a number', { key: 1 }],
    ['no zone', { timeZone: null }],
  ])('%s is no input of this kind', async (_name, more) => {
    const { errors } = await graph.run(upsertRuleMutation, { input: { ...good(), ...more } });
    expect(errors.map(({ code }) => code)).toEqual(['BAD_USER_INPUT']);
  });
});

describe('upsertAvailablePeriod', () => {
  const period = (from: string, to: string, more: object = {}) => ({
    accountId,
    key: 'key',
    start: from,
    end: to,
    ...more,
  });
  const rejected: [string, () => object, Expected[]][] = [
    ['reversed', () => period('2026-05-01T11:00:00Z', '2026-05-01T10:00:00Z'), [['end', 'OUT_OF_RANGE', 'Expected an instant after the start, got one that is not']]],
    ['empty', () => period('2026-05-01T10:00:00Z', '2026-05-01T11:00:00+01:00'), [['end', 'OUT_OF_RANGE', 'Expected an instant after the start, got one that is not']]],
    ['longer than ten years', () => period('2026-01-01T00:00:00Z', '2036-01-09T00:00:01Z'), [['end', 'OUT_OF_RANGE', 'Expected at most 3,660 days after the start, got more']]],
    ['of an unknown account', () => period('2026-05-01T10:00:00Z', '2026-05-01T11:00:00Z', { accountId: nobody }), [['accountId', 'NOT_FOUND', 'Expected an account that authorised this application, got an unknown id']]],
    ['everything at once', () => period('yesterday', '2026-05-01T11:00:00.5Z', { key: '', accountId: nobody }), [
      ['accountId', 'NOT_FOUND', 'Expected an account that authorised this application, got an unknown id'],
      ['key', 'REQUIRED', 'Expected 1 to 1,024 characters, got none'],
      ['start', 'INVALID', 'Expected an RFC 3339 instant such as 2026-03-29T01:00:00Z, not "yesterday"'],
      ['end', 'INVALID', 'Expected an instant of whole seconds, not "2026-05-01T11:00:00.5Z"'],
    ]],
  ]; // biome-ignore format: one table

  test.each(rejected)('%s', async (_name, input, expected) => {
    expect(shown(await refusedOf(graph, upsertPeriodMutation, { input: input() }))).toEqual(expected);
  });
});

describe('deleting', () => {
  test.each([
    ['deleteAvailabilityRule', 'avr', 'availability rule'],
    ['deleteAvailablePeriod', 'avp', 'available period'],
  ])('%s of what is no such id', async (mutation, prefix, name) => {
    const document = `mutation ($id: ID!) { ${mutation}(input: { id: $id }) { account { id } deletedId userErrors { path code message } } }`;
    const other = prefix === 'avr' ? 'avp' : 'avr';
    for (const id of ['', 'x', `${prefix}_`, `${prefix}_\u0000`, `${other}_01m821r83z8e2z2grenzzp58m8`, accountId]) {
      expect(shown(await refusedOf(graph, document, { id }))).toEqual([
        ['id', 'INVALID', `Expected the id of an ${name} (\`${prefix}_…\`), got another text`],
      ]);
    }
  });

  test('an id that no field can have answered names its argument', async () => {
    const { errors } = await graph.run('{ availabilityRule(id: "avr_") { id } }');
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', extensions: { argument: 'id' } }]);
  });
});

test('as much is stored as may be, and what is stored can still be changed', async () => {
  const { accountId: full } = await applicationCalendar(graph, 'full');
  const fill = (table: string, columns: string, values: string, most: number) =>
    graph.fresh.superuser(
      `insert into ${table} (id, application_id, account_id, key, ${columns})
       select '${table}' || n, $1, $2, 'key ' || n, ${values} from generate_series(1, ${most}) n`,
      [graph.applicationId, full],
    );
  await fill('availability_rule', 'time_zone, weekly_periods', `'Etc/UTC', '[]'`, storedLimits.rules);
  await fill('available_period', 'starts_at, ends_at', `now(), now() + interval '1 hour'`, storedLimits.periods);
  const rule = { ...good(), accountId: full };
  const period = { accountId: full, start: '2026-05-01T10:00:00Z', end: '2026-05-01T11:00:00Z' };
  expect(shown(await refusedOf(graph, upsertRuleMutation, { input: { ...rule, key: 'more' } }))).toEqual([
    ['key', 'LIMIT_EXCEEDED', 'Expected at most 100 availability rules of one account, and as many are stored'],
  ]);
  expect(shown(await refusedOf(graph, upsertPeriodMutation, { input: { ...period, key: 'more' } }))).toEqual([
    ['key', 'LIMIT_EXCEEDED', 'Expected at most 10,000 available periods of one account, and as many are stored'],
  ]);
  // 99 rules without hours, and one with all of them but one.
  await graph.fresh.superuser(
    `update availability_rule set weekly_periods = (select jsonb_agg('{"day": 0, "start": 0, "end": 1}'::jsonb) from generate_series(1, $1))
     where key = 'key 2'`,
    [storedLimits.hours - 1],
  );
  const two = [hours('MONDAY', '09:00', '10:00'), hours('TUESDAY', '09:00', '10:00')];
  expect(
    shown(await refusedOf(graph, upsertRuleMutation, { input: { ...rule, key: 'key 1', weeklyPeriods: two } })),
  ).toEqual([
    [
      'weeklyPeriods',
      'LIMIT_EXCEEDED',
      'Expected at most 500 weekly periods in all rules of one account, got more with these',
    ],
  ]);
  start = await ask.newest();
  expect((await ask.rule({ ...rule, key: 'key 1' })).timeZone).toBe('Europe/London');
  expect(await ask.toldSince(start)).toHaveLength(1);
  await graph.fresh.superuser('delete from availability_rule');
  await graph.fresh.superuser('delete from available_period');
  start = await ask.newest();
});
