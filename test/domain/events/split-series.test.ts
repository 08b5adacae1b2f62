import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EventContent, EventException } from '../../../domain/events/model.ts';
import { isMove, movedId, movedRules, movedTime, type SeriesMove } from '../../../domain/events/series-move.ts';
import { endedBefore, goingOnFrom, type SeriesParts } from '../../../domain/events/split-series.ts';
import { expand } from '../../../domain/recurrence/expand.ts';
import { formatLocalDateTime, parseLocalDateTime } from '../../../domain/time/wall-clock.ts';
import { content, exception, time, zones } from '../recurrence/fixtures.ts';

const series = { zones, floatingZone: 'Europe/Berlin' };
const london = 'Europe/London';

function master(start: string, end: string, rules: readonly string[]): EventContent {
  return content(start, end, { rules });
}

/** `recurrence id → start` of everything that is there, cancelled ones left out. */
function shown({ master: own, exceptions }: SeriesParts, maximum = 60): string[] {
  const window = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, maximum };
  const reading = { ...own, floatingZone: series.floatingZone, dayZone: series.floatingZone };
  return [...expand(reading, exceptions, window, zones)]
    .filter((occurrence) => occurrence.exception?.content.status !== 'CANCELLED')
    .map(({ recurrenceId, startsAt, endsAt }) => `${recurrenceId} ${startsAt} ${endsAt}`);
}

function split(parts: SeriesParts, at: string) {
  const next = goingOnFrom(parts, at, series);
  if (next === null) throw new Error('the series cannot be cut there');
  return { before: endedBefore(parts, at, series), after: next };
}

