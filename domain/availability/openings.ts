/** The answer to an availability question, exact over every member. */
import type { ZoneData } from '../time/zone-data.ts';
import { FreeStarts } from './free-starts.ts';
import { freeTime, isFree } from './free-time.ts';
import { type MeetingStarts, meetingStarts } from './meeting-starts.ts';
import { periodOpenings } from './period-openings.ts';
import type { Group, Member, Opening, Openings, Question } from './question.ts';
import type { Seconds, Spans } from './spans.ts';
import { placeFrom, startAt, startGrid } from './start-grid.ts';
import { clearStarts, nextStart } from './starts.ts';

/**
 * When the groups can meet: periods, slots on the grid, or which of the starts asked for (semantics E4 to E7, E10).
 * Slots and periods come earliest first, starts in the order asked.
 */
export function findOpenings(question: Question, zones: ZoneData): Openings {
  const { search } = question;
  if ('starts' in search) return startOpenings(question, search.starts);
  if (search.format === 'PERIODS') return periodOpenings(question, search.periods);
  return slotOpenings(question, gridStarts(question, zones), search.format === 'SLOTS');
}

/** The grid's starts at which all can meet, whatever the format. Only for questions with periods. */
export function gridStarts(question: Question, zones: ZoneData): MeetingStarts {
  const { search, duration, earliest } = question;
  if ('starts' in search) throw new Error('a question of starts has no grid');
  const grid = startGrid(search.periods, search.grid, duration, zones);
  const found = meetingStarts(question, new FreeStarts(grid, duration));
  const tooEarly = placeFrom(grid, earliest);
  if (tooEarly > 0) clearStarts(found.starts, 0, tooEarly - 1);
  return found;
}

/** @param apart each slot starts at or after the end of the one before. */
function slotOpenings(question: Question, found: MeetingStarts, apart: boolean): Openings {
  const { groups, duration, maximum } = question;
  const openings: Opening[] = [];
  let place = nextStart(found.starts, 0);
  while (place !== -1) {
    if (openings.length === maximum) return { openings, truncated: true };
    const start = startAt(found.grid, place);
    openings.push({ start, end: start + duration, free: whoIsFree(found, groups, place) });
    place = nextStart(found.starts, apart ? placeFrom(found.grid, start + duration) : place + 1);
  }
  return { openings, truncated: false };
}

function whoIsFree(found: MeetingStarts, groups: readonly Group[], place: number): Opening['free'] {
  return () => groups.map((group) => found.freeOf(group, place));
}

function startOpenings(question: Question, starts: readonly Seconds[]): Openings {
  const { members, groups, duration, earliest, maximum } = question;
  const last = starts.reduce((latest, start) => Math.max(latest, start), Number.NEGATIVE_INFINITY);
  const first = starts.reduce((early, start) => Math.min(early, start), Number.POSITIVE_INFINITY);
  const free = members.map((member) => freeTime(member, [first, last + duration]));
  const openings: Opening[] = [];
  for (const start of starts) {
    if (start < earliest) continue;
    const ofEach = groups.map((group) =>
      group.members.filter((at) => isFree(members[at] as Member, free[at] as Spans, start, duration)),
    );
    if (ofEach.some((found, at) => found.length < (groups[at] as Group).required)) continue;
    if (openings.length === maximum) return { openings, truncated: true };
    openings.push({ start, end: start + duration, free: () => ofEach });
  }
  return { openings, truncated: false };
}
