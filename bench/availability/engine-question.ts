/** A drawn case as the engine takes it: what scheduling/ does with stored rules, without a store. */
import { fullTime } from '../../domain/availability/booking-limits.ts';
import { countedKinds, packBusyTimes } from '../../domain/availability/busy-times.ts';
import type { Bookable, Counted, Member, Question } from '../../domain/availability/question.ts';
import { ALWAYS, type Seconds, union } from '../../domain/availability/spans.ts';
import { weeklyTime } from '../../domain/availability/weekly-hours.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { Case, CaseMember } from './cases.ts';

export function engineQuestion(asked: Case, zones: ZoneData): Question {
  const starts = asked.starts ?? [];
  const from = Math.min(...asked.periods.map(([start]) => start), ...starts);
  const to = Math.max(...asked.periods.map(([, end]) => end), ...starts.map((start) => start + asked.duration));
  return {
    members: asked.members.map((member) => engineMember(member, [from, to], zones)),
    groups: asked.groups,
    duration: asked.duration,
    search:
      asked.starts !== null
        ? { starts: asked.starts }
        : {
            periods: union(asked.periods),
            format: asked.format,
            grid: { interval: asked.interval, timeZone: asked.timeZone },
          },
    earliest: asked.earliest,
    maximum: asked.maximum,
  };
}

function engineMember(member: CaseMember, window: readonly [Seconds, Seconds], zones: ZoneData): Member {
  const kinds = countedKinds(member.busyRule);
  const countedIn = (calendars: readonly number[] | null): Counted => ({
    kinds,
    sources: calendars === null ? null : Uint8Array.from([0, 1, 2], (source) => (calendars.includes(source) ? 1 : 0)),
  });
  const all = countedIn(member.calendars);
  const bookable: Bookable[] =
    member.rules === null
      ? [{ time: ALWAYS, counted: all }]
      : [
          ...member.rules.map(({ hours, timeZone, calendars }) => ({
            time: weeklyTime(hours, timeZone, window, zones),
            counted: member.calendars !== null || calendars === null ? all : countedIn(calendars),
          })),
          { time: union(member.periods), counted: all },
        ];
  return {
    busy: packBusyTimes(member.intervals, window[0]),
    bookable,
    within: member.within === null ? ALWAYS : union(member.within),
    held: union(member.held),
    buffer: { before: member.before, after: member.after },
    full: fullTime(member.limits, member.bookings, window, zones),
    synced: member.synced,
  };
}
