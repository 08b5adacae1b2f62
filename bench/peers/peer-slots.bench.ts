/**
 * Somebody else's slots function beside ours, on the same people: `npm run bench -- peer-slots --peer=<path>`, or PEER_SLOTS
 * with a path. Both are given the same plain question and answer the starts as texts; ours is also timed from the busy arrays
 * that a running service keeps. Fails where the answers differ: ratios of different answers mean nothing.
 */
import { packBusyTimes } from '../../domain/availability/busy-times.ts';
import { findOpenings } from '../../domain/availability/openings.ts';
import { InstantTexts } from '../../domain/time/instant-texts.ts';
import { formatInstant, parseInstant } from '../../domain/time/instants.ts';
import { systemZones } from '../../domain/time/system-zones.ts';
import { formatLocalTime } from '../../domain/time/wall-clock.ts';
import { drawTeam, hoursOf, meeting, type Person, teamQuestion, workingDays } from '../availability/team.ts';
import { figure, report, reportFigure, tiny } from '../measure.ts';
import { seeded } from '../oracles/random.ts';
import { givenPeer, type PeerQuestion, secondsOf } from './peer.ts';

const zones = systemZones(process.versions['tz'] ?? '');
const days = 30;
const from = parseInstant('2026-03-09T00:00:00Z') / 1000;
const text = (seconds: number): string => formatInstant(seconds * 1000);

/** Our answer: all slots, whatever a query would show. */
function ourStarts(team: readonly Person[], required: PeerQuestion['required']): readonly string[] {
  const hours = hoursOf(from, days, zones);
  const question = { from, days, required: required === 'all' ? team.length : 1, maximum: 100_000, hours };
  const texts = new InstantTexts();
  return findOpenings(teamQuestion(team, question), zones).openings.map(({ start }) => texts.of(start * 1000));
}

/** Busy arrays from the plain question, as a peer has to begin. */
function read({ people }: PeerQuestion, team: readonly Person[]): readonly Person[] {
  return people.map(({ busy }, place) => ({
    timeZone: (team[place] as Person).timeZone,
    busy: packBusyTimes(
      busy.map(({ start, end }) => ({
        start: parseInstant(start) / 1000,
        end: parseInstant(end) / 1000,
        kind: 0,
        source: 0,
      })),
      from,
    ),
  }));
}

function plain(team: readonly Person[], required: PeerQuestion['required']): PeerQuestion {
  const { duration, interval, buffer } = meeting;
  return {
    from: text(from),
    to: text(from + days * 86_400),
    durationMinutes: duration / 60,
    intervalMinutes: interval / 60,
    bufferMinutes: { before: buffer.before / 60, after: buffer.after / 60 },
    required,
    people: team.map(({ timeZone, busy }) => ({
      timeZone,
      hours: workingDays.map(({ day, start, end }) => ({
        weekday: day + 1,
        start: formatLocalTime(start),
        end: formatLocalTime(end),
      })),
      busy: Array.from(busy.starts, (start, place) => ({
        start: text(busy.base + start),
        end: text(busy.base + (busy.ends[place] as number)),
      })),
    })),
  };
}

async function milliseconds(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const peer = await givenPeer(process.argv, process.env);
if (peer === null) {
  console.log(
    '  no peer: give the path of a module with a slots function as --peer=<path> or in PEER_SLOTS (bench/peers/peer.ts)',
  );
} else {
  const random = seeded(7);
  const rounds = tiny ? 1 : 7;
  for (const { people, busyEach, required } of [
    { people: 2, busyEach: 20, required: 'all' },
    { people: 10, busyEach: 50, required: 'all' },
    { people: 100, busyEach: 10, required: 'all' },
    { people: 100, busyEach: 50, required: 'all' },
    { people: 10, busyEach: 50, required: 'any' },
    { people: 100, busyEach: 50, required: 'any' },
  ] as const) {
    const team = drawTeam(random, tiny ? Math.min(people, 4) : people, busyEach, from, days);
    const question = plain(team, required);
    const found = secondsOf(await peer(question));
    const ours = secondsOf(ourStarts(team, required));
    const missing = ours.filter((start) => !found.includes(start)).length;
    const more = found.filter((start) => !ours.includes(start)).length;
    console.log(`  ${team.length} people, ${busyEach} busy times each, ${required} of them: ${ours.length} slots`);
    report('slots that the peer lacks; that only it has', `${missing}; ${more}`, '0; 0', missing + more === 0);
    if (missing + more > 0) process.exitCode = 1;
    const times = { peer: [] as number[], plain: [] as number[], kept: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      times.peer.push(await milliseconds(() => peer(question)));
      times.plain.push(await milliseconds(() => ourStarts(read(question, team), required)));
      times.kept.push(await milliseconds(() => ourStarts(team, required)));
    }
    reportFigure('the peer, ms', figure(times.peer));
    reportFigure('ours from the same plain question, ms', figure(times.plain));
    report('… the peer to it', figure(times.peer).median / figure(times.plain).median);
    reportFigure('ours from busy arrays, ms', figure(times.kept));
    report('… the peer to it', figure(times.peer).median / figure(times.kept).median);
  }
}
