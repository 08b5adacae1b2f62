/**
 * The engine alone: from shared busy arrays to ISO slots, beside reading the same arrays once. All members in one thread, no
 * store, nothing kept between the calls but the hours of a zone.
 */
import { findOpenings, gridStarts } from '../../domain/availability/openings.ts';
import { formatInstant, parseInstant } from '../../domain/time/instants.ts';
import { systemZones } from '../../domain/time/system-zones.ts';
import { figure, report, reportFigure, tiny } from '../measure.ts';
import { seeded } from '../oracles/random.ts';
import { drawTeam, hoursOf, type Person, teamQuestion } from './team.ts';

const zones = systemZones(process.versions['tz'] ?? '');
const random = seeded(7);
const days = 30;
const from = parseInstant('2026-03-09T00:00:00Z') / 1000;

/** Every start and end, kind and calendar, once. */
function readAll(team: readonly Person[]): number {
  let sum = 0;
  for (const { busy } of team) {
    for (let at = 0; at < busy.starts.length; at += 1) {
      sum +=
        (busy.starts[at] as number) ^
        (busy.ends[at] as number) ^
        (busy.kinds[at] as number) ^
        (busy.sources[at] as number);
    }
  }
  return sum;
}

/** Milliseconds of one call each, round by round, the pieces by turns. */
function timed<Name extends string>(rounds: number, pieces: Record<Name, () => unknown>): Record<Name, number[]> {
  const names = Object.keys(pieces) as Name[];
  const found = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const begun = performance.now();
      kept += Number(pieces[name]() === undefined);
      found[name].push(performance.now() - begun);
    }
  }
  return found;
}
let kept = 0;

interface Asked {
  readonly name: string;
  readonly people: number;
  readonly required: 'all' | number;
  readonly bars: boolean;
}

for (const { name, people, required, bars } of [
  { name: '100 people, all', people: 100, required: 'all', bars: true },
  { name: '100 people, any', people: 100, required: 1, bars: true },
  { name: '100 people, 5 of them', people: 100, required: 5, bars: false },
  { name: '1,000 people, any', people: 1000, required: 1, bars: false },
] satisfies Asked[]) {
  const team = drawTeam(random, tiny ? 10 : people, 50, from, days);
  const question = { from, days, required: required === 'all' ? team.length : required, maximum: 512 };
  const cold = () => hoursOf(from, days, zones);
  const hours = cold();
  const prepared = teamQuestion(team, { ...question, hours });
  const toIso = () => {
    const { openings } = findOpenings(teamQuestion(team, { ...question, hours: cold() }), zones);
    return openings.map(({ start, end }) => ({ start: formatInstant(start * 1000), end: formatInstant(end * 1000) }));
  };
  const pieces = { read: () => readAll(team), starts: () => gridStarts(prepared, zones), iso: toIso };
  timed(tiny ? 1 : 400, pieces);
  const { read, starts, iso } = timed(tiny ? 1 : people === 1000 ? 300 : 2000, pieces);
  const base = figure(read).median;
  console.log(`  ${name}: ${toIso().length} slots`);
  reportFigure('reading the arrays, ms', figure(read));
  reportFigure('busy arrays and rules to ISO slots, ms', figure(iso), bars ? '≤ 1.5' : '', (ms) => !bars || ms <= 1.5);
  report('… to reading', figure(iso).median / base, bars ? '≤ 15' : '', !bars || figure(iso).median / base <= 15);
  report(
    'which starts of the grid, to reading',
    figure(starts).median / base,
    bars ? '≤ 3' : '',
    !bars || figure(starts).median / base <= 3,
  );
  const sorted = [...iso].sort((one, other) => one - other);
  const p99 = sorted[Math.floor(0.99 * sorted.length)] ?? Number.NaN;
  report('p99, ms', p99, people === 1000 ? '≤ 20' : '', people !== 1000 || p99 <= 20);
  const [one] = team;
  const bytes =
    one === undefined
      ? 0
      : one.busy.starts.BYTES_PER_ELEMENT * 2 + one.busy.kinds.BYTES_PER_ELEMENT + one.busy.sources.BYTES_PER_ELEMENT;
  report('bytes an interval', bytes, '≤ 17.6', bytes <= 17.6);
}
if (kept < 0) console.log(kept);
