/** Public ids: `acc_…`, `pro_…`, `cal_…`, `evt_…`, `opr_…`, `run_…`; opaque, prefixed, never reused. */
import type { RecurrenceId } from './events/model.ts';

/** Where ids come from; tests inject a counter. Answers `<prefix>_` and 26 characters of lower-case Crockford base32, rising with time. */
export type IdSource = (prefix: IdPrefix) => string;

export type IdPrefix =
  | 'acc'
  | 'pro'
  | 'cal'
  | 'evt'
  | 'opr'
  | 'run'
  | 'app'
  | 'org'
  | 'crd'
  | 'aut'
  | 'hld'
  | 'avr'
  | 'avp';

/** An occurrence's id: its series' and its RECURRENCE-ID; never the provider's instance id. */
export function occurrenceId(seriesId: string, recurrenceId: RecurrenceId): string {
  return `${seriesId}_${recurrenceId}`;
}

const shape = /^(evt_[0-9a-hjkmnp-tv-z]{26})(?:_(\d{8}(?:T\d{6}Z?)?))?$/;

/** Reads an event's or occurrence's id; null when it is not shaped like one. */
export function parseEventId(id: string): { seriesId: string; recurrenceId: RecurrenceId | null } | null {
  const match = shape.exec(id);
  return match?.[1] === undefined ? null : { seriesId: match[1], recurrenceId: match[2] ?? null };
}
