/** Lines of a series: `NAME;PARAMETER=VALUE:value`, unfolded (RFC 5545 §3.1). */
import type { ZoneName } from '../events/model.ts';
import { readDuration } from '../time/durations.ts';
import { type BasicValue, readBasic } from '../time/icalendar-values.ts';
import type { ZoneData } from '../time/zone-data.ts';

export interface SeriesLine {
  /** Upper case. */
  readonly name: string;
  /** Names in upper case, values without quotes. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly value: string;
}

/** Values of an RDATE or EXDATE line. */
export interface DateList {
  /** The line's TZID as the zone data know it; null without one, or when it is unknown. */
  readonly timeZone: ZoneName | null;
  readonly values: readonly DateListValue[];
  /** Values that cannot be read, at most a few of them. */
  readonly unreadable: readonly string[];
}

export interface DateListValue {
  readonly start: BasicValue;
  /** Of a PERIOD with an explicit end. */
  readonly end: BasicValue | null;
  /** Of a PERIOD with a duration: milliseconds. */
  readonly elapsed: number | null;
}

/** Values beyond these are not read (the bound of an import). */
export const MOST_DATES = 10_000;

/** A line that has no value, or no name, reads as one with an empty name. */
export function splitLine(line: string): SeriesLine {
  let quoted = false;
  let nameEnd = -1;
  const starts: number[] = [];
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at];
    if (character === '"') {
      quoted = !quoted;
    } else if (!quoted && (character === ';' || character === ':')) {
      nameEnd = nameEnd < 0 ? at : nameEnd;
      starts.push(at);
      if (character === ':') {
        return {
          name: line.slice(0, nameEnd).trim().toUpperCase(),
          parameters: parametersIn(line, starts),
          value: line.slice(at + 1),
        };
      }
    }
  }
  return { name: '', parameters: new Map(), value: line };
}

function parametersIn(line: string, starts: readonly number[]): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const [at, start] of starts.slice(0, -1).entries()) {
    const text = line.slice(start + 1, starts[at + 1]);
    const equals = text.indexOf('=');
    if (equals > 0) {
      parameters.set(text.slice(0, equals).toUpperCase(), text.slice(equals + 1).replace(/^"(.*)"$/, '$1'));
    }
  }
  return parameters;
}

export function readDateList(line: string, zones: ZoneData): DateList {
  const { parameters, value } = splitLine(line);
  const timeZone = parameters.get('TZID');
  const values: DateListValue[] = [];
  const unreadable: string[] = [];
  for (const item of value.split(',', MOST_DATES)) {
    const read = readDateListItem(item.trim());
    if (read !== null) {
      values.push(read);
    } else if (unreadable.length < 10) {
      unreadable.push(item.slice(0, 60));
    }
  }
  return { timeZone: timeZone === undefined ? null : zones.canonical(timeZone), values, unreadable };
}

/** A DATE, a DATE-TIME or a PERIOD: the forms exclude each other, so VALUE=, which programs forget, is not needed. */
export function readDateListItem(item: string): DateListValue | null {
  const slash = item.indexOf('/');
  const start = readBasic(slash < 0 ? item : item.slice(0, slash));
  if (start === null || slash < 0) {
    return start === null ? null : { start, end: null, elapsed: null };
  }
  const rest = item.slice(slash + 1);
  const end = readBasic(rest);
  if (end !== null) {
    return { start, end, elapsed: null };
  }
  const duration = readDuration(rest.toUpperCase());
  return duration === null || duration.negative
    ? null
    : { start, end: null, elapsed: (duration.days * 86_400 + duration.seconds) * 1000 };
}
