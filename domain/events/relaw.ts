/** What newer zone data makes of an event: which of its instants are others now, and whether anybody can see it (semantics A8). */
import { expand } from '../recurrence/expand.ts';
import type { ZoneData } from '../time/zone-data.ts';
import type { EventContent, EventException, EventTime, Instant, ZoneName } from './model.ts';

export interface LawChange {
  readonly before: ZoneData;
  readonly after: ZoneData;
  /** What lies before stays as it was. */
  readonly now: Instant;
  /** How far both laws are known. */
  readonly until: Instant;
  /** Where floating times are read. */
  readonly floatingZone: ZoneName;
  /**
   * Whether a single event keeps its instant, and is shown at another wall clock: in application calendars, where the
   * instant is what was written. Elsewhere, and in series, the wall clock holds.
   */
  readonly singlesKeepInstant: boolean;
}

/** So many occurrences are compared; a rule that fires more often within the years that both laws cover is one of minutes. */
const occurrencesAtMost = 10_000;

/** An event's own times under the new law; the same object when nothing is another. */
export function relawContent(content: EventContent, change: LawChange, inSeries: boolean): EventContent {
  if (!inSeries && change.singlesKeepInstant) return content;
  const start = relawTime(content.start, change);
  const end = relawTime(content.end, change);
  return start === content.start && end === content.end ? content : { ...content, start, end };
}

function relawTime(time: EventTime, { before, after, now }: LawChange): EventTime {
  if (time.kind !== 'zoned') return time;
  // The second hour of an overlap is no wall clock's first meaning under any law; an instant of the new law is right already.
  if (before.resolve(time.local, time.zone) !== time.instant) return time;
  const instant = after.resolve(time.local, time.zone);
  if (instant === time.instant || Math.max(instant, time.instant) <= now) return time;
  return { ...time, instant };
}

/** Whether an occurrence between now and the end of what is known begins or ends at another instant; changed ones aside. */
export function occurrencesMove(
  master: EventContent,
  exceptions: readonly EventException[],
  change: LawChange,
): boolean {
  const { now, until, floatingZone } = change;
  const under = (zones: ZoneData) => {
    const series = { ...relawContent(master, { ...change, after: zones }, true), floatingZone, dayZone: floatingZone };
    return expand(series, exceptions, { from: now, to: until, maximum: occurrencesAtMost }, zones)[Symbol.iterator]();
  };
  const [old, young] = [under(change.before), under(change.after)];
  for (;;) {
    const [a, b] = [old.next(), young.next()];
    if (a.done === true || b.done === true) return a.done !== b.done;
    const plain = a.value.exception === null || b.value.exception === null;
    if (plain && (a.value.startsAt !== b.value.startsAt || a.value.endsAt !== b.value.endsAt)) return true;
  }
}
