/** Ours against python-dateutil and rrule-rust, rule after rule; every difference is a decision's or a failure. */
import type { EventTime } from '../../domain/events/model.ts';
import { expand } from '../../domain/recurrence/expand.ts';
import { formatDate } from '../../domain/time/calendar-days.ts';
import { basicInstant } from '../../domain/time/icalendar-values.ts';
import { formatInstant } from '../../domain/time/instants.ts';
import { dayOf, formatLocalDateTime, type WallClock } from '../../domain/time/wall-clock.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { Answer, Dateutil, Question } from './dateutil.ts';
import { asked, type Difference, decided, type Engine } from './decisions.ts';
import { basic, type GeneratedSeries, generatedSeries, ruleText } from './generated-rules.ts';
import { askRust } from './rrule-rust.ts';
import { agreedYears, oracleZones } from './zone-agreement.ts';

/** Hits compared of each rule. */
const COMPARED = 20;
/** Asked beyond them: a wall clock in a gap changes places with its neighbours. */
const MARGIN = 5;

export interface Comparison {
  readonly rules: number;
  readonly shapes: number;
  /** Answers of each engine that were compared to the end, hit by hit. */
  readonly compared: Readonly<Record<Engine, number>>;
  readonly hits: number;
  /** Answers that python-dateutil did not finish are compared as far as they went; rrule-rust is not asked then. */
  readonly cut: Readonly<Record<Engine, number>>;
  /** Questions that an engine refused, by its reason. */
  readonly refused: ReadonlyMap<string, number>;
  /** Rules in zones whose instants were compared too. */
  readonly inZones: number;
  /** Rules in zones that were left out, as the two zone databases differ in a year that they reach. */
  readonly skippedForZones: number;
  readonly zoneYears: { readonly agreed: number; readonly skipped: number; readonly zones: readonly string[] };
  /** What each decision explained, by its text. */
  readonly decisions: ReadonlyMap<string, number>;
  /** What no decision explains. */
  readonly failures: readonly string[];
}

export interface ComparisonOptions {
  readonly seed: number;
  readonly rules: number;
  readonly zones: ZoneData;
  readonly dateutil: Dateutil;
  /** To repeat a failure: the numbers of the series that are asked, of those that the seed makes. */
  readonly only?: readonly number[];
  readonly onProgress?: (done: number) => void;
}

export async function compareEngines(options: ComparisonOptions): Promise<Comparison> {
  const { zones, dateutil } = options;
  const agreed = new Map<string, ReadonlySet<number>>();
  let agreedCount = 0;
  let skippedYears = 0;
  const differing: string[] = [];
  for (const zone of oracleZones) {
    const years = agreedYears(zone, zones, (await dateutil.transitions(zone)) ?? []);
    agreed.set(zone, years);
    agreedCount += years.size;
    skippedYears += 67 - years.size;
    if (years.size < 67) differing.push(`${zone} ${67 - years.size}`);
  }
  const shapes = new Set<string>();
  const compared = { dateutil: 0, 'rrule-rust': 0 };
  const cut = { dateutil: 0, 'rrule-rust': 0 };
  const refused = new Map<string, number>();
  const decisions = new Map<string, number>();
  const failures: string[] = [];
  let rules = 0;
  let hits = 0;
  let inZones = 0;
  let skippedForZones = 0;

  const add = (counts: Map<string, number>, name: string): void => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  const judge = (
    series: GeneratedSeries,
    engine: Engine,
    ours: readonly number[],
    answer: Answer,
    place: Place = asIfInUtc,
  ): void => {
    if (answer.error !== null && /generates an empty set|resulting in empty rule/.test(answer.error)) {
      // It refuses what never fires, such as every fourth hour at an odd one: then DTSTART stands alone.
      judge(series, engine, ours, { ...answer, hits: [series.start], error: null }, place);
      return;
    }
    if (answer.error !== null) {
      add(refused, `${engine}: ${answer.error.replace(/\d+/g, 'n').slice(0, 90)}`);
      return;
    }
    const most = answer.cut ? Math.min(COMPARED, answer.hits.length) : COMPARED;
    const theirs = answer.hits.slice(0, most);
    const mine = ours.slice(0, most);
    if (answer.cut) cut[engine]++;
    else compared[engine]++;
    hits += mine.length;
    if (mine.length === theirs.length && mine.every((hit, index) => hit === theirs[index])) return;
    const decision = decided({ series, engine, ours: mine, theirs, walls: answer.hits, ...place });
    if (decision !== null) add(decisions, `${engine}: ${decision}`);
    else failures.push(described(series, engine, mine, theirs));
  };

  let batch: GeneratedSeries[] = [];
  const flush = async (): Promise<void> => {
    const questions: Question[] = [];
    for (const series of batch) {
      const { parts, decisions: taken } = asked(series);
      for (const decision of taken) add(decisions, `both: ${decision}`);
      questions.push({ series, parts, zoned: inZone(series) });
    }
    const answers = await dateutil.ask(questions, COMPARED + MARGIN, 0.1);
    for (const [index, { series, parts, zoned }] of questions.entries()) {
      const answer = answers[index];
      if (answer === undefined) throw new Error('an answer is missing');
      const ours = startsOf(series, zones, false);
      judge(series, 'dateutil', ours, answer);
      if (answer.cut) cut['rrule-rust']++;
      else judge(series, 'rrule-rust', ours, askRust(series, parts, answer.ruleHits));
      if (!zoned) continue;
      if (agreesThroughout(series, agreed)) {
        inZones++;
        const place = {
          placed: (wall: WallClock): number => zones.resolve(formatLocalDateTime(wall), series.zone),
          shown: (hit: number): WallClock => hit + zones.offsetAt(hit, series.zone) * 1000,
          walls: answer.hits,
        };
        judge(series, 'dateutil', startsOf(series, zones, true), { ...answer, hits: answer.instants }, place);
      } else skippedForZones++;
    }
    options.onProgress?.(rules);
    batch = [];
  };
  for (const series of generatedSeries(options.seed, options.rules, oracleZones)) {
    if (options.only?.includes(series.number) === false) continue;
    rules++;
    shapes.add(series.shape);
    batch.push(series);
    if (batch.length === 200) await flush();
  }
  await flush();
  return {
    rules,
    shapes: shapes.size,
    compared,
    hits,
    cut,
    refused,
    inZones,
    skippedForZones,
    zoneYears: { agreed: agreedCount, skipped: skippedYears, zones: differing },
    decisions,
    failures,
  };
}

