/**
 * The engine alone: from shared busy arrays to ISO slots, beside reading the same arrays once. All members in one thread, no
 * store, nothing kept between the calls. Who need not be looked at to know the starts is not; "everybody's starts" looks at all.
 */
import type { BusyTimes } from '../../domain/availability/busy-times.ts';
import { FreeStarts } from '../../domain/availability/free-starts.ts';
import { findOpenings, gridStarts } from '../../domain/availability/openings.ts';
import { InstantTexts } from '../../domain/time/instant-texts.ts';
import { parseInstant } from '../../domain/time/instants.ts';
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

function bytesAnInterval({ starts, ends, kinds, sources }: BusyTimes): number {
  return (starts.byteLength + ends.byteLength + kinds.byteLength + sources.byteLength) / starts.length;
}

interface Asked {
  readonly name: string;
  readonly people: number;
  readonly required: 'all' | number;
  /** All in one zone, with so many events: or nobody would have a slot in common. */
  readonly together?: number;
  readonly bars: boolean;
}

for (const { name, people, required, together, bars } of [
  { name: '100 people, all', people: 100, required: 'all', bars: true },
  { name: '100 people of one zone, all, 2 events each', people: 100, required: 'all', together: 2, bars: false },
  { name: '100 people, any', people: 100, required: 1, bars: true },
  { name: '100 people, 5 of them', people: 100, required: 5, bars: false },
  { name: '100 people, 50 of them', people: 100, required: 50, bars: false },
  { name: '1,000 people, any', people: 1000, required: 1, bars: false },
] satisfies Asked[]) {
  const drawn = drawTeam(random, tiny ? 10 : people, together ?? 50, from, days);
  const team = together === undefined ? drawn : drawn.map((person) => ({ ...person, timeZone: 'Europe/London' }));
  const question = { from, days, required: required === 'all' ? team.length : required, maximum: 512 };
  const cold = () => hoursOf(from, days, zones);
  const prepared = teamQuestion(team, { ...question, hours: cold() });
  const { grid } = gridStarts(prepared, zones);
  const toIso = () => {
    const { openings } = findOpenings(teamQuestion(team, { ...question, hours: cold() }), zones);
    const texts = new InstantTexts();
    return openings.map(({ start, end }) => ({ start: texts.of(start * 1000), end: texts.of(end * 1000) }));
  };
  const pieces = {
    read: () => readAll(team),
    starts: () => gridStarts(prepared, zones),
    everybody: () => {
      const free = new FreeStarts(grid, prepared.duration);
      return prepared.members.map((member) => free.of(member));
    },
    iso: toIso,
  };
  timed(tiny ? 1 : 400, pieces);
  const { read, starts, everybody, iso } = timed(tiny ? 1 : people === 1000 ? 300 : 2000, pieces);
  const base = figure(read).median;
  const ratio = (what: string, values: readonly number[], most: number | null) => {
    const found = figure(values).median / base;
    report(what, found, most === null ? '' : `≤ ${most}`, most === null || found <= most);
  };
  console.log(`  ${name}: ${toIso().length} slots`);
  reportFigure('reading the arrays, ms', figure(read));
  reportFigure('busy arrays and rules to ISO slots, ms', figure(iso), bars ? '≤ 1.5' : '', (ms) => !bars || ms <= 1.5);
  ratio('… to reading', iso, bars ? 15 : null);
  ratio('which starts of the grid, to reading', starts, bars ? 3 : null);
  ratio('… everybody’s starts, one by one', everybody, null);
  const sorted = [...iso].sort((one, other) => one - other);
  const p99 = sorted[Math.floor(0.99 * sorted.length)] ?? Number.NaN;
  report('p99, ms', p99, people === 1000 ? '≤ 20' : '', people !== 1000 || p99 <= 20);
  const [one] = team;
  const bytes = one === undefined ? 0 : bytesAnInterval(one.busy);
  report('bytes an interval', bytes, '≤ 17.6', bytes <= 17.6);
}
if (kept < 0) console.log(kept);
