/** Many instants as RFC 3339 texts, of which one after the other is often of the same day: slots, pages of events. */
import type { Instant } from '../events/model.ts';
import { type EpochDay, formatDate, MILLISECONDS_PER_DAY, twoDigits } from './calendar-days.ts';
import { formatInstant } from './instants.ts';

/** `T09:30:00Z` by the minute of the day. */
const minutes: readonly string[] = Array.from(
  { length: 1440 },
  (_, minute) => `T${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}:00Z`,
);

/** What `formatInstant` answers, text by text; the date of the last one is kept. */
export class InstantTexts {
  #day: EpochDay = Number.NaN;
  #date = '';

  of(instant: Instant): string {
    const day = Math.floor(instant / MILLISECONDS_PER_DAY);
    const time = instant - day * MILLISECONDS_PER_DAY;
    if (time % 60_000 !== 0) return formatInstant(instant);
    if (day !== this.#day) {
      this.#day = day;
      this.#date = formatDate(day);
    }
    return this.#date + (minutes[time / 60_000] as string);
  }
}
