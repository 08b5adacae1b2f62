/** Availability second by second: slow, plain, and by the words of the rules (semantics E), not by the engine's means. */
import type { BookingLimit } from '../../domain/availability/booking-limits.ts';
import type { Seconds } from '../../domain/availability/spans.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { Case, CaseMember, CaseRule, Pair } from './cases.ts';

const day = 86_400;

export interface BruteOpening {
  readonly start: Seconds;
  readonly end: Seconds;
  readonly free: readonly (readonly number[])[];
}

/** The answer, and for each member and second of the window whether it may meet then. */
export class BruteForce {
  readonly #case: Case;
  readonly #zones: ZoneData;
  readonly #from: Seconds;
  readonly #to: Seconds;
  /** How many seconds of the window before each are not free, of each member. */
  readonly #refused: readonly Int32Array[];
  readonly #full: readonly ((start: Seconds) => boolean)[];
  #grid: readonly Seconds[] | null = null;

  constructor(asked: Case, zones: ZoneData) {
    this.#case = asked;
    this.#zones = zones;
    const starts = asked.starts ?? [];
    this.#from = Math.min(...asked.periods.map(([from]) => from), ...starts);
    this.#to = Math.max(...asked.periods.map(([, to]) => to), ...starts.map((start) => start + asked.duration));
    this.#refused = asked.members.map((member) => this.#refusals(member));
    this.#full = asked.members.map(
      (member) => (start) => member.limits.some((limit) => this.#isFull(member, limit, start)),
    );
  }

  openings(): { readonly openings: readonly BruteOpening[]; readonly truncated: boolean } {
    const { starts, format, maximum } = this.#case;
    const found = starts !== null ? this.#atStarts(starts) : format === 'PERIODS' ? this.#periods() : this.#slots();
    return { openings: found.slice(0, maximum), truncated: found.length > maximum };
  }

