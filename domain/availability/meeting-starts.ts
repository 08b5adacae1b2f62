/** The starts at which every group is satisfied, and who is free at one of them. */
import type { FreeStarts } from './free-starts.ts';
import type { Group, Member, Question } from './question.ts';
import type { StartGrid } from './start-grid.ts';
import { allStarts, hasStart, type Starts } from './starts.ts';

export interface MeetingStarts {
  readonly grid: StartGrid;
  readonly starts: Starts;
  /** The members of a group that are free at a start, in the group's order. */
  freeOf(group: Group, place: number): readonly number[];
}

export function meetingStarts(question: Question, free: FreeStarts): MeetingStarts {
  const { grid } = free;
  const known: (Starts | undefined)[] = [];
  const startsOf = (place: number): Starts => {
    const found = known[place] ?? free.of(question.members[place] as Member);
    known[place] = found;
    return found;
  };
  const starts = allStarts(grid);
  for (const { members, required } of question.groups) {
    if (required === members.length) {
      for (const place of members) free.restrict(starts, question.members[place] as Member);
    } else {
      keepWhereEnough(starts, members.map(startsOf), required);
    }
  }
  return {
    grid,
    starts,
    freeOf: ({ members }, place) => members.filter((member) => hasStart(startsOf(member), place)),
  };
}

/** Takes the starts away at which fewer than `required` of the sets have one. */
function keepWhereEnough(starts: Starts, sets: readonly Starts[], required: number): void {
  // A counter for each start, its binary digits in words side by side: 32 starts are counted at a time.
  const digits = new Int32Array(32 - Math.clz32(sets.length));
  for (let word = 0; word < starts.length; word += 1) {
    digits.fill(0);
    for (const set of sets) {
      let carry = set[word] as number;
      for (let digit = 0; carry !== 0; digit += 1) {
        const before = digits[digit] as number;
        digits[digit] = before ^ carry;
        carry &= before;
      }
    }
    starts[word] = (starts[word] as number) & atLeast(digits, required);
  }
}

/** The bits whose count, in binary digits, is `required` or more. */
function atLeast(digits: Int32Array, required: number): number {
  let equal = -1;
  let more = 0;
  for (let digit = digits.length - 1; digit >= 0; digit -= 1) {
    const ones = digits[digit] as number;
    if (((required >>> digit) & 1) === 1) {
      equal &= ones;
    } else {
      more |= equal & ones;
      equal &= ~ones;
    }
  }
  return more | equal;
}
