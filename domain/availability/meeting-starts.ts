/** The starts at which every group is satisfied, and who is free at one of them. */
import type { FreeStarts } from './free-starts.ts';
import type { Group, Member, Question } from './question.ts';
import type { StartGrid } from './start-grid.ts';
import { allStarts, hasStart, nextStart, type Starts } from './starts.ts';

export interface MeetingStarts {
  readonly grid: StartGrid;
  readonly starts: Starts;
  /** The members of a group that are free at a start, in the group's order. */
  freeOf(group: Group, place: number): readonly number[];
}

/**
 * Exact over every member, and yet not every calendar is read: what no start is left for cannot be refused once more, and
 * who could only be one more where enough are free already changes nothing. Who is free at a start is found out when asked.
 */
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
      for (const place of members) {
        if (nextStart(starts, 0) === -1) break;
        free.restrict(starts, question.members[place] as Member);
      }
    } else {
      const short = new ShortStarts(starts, required);
      for (const place of members) {
        if (free.reaches(short.starts, question.members[place] as Member)) short.count(startsOf(place));
      }
      for (let word = 0; word < starts.length; word += 1) {
        starts[word] = (starts[word] as number) & ~(short.starts[word] as number);
      }
    }
  }
  return {
    grid,
    starts,
    freeOf: ({ members }, place) => members.filter((member) => hasStart(startsOf(member), place)),
  };
}

/** The starts at which fewer than `required` of the sets counted so far have one. */
class ShortStarts {
  readonly starts: Starts;
  /** A counter for each start, its binary digits in words side by side: 32 starts are counted at a time. */
  readonly #digits: readonly Starts[];

  constructor(starts: Starts, required: number) {
    this.starts = starts.slice();
    // Counters run over at `required`: they have as many digits as numbers below it need, and begin that far from the end.
    const digits = 32 - Math.clz32(required - 1);
    const begin = (1 << digits) - required;
    this.#digits = Array.from({ length: digits }, (_, digit) =>
      new Int32Array(starts.length).fill(((begin >>> digit) & 1) === 1 ? -1 : 0),
    );
  }

  count(set: Starts): void {
    for (let word = 0; word < set.length; word += 1) {
      const short = this.starts[word] as number;
      let carry = (set[word] as number) & short;
      for (let digit = 0; carry !== 0 && digit < this.#digits.length; digit += 1) {
        const ones = this.#digits[digit] as Starts;
        const before = ones[word] as number;
        ones[word] = before ^ carry;
        carry &= before;
      }
      this.starts[word] = short & ~carry;
    }
  }
}