interface Place extends Pick<Difference, 'placed' | 'shown'> {
  readonly walls?: readonly WallClock[];
}

const asIfInUtc: Place = { placed: (wall) => wall, shown: (hit) => hit };

/** Rules below the day step in elapsed time here and in wall clocks there: in zones they are another test's matter. */
function inZone(series: GeneratedSeries): boolean {
  return series.zone !== 'Etc/UTC' && !/HOURLY|MINUTELY|SECONDLY/.test(series.frequency);
}

function agreesThroughout(series: GeneratedSeries, agreed: ReadonlyMap<string, ReadonlySet<number>>): boolean {
  const years = agreed.get(series.zone);
  const last = new Date(series.horizon).getUTCFullYear();
  for (let year = new Date(series.start).getUTCFullYear(); year <= last; year++) {
    if (years?.has(year) !== true) return false;
  }
  return true;
}

/** Our starts: wall clocks as if in UTC, or with `zoned` the instants of those wall clocks in the series' zone. */
export function startsOf(series: GeneratedSeries, zones: ZoneData, zoned: boolean): number[] {
  const time = timeOf(series, zones, zoned);
  const value = (wall: WallClock): string =>
    zoned || series.kind === 'date' ? basic(series, wall) : basicInstant(wall);
  const until =
    series.until === null
      ? null
      : zoned && series.kind === 'zoned'
        ? basicInstant(zones.resolve(formatLocalDateTime(series.until), series.zone))
        : value(series.until);
  const zone = zoned && series.kind === 'zoned' ? `;TZID=${series.zone}` : '';
  const dates = (name: string, walls: readonly WallClock[]): string[] =>
    walls.length === 0 ? [] : [`${name}${zone}:${walls.map(value).join(',')}`];
  const expansion = expand(
    {
      start: time,
      end: time,
      nominalDays: null,
      rules: [`RRULE:${ruleText(series, until)}`, ...dates('RDATE', series.added), ...dates('EXDATE', series.excluded)],
      floatingZone: zoned ? series.zone : 'Etc/UTC',
      dayZone: 'Etc/UTC',
    },
    [],
    { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, maximum: 10_000 },
    zones,
  );
  const last = zoned ? zones.resolve(formatLocalDateTime(series.horizon), series.zone) : series.horizon;
  const found: number[] = [];
  for (const { startsAt } of expansion) {
    if (startsAt > last || found.length === COMPARED) break;
    found.push(startsAt);
  }
  return found;
}

function timeOf(series: GeneratedSeries, zones: ZoneData, zoned: boolean): EventTime {
  if (series.kind === 'date') return { kind: 'date', date: formatDate(dayOf(series.start)) };
  if (!zoned) return { kind: 'utc', instant: series.start };
  const local = formatLocalDateTime(series.start);
  return series.kind === 'floating'
    ? { kind: 'floating', local }
    : { kind: 'zoned', local, zone: series.zone, instant: zones.resolve(local, series.zone) };
}

function described(
  series: GeneratedSeries,
  engine: Engine,
  ours: readonly number[],
  theirs: readonly number[],
): string {
  const at = ours.findIndex((hit, index) => hit !== theirs[index]);
  const place = at < 0 ? ours.length : at;
  const shown = (hit: number | undefined): string => (hit === undefined ? 'nothing' : formatInstant(hit));
  const lists = [
    series.added.length > 0 ? ` RDATE ${series.added.map(formatInstant)}` : '',
    series.excluded.length > 0 ? ` EXDATE ${series.excluded.map(formatInstant)}` : '',
  ].join('');
  const until = series.until === null ? null : basic(series, series.until);
  return `${series.number} ${engine}: ${series.kind} ${series.zone} ${formatLocalDateTime(series.start)} ${ruleText(series, until)}${lists}: hit ${place + 1}: ours ${shown(ours[place])}, theirs ${shown(theirs[place])}`;
}