  /** The starts on the grid, by asking every minute for the wall clock of its zone: no offset that is drawn has seconds. */
  gridStarts(): readonly Seconds[] {
    if (this.#grid !== null) return this.#grid;
    const { interval, timeZone, duration } = this.#case;
    const found: Seconds[] = [];
    for (let at = Math.ceil(this.#from / 60) * 60; at < this.#to; at += 60) {
      if ((at + this.#zones.offsetAt(at * 1000, timeZone)) % interval !== 0) continue;
      if (this.#searched().some(([from, to]) => from <= at && at + duration <= to)) found.push(at);
    }
    this.#grid = found;
    return found;
  }

  /** Which members of each group are free at a start; null where a group has too few, or it is too early. */
  freeAt(start: Seconds): readonly (readonly number[])[] | null {
    const { groups, duration, earliest } = this.#case;
    if (start < earliest) return null;
    const free = groups.map(({ members }) =>
      members.filter(
        (member) => this.#isFree(member, start, start + duration) && this.#full[member]?.(start) === false,
      ),
    );
    return free.every((found, at) => found.length >= (groups[at]?.required ?? 0)) ? free : null;
  }

  #slots(): BruteOpening[] {
    const found: BruteOpening[] = [];
    for (const start of this.gridStarts()) {
      const free = this.freeAt(start);
      const last = found.at(-1);
      if (free === null || (this.#case.format === 'SLOTS' && last !== undefined && start < last.end)) continue;
      found.push({ start, end: start + this.#case.duration, free });
    }
    return found;
  }

  #atStarts(starts: readonly Seconds[]): BruteOpening[] {
    return starts.flatMap((start) => {
      const free = this.freeAt(start);
      return free === null ? [] : [{ start, end: start + this.#case.duration, free }];
    });
  }

  /** From every second as far as enough members of each group stay free; what an earlier second reaches too is inside it. */
  #periods(): BruteOpening[] {
    const { groups, duration, members, earliest } = this.#case;
    const found: BruteOpening[] = [];
    for (const [from, to] of this.#searched()) {
      const until = members.map((_, member) => this.#freeUntil(member, Math.max(from, earliest), to));
      const begin = Math.max(from, earliest);
      let reached = Number.NEGATIVE_INFINITY;
      for (let start = begin; start < to; start += 1) {
        const untilOf = (member: number): Seconds => (until[member] as Float64Array)[start - begin] as Seconds;
        let end = to;
        for (const { members: asked, required } of groups) end = Math.min(end, ofRank(asked, required, untilOf));
        if (end <= reached || end === start) continue;
        reached = end;
        if (end - start < duration) continue;
        found.push({
          start,
          end,
          free: groups.map(({ members: asked }) => asked.filter((one) => untilOf(one) >= end)),
        });
      }
    }
    return found;
  }

  /** For each second from `from` to `to` until when the member is free from it on; the second itself where it is not. */
  #freeUntil(member: number, from: Seconds, to: Seconds): Float64Array {
    const until = new Float64Array(Math.max(0, to - from));
    let end = to;
    for (let at = to - 1; at >= from; at -= 1) {
      if (!this.#isFree(member, at, at + 1) || this.#full[member]?.(at) !== false) end = at;
      until[at - from] = end;
    }
    return until;
  }

  /** Periods that overlap or touch are one. */
  #searched(): readonly Pair[] {
    const merged: [number, number][] = [];
    for (const [from, to] of [...this.#case.periods].sort(([one], [other]) => one - other)) {
      const last = merged.at(-1);
      if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
      else merged.push([from, to]);
    }
    return merged;
  }

  #isFree(member: number, start: Seconds, end: Seconds): boolean {
    const refused = this.#refused[member] as Int32Array;
    return start >= this.#from && end <= this.#to && refused[end - this.#from] === refused[start - this.#from];
  }

  #refusals(member: CaseMember): Int32Array {
    const seconds = this.#to - this.#from;
    const free = new Uint8Array(seconds);
    if (member.synced) {
      for (const { pairs, calendars } of this.#bookable(member)) {
        const mine = new Uint8Array(seconds);
        for (const [from, to] of pairs) this.#fill(mine, from, to, 1);
        for (const interval of member.intervals) {
          if (interval.start >= interval.end || !counts(member, interval.kind, interval.source, calendars)) continue;
          this.#fill(mine, interval.start - member.after, interval.end + member.before, 0);
        }
        for (let at = 0; at < seconds; at += 1) if (mine[at] === 1) free[at] = 1;
      }
      for (const [from, to] of member.held) this.#fill(free, from - member.after, to + member.before, 0);
      if (member.within !== null) {
        const within = new Uint8Array(seconds);
        for (const [from, to] of member.within) this.#fill(within, from, to, 1);
        for (let at = 0; at < seconds; at += 1) if (within[at] === 0) free[at] = 0;
      }
    }
    const refused = new Int32Array(seconds + 1);
    for (let at = 0; at < seconds; at += 1) refused[at + 1] = (refused[at] as number) + (free[at] === 1 ? 0 : 1);
    return refused;
  }

  #fill(seconds: Uint8Array, from: Seconds, to: Seconds, value: number): void {
    const low = Math.max(0, from - this.#from);
    const high = Math.min(seconds.length, to - this.#from);
    if (low < high) seconds.fill(value, low, high);
  }

  #bookable(member: CaseMember): { pairs: readonly Pair[]; calendars: readonly number[] | null }[] {
    if (member.rules === null) return [{ pairs: [[this.#from, this.#to]], calendars: member.calendars }];
    return [
      ...member.rules.map((rule) => ({ pairs: this.#hours(rule), calendars: member.calendars ?? rule.calendars })),
      { pairs: member.periods, calendars: member.calendars },
    ];
  }

  #hours({ hours, timeZone }: CaseRule): Pair[] {
    const pairs: Pair[] = [];
    for (let number = Math.floor(this.#from / day) - 3; number <= Math.floor(this.#to / day) + 2; number += 1) {
      const weekday = (number + 3) % 7;
      for (const { day: on, start, end } of hours) {
        if (on !== weekday) continue;
        const until = end < start ? end + day : end;
        pairs.push([this.#instant(number * day + start, timeZone), this.#instant(number * day + until, timeZone)]);
      }
    }
    return pairs;
  }

  /** The first instant that shows a wall clock; in a gap the one that the offset before it means (RFC 5545 §3.3.5). */
  #instant(wall: Seconds, timeZone: string): Seconds {
    const earlier = this.#zones.offsetAt((wall - day) * 1000, timeZone);
    const later = this.#zones.offsetAt((wall + day) * 1000, timeZone);
    const shows = [wall - earlier, wall - later]
      .sort((one, other) => one - other)
      .find((instant) => instant + this.#zones.offsetAt(instant * 1000, timeZone) === wall);
    return shows ?? wall - earlier;
  }

  #isFull({ bookings }: CaseMember, { period, maximum, timeZone, categories }: BookingLimit, start: Seconds): boolean {
    const number = (at: Seconds): number => {
      const local = Math.floor((at + this.#zones.offsetAt(at * 1000, timeZone)) / day);
      return period === 'DAY' ? local : Math.floor((local + 3) / 7);
    };
    const counted = bookings.filter(
      (booking) =>
        categories === null ||
        booking.categories === null ||
        booking.categories.some((category) => categories.has(category)),
    );
    return counted.filter((booking) => number(booking.start) === number(start)).length + 1 > maximum;
  }
}

/** Whether an interval makes the member busy. */
export function counts(
  { busyRule }: CaseMember,
  kind: number,
  source: number,
  calendars: readonly number[] | null,
): boolean {
  if (calendars !== null && !calendars.includes(source)) return false;
  if (busyRule.onlyManaged && (kind & 8) === 0) return false;
  if (!busyRule.unanswered && (kind & 4) !== 0) return false;
  return [true, busyRule.tentative, busyRule.workingElsewhere, busyRule.outOfOffice][kind & 3] === true;
}

/** The `rank`th largest, 1 for the largest: one that fewer than `rank` exceed and at least `rank` reach. */
function ofRank(members: readonly number[], rank: number, value: (member: number) => number): number {
  for (const candidate of members) {
    let above = 0;
    let reaching = 0;
    for (const member of members) {
      if (value(member) > value(candidate)) above += 1;
      if (value(member) >= value(candidate)) reaching += 1;
    }
    if (above < rank && reaching >= rank) return value(candidate);
  }
  throw new RangeError(`expected a rank up to ${members.length}, came ${rank}`);
}