describe('cutting a series', () => {
  test('weekly, ten times, from the fifth on: four and six, whatever was cancelled or moved before', () => {
    const parts = {
      master: master(`2026-11-02T10:00:00 ${london}`, `2026-11-02T11:00:00 ${london}`, ['RRULE:FREQ=WEEKLY;COUNT=10', `EXDATE;TZID=${london}:20261109T100000`]), // biome-ignore format: one series
      exceptions: [exception('20261214T100000', `2026-12-15T15:00:00 ${london}`, `2026-12-15T16:00:00 ${london}`)],
    };
    const { before, after } = split(parts, '20261130T100000');
    expect(before.master.rules).toEqual(['RRULE:FREQ=WEEKLY;UNTIL=20261130T095959Z', `EXDATE;TZID=${london}:20261109T100000`]); // biome-ignore format: one line
    expect(before.exceptions).toEqual([]);
    expect(shown(before)).toHaveLength(3);
    expect(after.master.rules).toEqual(['RRULE:FREQ=WEEKLY;COUNT=6']);
    expect(after.master.start).toEqual(time(`2026-11-30T10:00:00 ${london}`));
    expect(after.exceptions).toEqual(parts.exceptions);
    expect(shown(after)).toHaveLength(6);
  });

  test('UNTIL is an instant when zoned, a day when all-day, a wall clock when floating', () => {
    const untilOf = (start: string, end: string, at: string) =>
      endedBefore({ master: master(start, end, ['RRULE:FREQ=DAILY']), exceptions: [] }, at, series).master.rules;
    // The offset of the day itself: summer time ends in between.
    expect(untilOf(`2026-10-20T10:00:00 ${london}`, `2026-10-20T11:00:00 ${london}`, '20261024T100000')).toEqual(['RRULE:FREQ=DAILY;UNTIL=20261024T085959Z']); // biome-ignore format: one line
    expect(untilOf('2026-10-20T10:00:00Z', '2026-10-20T11:00:00Z', '20261024T100000Z')).toEqual(['RRULE:FREQ=DAILY;UNTIL=20261024T095959Z']); // biome-ignore format: one line
    expect(untilOf('2026-10-20', '2026-10-21', '20261024')).toEqual(['RRULE:FREQ=DAILY;UNTIL=20261023']);
    expect(untilOf('2026-10-20T10:00:00', '2026-10-20T11:00:00', '20261024T100000')).toEqual(['RRULE:FREQ=DAILY;UNTIL=20261024T095959']); // biome-ignore format: one line
  });

  test('an UNTIL that is there already stays where it ends what goes on, and is shortened before', () => {
    const parts = { master: master('2026-10-20', '2026-10-21', ['RRULE:FREQ=DAILY;UNTIL=20261030']), exceptions: [] };
    const { before, after } = split(parts, '20261025');
    expect(before.master.rules).toEqual(['RRULE:FREQ=DAILY;UNTIL=20261024']);
    expect(after.master.rules).toEqual(['RRULE:FREQ=DAILY;UNTIL=20261030']);
  });

  test('RDATE and EXDATE go to the side that their dates are on, periods with their ends', () => {
    const parts = {
      master: master('2026-10-20T10:00:00Z', '2026-10-20T11:00:00Z', [
        'RRULE:FREQ=WEEKLY;COUNT=6',
        'RDATE:20261022T100000Z,20261112T100000Z',
        'RDATE;VALUE=PERIOD:20261023T100000Z/PT3H,20261113T100000Z/20261113T150000Z',
        'EXDATE:20261027T100000Z,20261117T100000Z',
      ]),
      exceptions: [],
    };
    const { before, after } = split(parts, '20261110T100000Z');
    expect(before.master.rules).toEqual([
      'RRULE:FREQ=WEEKLY;UNTIL=20261110T095959Z',
      'RDATE:20261022T100000Z',
      'RDATE;VALUE=PERIOD:20261023T100000Z/PT3H',
      'EXDATE:20261027T100000Z',
    ]);
    expect(after.master.rules).toEqual([
      'RRULE:FREQ=WEEKLY;COUNT=3',
      'RDATE:20261112T100000Z',
      'RDATE;VALUE=PERIOD:20261113T100000Z/20261113T150000Z',
      'EXDATE:20261117T100000Z',
    ]);
    expect([...shown(before), ...shown(after)].sort()).toEqual(shown(parts).sort());
  });

  test('a series of dates alone that keeps only its first stays a series', () => {
    const parts = {
      master: master('2026-10-20', '2026-10-21', ['RDATE;VALUE=DATE:20261022,20261025']),
      exceptions: [],
    };
    const { before, after } = split(parts, '20261022');
    expect(before.master.rules).toEqual(['RDATE;VALUE=DATE:20261020']);
    expect(shown(before)).toHaveLength(1);
    expect(shown(after)).toHaveLength(2);
  });

  test('from a date that no rule says, in a week that the rule leaves out, nothing is guessed', () => {
    const parts = {
      master: master('2026-10-20', '2026-10-21', ['RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=8', 'RDATE;VALUE=DATE:20261028']),
      exceptions: [],
    };
    expect(goingOnFrom(parts, '20261028', series)).toBeNull();
    expect(endedBefore(parts, '20261028', series).master.rules).toEqual([
      'RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20261027',
    ]);
  });

  test('over a spring gap the wall clock of the cut is the rule’s, not the shown one', () => {
    const newYork = 'America/New_York';
    const parts = {
      master: master(`2026-03-06T02:30:00 ${newYork}`, `2026-03-06T03:00:00 ${newYork}`, ['RRULE:FREQ=DAILY;COUNT=5']),
      exceptions: [],
    };
    const { before, after } = split(parts, '20260308T023000');
    expect(after.master.start).toMatchObject({ local: '2026-03-08T02:30:00' });
    expect([...shown(before), ...shown(after)]).toEqual(shown(parts));
  });

  test('of several rules each ends, goes on or is left out for itself; one that nobody can read stays', () => {
    const rules = [
      'RRULE:FREQ=DAILY;COUNT=3',
      'RRULE:FREQ=MONTHLY;BYMONTHDAY=1;COUNT=4',
      'RRULE:FREQ=SOMETIMES',
      'RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24',
    ];
    const parts = { master: master('2026-10-20', '2026-10-21', rules), exceptions: [] };
    const { before, after } = split(parts, '20261201');
    expect(before.master.rules).toEqual([
      'RRULE:FREQ=DAILY;COUNT=3',
      'RRULE:FREQ=MONTHLY;BYMONTHDAY=1;UNTIL=20261130',
      'RRULE:FREQ=SOMETIMES',
    ]);
    expect(after.master.rules).toEqual([
      'RRULE:FREQ=MONTHLY;BYMONTHDAY=1;COUNT=2',
      'RRULE:FREQ=SOMETIMES',
      'RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24',
    ]);
    expect([...shown(before), ...shown(after)].sort().slice(0, 50)).toEqual(shown(parts).sort().slice(0, 50));
  });

  test('where the occurrences before are too many to count, nothing is guessed', () => {
    const rules = ['RRULE:FREQ=SECONDLY;COUNT=900000'];
    const parts = { master: master('2026-10-20T00:00:00Z', '2026-10-20T00:00:01Z', rules), exceptions: [] };
    expect(goingOnFrom(parts, '20261026T000000Z', series)).toBeNull();
  });

  test('a change for later occurrences goes on behind the cut, unless the cut has one of its own', () => {
    const at = (day: string, hour: number) => `2026-10-${day}T${hour}:00:00 ${london}`;
    const own = (day: string, hour: number, ranged: boolean) => ({
      recurrenceId: `202610${day}T100000`,
      content: {
        ...master(at(day, hour), at(day, hour + 1), []),
        ...(ranged ? { thisAndFuture: true as const } : {}),
      },
    });
    const whole = (...exceptions: EventException[]) => ({
      master: master(at('20', 10), at('20', 11), ['RRULE:FREQ=DAILY;COUNT=8']),
      exceptions,
    });
    const idsAfter = (parts: SeriesParts) =>
      goingOnFrom(parts, '20261023T100000', series)?.exceptions.map(({ recurrenceId, content }) => [
        recurrenceId,
        content.start.kind === 'zoned' ? content.start.local : '',
      ]);
    const ranged = own('21', 14, true);
    expect(idsAfter(whole(ranged, own('25', 16, false)))).toEqual([
      ['20261023T100000', '2026-10-23T14:00:00'],
      ['20261025T100000', '2026-10-25T16:00:00'],
    ]);
    expect(idsAfter(whole(own('21', 14, false), own('25', 16, false)))).toEqual([
      ['20261025T100000', '2026-10-25T16:00:00'],
    ]);
  });

  test('an id that is none is refused', () => {
    const parts = { master: master('2026-10-20', '2026-10-21', ['RRULE:FREQ=DAILY']), exceptions: [] };
    expect(() => endedBefore(parts, 'tomorrow', series)).toThrow(TypeError);
    expect(() => goingOnFrom(parts, '20261340', series)).toThrow('not a recurrence id: 20261340');
  });
});

describe('moving a series', () => {
  const moved = (rules: readonly string[], from: string, to: string) =>
    movedRules(rules, { from: time(from), to: time(to) }, series);

  test.each([
    ['a weekly rule’s days turn with it', 'RRULE:FREQ=WEEKLY;BYDAY=MO,WE,SU', '2026-11-02', '2026-11-03', 'RRULE:FREQ=WEEKLY;BYDAY=TU,TH,MO'],
    ['the week of an interval begins a day later with it', 'RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU', '2026-11-02', '2026-11-03', 'RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,MO;WKST=TU'],
    ['back by a day as well', 'RRULE:FREQ=DAILY;BYDAY=MO', '2026-11-02', '2026-11-01', 'RRULE:FREQ=DAILY;BYDAY=SU'],
    ['the day of a month', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=2', '2026-11-02', '2026-11-05', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=5'],
    ['the last day of a month', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=-1', '2026-11-30', '2026-11-29', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=-2'],
    ['the first Monday', 'RRULE:FREQ=MONTHLY;BYDAY=1MO', '2026-11-02', '2026-11-10', 'RRULE:FREQ=MONTHLY;BYDAY=2TU'],
    ['the last Monday', 'RRULE:FREQ=MONTHLY;BYDAY=-1MO', '2026-11-30', '2026-11-24', 'RRULE:FREQ=MONTHLY;BYDAY=-1TU'],
    ['the day of a year', 'RRULE:FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=2', '2026-11-02', '2026-12-01', 'RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=1'],
    ['what only its start binds', 'RRULE:FREQ=MONTHLY', '2026-11-02', '2026-12-01', 'RRULE:FREQ=MONTHLY'],
    ['UNTIL', 'RRULE:FREQ=DAILY;UNTIL=20261120', '2026-11-02', '2026-11-03', 'RRULE:FREQ=DAILY;UNTIL=20261121'],
    ['UNTIL, on the wall clock', 'RRULE:FREQ=DAILY;UNTIL=20261102T100000Z', `2026-10-20T10:00:00 ${london}`, `2026-10-20T12:00:00 ${london}`, 'RRULE:FREQ=DAILY;UNTIL=20261102T120000Z'],
    ['UNTIL, on the wall clock of summer', 'RRULE:FREQ=DAILY;UNTIL=20260702T090000Z', `2026-06-20T10:00:00 ${london}`, `2026-06-20T12:00:00 ${london}`, 'RRULE:FREQ=DAILY;UNTIL=20260702T110000Z'],
    ['UNTIL, from summer to UTC', 'RRULE:FREQ=DAILY;UNTIL=20260702T090000Z', `2026-06-20T10:00:00 ${london}`, '2026-06-20T10:00:00Z', 'RRULE:FREQ=DAILY;UNTIL=20260702T100000Z'],
    ['a rule with empty parts', 'RRULE:FREQ=DAILY;;INTERVAL=2;', '2026-11-02', '2026-11-03', 'RRULE:FREQ=DAILY;INTERVAL=2'],
    ['UNTIL, from a zone to another', 'RRULE:FREQ=DAILY;UNTIL=20261102T100000Z', `2026-10-20T10:00:00 ${london}`, '2026-10-20T10:00:00 America/New_York', 'RRULE:FREQ=DAILY;UNTIL=20261102T150000Z'],
    ['UNTIL, from times to days', 'RRULE:FREQ=DAILY;UNTIL=20261102T095959Z', `2026-10-20T10:00:00 ${london}`, '2026-10-20', 'RRULE:FREQ=DAILY;UNTIL=20261101'],
    ['UNTIL, from days to times', 'RRULE:FREQ=DAILY;UNTIL=20261102', '2026-10-20', `2026-10-20T10:00:00 ${london}`, 'RRULE:FREQ=DAILY;UNTIL=20261102T100000Z'],
    ['UNTIL, of a floating series', 'RRULE:FREQ=DAILY;UNTIL=20261102T100000', '2026-10-20T10:00:00', '2026-10-21T09:00:00', 'RRULE:FREQ=DAILY;UNTIL=20261103T090000'],
    ['UNTIL, of a series in UTC', 'RRULE:FREQ=DAILY;UNTIL=20261102T100000Z', '2026-10-20T10:00:00Z', '2026-10-20T11:00:00Z', 'RRULE:FREQ=DAILY;UNTIL=20261102T110000Z'],
    ['UNTIL, where it is a whole day of a timed series', 'RRULE:FREQ=DAILY;UNTIL=20261102', '2026-10-20T10:00:00Z', '2026-10-20T11:00:00Z', 'RRULE:FREQ=DAILY;UNTIL=20261103T005959Z'],
    ['an UNTIL that means no end', 'RRULE:FREQ=DAILY;UNTIL=99991231T235959Z', '2026-10-20T10:00:00Z', '2026-10-20T11:00:00Z', 'RRULE:FREQ=DAILY;UNTIL=99991231T235959Z'],
    ['positions in a week that begins elsewhere', 'RRULE:FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1', '2026-11-02', '2026-11-03', 'RRULE:FREQ=WEEKLY;BYDAY=TU,WE;BYSETPOS=1;WKST=TU'],
    ['times of day, which days have not', 'RRULE:FREQ=DAILY;BYHOUR=9,10', '2026-11-02T10:00:00', '2026-11-02', 'RRULE:FREQ=DAILY'],
    ['an hourly rule, by its start alone', 'RRULE:FREQ=HOURLY;INTERVAL=7', '2026-11-02T10:00:00Z', '2026-11-03T11:00:00Z', 'RRULE:FREQ=HOURLY;INTERVAL=7'],
    ['nothing that stays where it is', 'RRULE:FREQ=DAILY;BYHOUR=9,10', '2026-11-02T10:00:00Z', '2026-11-02T10:00:00Z', 'RRULE:FREQ=DAILY;BYHOUR=9,10'],
    ['a time of day of its own', 'RRULE:FREQ=DAILY;BYHOUR=10;BYMINUTE=0', '2026-10-20T10:00:00', '2026-10-20T11:30:00', 'RRULE:FREQ=DAILY;BYHOUR=11;BYMINUTE=30'],
    ['EXDATE', 'EXDATE;TZID=Europe/London:20261109T100000,20261116T100000', `2026-11-02T10:00:00 ${london}`, '2026-11-02T11:00:00 Europe/Paris', 'EXDATE;TZID=Europe/Paris:20261109T110000,20261116T110000'],
    ['periods', 'RDATE;VALUE=PERIOD:20261109T100000Z/PT2H,20261110T100000Z/20261110T130000Z', '2026-11-02T10:00:00Z', '2026-11-02T11:00:00Z', 'RDATE;VALUE=PERIOD:20261109T110000Z/PT2H,20261110T110000Z/20261110T140000Z'],
    ['periods, from times to days', 'RDATE;VALUE=PERIOD:20261109T100000Z/PT2H', '2026-11-02T10:00:00Z', '2026-11-02', 'RDATE;VALUE=DATE:20261109'],
  ])('%s', (_, rule, from, to, expected) => {
    expect(moved([rule], from, to)).toEqual([expected]);
  }); // biome-ignore format: a table

  test.each([
    ['two days of a month', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=2,16'],
    ['weekdays by their place in the month', 'RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1'],
    ['a day that the start is not on', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=15'],
    ['days of the year', 'RRULE:FREQ=YEARLY;BYYEARDAY=306'],
    ['weeks of the year', 'RRULE:FREQ=YEARLY;BYWEEKNO=45'],
    ['a weekly rule of some months', 'RRULE:FREQ=WEEKLY;BYMONTH=11'],
  ])('a rule that cannot follow to another day: %s', (_, rule) => {
    expect(moved([rule], '2026-11-02', '2026-11-03')).toBeNull();
    expect(moved([rule], '2026-11-02T10:00:00', '2026-11-02T11:00:00')).toEqual([rule]);
  });

  test.each(['BYHOUR=10', 'BYMINUTE=0', 'BYSECOND=0', 'BYDAY=MO'])(
    'an hourly rule that is limited to %s cannot follow at all, one that stays needs not',
    (part) => {
      const line = `RRULE:FREQ=HOURLY;${part}`;
      expect(moved([line], '2026-11-02T10:00:00', '2026-11-02T11:00:00')).toBeNull();
      expect(moved([line], '2026-11-02T10:00:00', '2026-11-02T10:00:00Z')).toEqual([line]);
    },
  );

  test('what a rule takes out has no rule of its own to become', () => {
    expect(moved(['RRULE:FREQ=DAILY', 'EXRULE:FREQ=WEEKLY'], '2026-11-02', '2026-11-03')).toBeNull();
  });

  test('an hourly rule has no days to become', () => {
    expect(moved(['RRULE:FREQ=HOURLY'], '2026-11-02T10:00:00Z', '2026-11-02')).toBeNull();
    expect(moved(['RRULE:FREQ=DAILY;BYHOUR=9,10'], '2026-11-02T10:00:00Z', '2026-11-02T11:00:00Z')).toBeNull();
    expect(moved(['RRULE:FREQ=HOURLY;BYDAY=MO'], '2026-11-02T10:00:00Z', '2026-11-03T10:00:00Z')).toBeNull();
  });

  test('what would leave the calendar stays at its end', () => {
    const move = { from: time('2026-11-02'), to: time('9999-12-30') };
    expect(movedTime(time('2026-11-20'), move, zones)).toEqual(time('9999-12-31'));
    expect(movedId('nonsense', move, series)).toBe('nonsense');
    expect(movedTime(time('2026-11-20'), { from: move.from, to: move.from }, zones)).toEqual(time('2026-11-20'));
  });
});

const pick = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const zone = pick('Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu');
const day = fc.integer({ min: 0, max: 800 }).map((days) => new Date(Date.UTC(2025, 8, 1) + days * 86_400_000).toISOString().slice(0, 10)); // biome-ignore format: one value
const clock = fc.tuple(fc.integer({ min: 0, max: 23 }), pick(0, 15, 30)).map(([hour, minute]) => `${`${hour}`.padStart(2, '0')}:${`${minute}`.padStart(2, '0')}:00`); // biome-ignore format: one value
const kind = pick('date', 'zoned', 'utc', 'floating');
const days = fc.uniqueArray(pick('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'), { minLength: 1, maxLength: 4 });
const interval = pick('', ';INTERVAL=2', ';INTERVAL=3');
/** Rules whose days move as one, by any number of days. */
const plain = fc.oneof(
  interval.map((every) => `FREQ=DAILY${every}`),
  fc
    .tuple(interval, days, pick('', ';WKST=SU'))
    .map(([every, some, week]) => `FREQ=WEEKLY${every};BYDAY=${some}${week}`),
  interval.map((every) => `FREQ=WEEKLY${every}`),
);
const rule = fc.oneof(
  plain,
  interval.map((every) => `FREQ=MONTHLY${every}`),
  fc.tuple(interval, pick('2MO', '-1FR', '1SA,3SA')).map(([every, some]) => `FREQ=MONTHLY${every};BYDAY=${some}`),
  pick('FREQ=MONTHLY;BYMONTHDAY=1,15,-1', 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', 'FREQ=YEARLY', 'FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU', 'FREQ=HOURLY;INTERVAL=7', 'FREQ=DAILY;BYMONTH=3,4'), // biome-ignore format: a list
);
const end = fc.oneof(fc.constant(''), fc.integer({ min: 2, max: 40 }).map((count) => `;COUNT=${count}`)); // biome-ignore format: one value

interface Case {
  readonly parts: SeriesParts;
  readonly ids: readonly string[];
}

/** A series with some of its occurrences cancelled, taken out and moved elsewhere. */
const cases = (rules: fc.Arbitrary<string>): fc.Arbitrary<Case> =>
  fc
    .record({
      rules,
      end,
      kind,
      day,
      clock,
      zone,
      picks: fc.array(fc.nat(25), { maxLength: 6 }),
      extra: fc.option(day),
    })
    .filter((given) => !(given.kind === 'date' && given.rules.includes('HOURLY')))
    .map((given): Case => {
      const at = given.kind === 'date' ? given.day : `${given.day}T${given.clock}${{ zoned: ` ${given.zone}`, utc: 'Z', floating: '' }[given.kind]}`; // biome-ignore format: one value
      const start = time(at);
      const later = (hours: number) => movedTime(start, { from: start, to: shifted(start, hours) }, zones);
      const own = content(at, at, { end: given.kind === 'date' ? later(48) : later(1), rules: [`RRULE:${given.rules}${given.end}`] }); // biome-ignore format: one value
      const plainIds = shown({ master: own, exceptions: [] }, 40).map((line) => line.split(' ')[0] ?? '');
      const chosen = [...new Set(given.picks)].flatMap((index) => plainIds[index] ?? []);
      const exdates = chosen.filter((_, index) => index % 3 === 0).map((id) => `EXDATE:${id}`);
      const exceptions = chosen
        .filter((_, index) => index % 3 !== 0)
        .map(
          (recurrenceId, index): EventException => ({
            recurrenceId,
            content: { ...own, start: shifted(start, 1), end: shifted(start, 2), rules: [], status: index % 2 === 0 ? 'CANCELLED' : 'CONFIRMED' }, // biome-ignore format: one value
          }),
        );
      const rdates = given.extra === null || given.kind !== 'date' ? [] : [`RDATE;VALUE=DATE:${given.extra.replaceAll('-', '')}`]; // biome-ignore format: one value
      return { parts: { master: { ...own, rules: [...own.rules, ...rdates, ...exdates] }, exceptions }, ids: plainIds };
    });

/** Some hours later on the wall clock; whole days where there are no hours. */
function shifted(from: ReturnType<typeof time>, hours: number): ReturnType<typeof time> {
  switch (from.kind) {
    case 'date':
      return { kind: 'date', date: new Date(Date.parse(`${from.date}T00:00:00Z`) + Math.trunc(hours / 24) * 86_400_000).toISOString().slice(0, 10) }; // biome-ignore format: one value
    case 'utc':
      return { kind: 'utc', instant: from.instant + hours * 3_600_000 };
    default: {
      const local = formatLocalDateTime(parseLocalDateTime(from.local) + hours * 3_600_000);
      return from.kind === 'floating' ? { kind: 'floating', local } : { kind: 'zoned', local, zone: from.zone, instant: zones.resolve(local, from.zone) }; // biome-ignore format: one value
    }
  }
}

describe('a rule that takes away', () => {
  const parts = {
    master: master('2026-11-02T10:00:00Z', '2026-11-02T11:00:00Z', ['RRULE:FREQ=DAILY', 'EXRULE:FREQ=WEEKLY;BYDAY=SU']),
    exceptions: [],
  };

  test('goes with what ends, and lets nothing go on or be moved', () => {
    expect(endedBefore(parts, '20261105T100000Z', series).master.rules).toEqual([
      'RRULE:FREQ=DAILY;UNTIL=20261105T095959Z',
      'EXRULE:FREQ=WEEKLY;BYDAY=SU',
    ]);
    expect(goingOnFrom(parts, '20261105T100000Z', series)).toBeNull();
    const move = { from: parts.master.start, to: time('2026-11-02T11:00:00Z') };
    expect(movedRules(parts.master.rules, move, series)).toBeNull();
    expect(movedRules(parts.master.rules, { from: move.from, to: move.from }, series)).toBe(parts.master.rules);
  });
});

test('a time of day that a rule says follows where it changes, and stays where it does not', () => {
  const move = (to: string) => ({ from: time('2026-11-02T10:15:00Z'), to: time(to) });
  const rule = 'RRULE:FREQ=DAILY;BYHOUR=10;BYMINUTE=15';
  expect(movedRules([rule], move('2026-11-02T11:15:00Z'), series)).toEqual(['RRULE:FREQ=DAILY;BYHOUR=11;BYMINUTE=15']);
  expect(movedRules([rule], move('2026-11-02T10:45:00Z'), series)).toEqual(['RRULE:FREQ=DAILY;BYHOUR=10;BYMINUTE=45']);
  expect(movedRules(['RRULE:FREQ=DAILY;BYHOUR=9,10'], move('2026-11-02T11:15:00Z'), series)).toBeNull();
  expect(movedRules(['RRULE:FREQ=DAILY;BYHOUR=9,10'], move('2026-11-02T10:45:00Z'), series)).toEqual([
    'RRULE:FREQ=DAILY;BYHOUR=9,10',
  ]);
});

test('positions in a week are counted from the day that it begins on, which turns with the start', () => {
  const move = { from: time('2026-11-02T10:00:00Z'), to: time('2026-11-03T10:00:00Z') };
  expect(movedRules(['RRULE:FREQ=WEEKLY;BYSETPOS=1'], move, series)).toEqual(['RRULE:FREQ=WEEKLY;BYSETPOS=1;WKST=TU']);
  expect(movedRules(['RRULE:FREQ=DAILY;BYSETPOS=1'], move, series)).toBeNull();
});

test('what is moved nowhere keeps its ids', () => {
  const from = time('2026-11-02T10:15:00Z');
  expect(movedId('20261103T101500Z', { from, to: from }, series)).toBe('20261103T101500Z');
  expect(movedId('no time', { from, to: time('2026-11-02T11:15:00Z') }, series)).toBe('no time');
  expect(movedId('20261103T101500Z', { from, to: time('2026-11-02T11:15:00Z') }, series)).toBe('20261103T111500Z');
});

describe('any series, cut anywhere', () => {
  test('shows before and after the cut together what it showed whole', () => {
    let tried = 0;
    let cut = 0;
    let refused = 0;
    fc.assert(
      fc.property(cases(rule), fc.integer({ min: 1, max: 39 }), ({ parts, ids }, at) => {
        tried += 1;
        const id = ids[at % ids.length];
        if (id === undefined || id === ids[0]) return;
        const next = goingOnFrom(parts, id, series);
        if (next === null) {
          refused += 1;
          return;
        }
        cut += 1;
        const before = endedBefore(parts, id, series);
        const whole = shown(parts, 150);
        const sides = [...shown(before, 150), ...shown(next, 150)];
        // Endless ones are compared as far as the whole was looked at.
        const all = new Set(whole);
        const both = new Set(sides);
        expect(both.size).toBe(sides.length);
        expect(whole.filter((line) => !both.has(line))).toEqual([]);
        const finite = parts.master.rules.some((line) => line.includes('COUNT='));
        if (finite) expect(sides.filter((line) => !all.has(line))).toEqual([]);
      }),
      { seed: 26, numRuns: 250 },
    );
    expect(cut / tried).toBeGreaterThan(0.72);
    expect(refused / tried).toBeLessThan(0.1);
  });

  test('moved, keeps every occurrence at its distance', () => {
    const shift = fc.integer({ min: -200, max: 200 });
    fc.assert(
      fc.property(cases(plain), shift, ({ parts }, hours) => {
        const move: SeriesMove = { from: parts.master.start, to: shifted(parts.master.start, hours) };
        if (!isMove(move)) return;
        const rules = movedRules(parts.master.rules, move, series);
        expect(rules).not.toBeNull();
        const idsOf = (one: EventContent) =>
          shown({ master: one, exceptions: [] }, 40).map((line) => line.split(' ')[0] ?? '');
        const after = { ...parts.master, start: move.to, end: shifted(parts.master.end, hours), rules: rules ?? [] };
        expect(idsOf(after)).toEqual(idsOf(parts.master).map((id) => movedId(id, move, series)));
      }),
      { seed: 27, numRuns: 250 },
    );
  });
});
