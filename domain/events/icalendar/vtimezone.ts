/** A VTIMEZONE of our own for a zone (RFC 5545 §3.6.5): as rules where the zone keeps one, as single onsets where it does not. */
import { elementAt } from '../../element-at.ts';
import { type OffsetChange, offsetChanges } from '../../time/offset-changes.ts';
import type { ZoneData } from '../../time/zone-data.ts';
import type { Instant, ZoneName } from '../model.ts';
import { escapeText, fold } from './property.ts';
import { basicLocal, formatOffset, localFrom } from './values.ts';

const day = 86_400_000;
const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** A rule must hold for so many years before it is written as one. */
const yearsOfRule = 4;

const written = new WeakMap<ZoneData, Map<string, string>>();

/**
 * The component's text with CRLF line ends, valid for the years `from` to `to`; a rule that still holds in `to` is left open.
 * `name` is what the events call the zone.
 */
export function writeTimeZone(zone: ZoneName, from: number, to: number, zones: ZoneData, name: string = zone): string {
  let texts = written.get(zones);
  if (texts === undefined) {
    texts = new Map();
    written.set(zones, texts);
  }
  const key = `${zone}\n${name}\n${from}\n${to}`;
  const known = texts.get(key);
  if (known !== undefined) return known;
  if (texts.size > 500) texts.clear();
  const text = generate(zone, name, from, to, zones);
  texts.set(key, text);
  return text;
}

function generate(zone: ZoneName, name: string, from: number, to: number, zones: ZoneData): string {
  const begin = utcYear(from - 1);
  // Far enough to see whether a rule holds, though not for ever: some zones list a century of single changes.
  const transitions = offsetChanges(zone, begin, utcYear(Math.min(Math.max(to, from + yearsOfRule) + 2, 9999)), zones);
  let text = `BEGIN:VTIMEZONE\r\n${fold(`TZID:${escapeText(name)}`)}X-LIC-LOCATION:${zone}\r\n`;
  const first = transitions[0];
  if (first === undefined || first.at > utcYear(from)) {
    const offset = zones.offsetAt(begin, zone);
    text += observance({ at: begin - offset * 1000, from: offset, to: offset }, []);
  }
  const lastSeen = transitions.at(-1)?.at ?? 0;
  for (const { members, pattern } of grouped(transitions)) {
    const [head, ...others] = members;
    const last = others.at(-1) ?? head;
    // A rule whose next onset would lie beyond what was looked at is still in force. One that ended is written out: many
    // readers take no UNTIL in an observance (python-icalendar refuses the whole file, also the RFC's own example).
    const open = lastSeen - last.at < 366 * day;
    if (pattern === null || !open) {
      text += observance(head, others.length === 0 ? [] : [`RDATE:${others.map(localOnset).join(',')}`]);
    } else {
      text += observance(head, [`RRULE:FREQ=YEARLY;${pattern}`]);
    }
  }
  return `${text}END:VTIMEZONE\r\n`;
}

function utcYear(year: number): Instant {
  const date = new Date(0);
  date.setUTCFullYear(Math.max(1, year), 0, 1);
  return date.getTime();
}

type Transitions = [OffsetChange, ...OffsetChange[]];

interface Run {
  readonly members: Readonly<Transitions>;
  /** The yearly rule of a run of consecutive years; null of onsets that only have their offsets in common. */
  readonly pattern: string | null;
}

/** Runs of consecutive years with one onset each of the same kind, in the same month, on the same weekday and time. */
function grouped(transitions: readonly OffsetChange[]): Run[] {
  const groups: { key: string; year: number; nths: Set<number>; members: Transitions }[] = [];
  for (const transition of transitions) {
    const local = localDate(transition);
    const year = local.getUTCFullYear();
    const time = local.getTime() % day;
    const key = [transition.from, transition.to, local.getUTCMonth(), local.getUTCDay(), time].join(' ');
    const nths = new Set(nthsOf(local));
    const group = groups.find((candidate) => candidate.key === key && candidate.year === year - 1);
    const common = group === undefined ? nths : group.nths.intersection(nths);
    if (group !== undefined && common.size > 0) {
      group.year = year;
      group.nths = common;
      group.members.push(transition);
    } else groups.push({ key, year, nths, members: [transition] });
  }
  const runs: Run[] = [];
  // What keeps no rule stands as dates, one list for each pair of offsets.
  const loose = new Map<string, Transitions>();
  for (const { members, nths } of groups) {
    const [head] = members;
    if (members.length >= yearsOfRule) {
      runs.push({ members, pattern: patternOf(head, nths) });
      continue;
    }
    const key = `${head.from} ${head.to}`;
    const list = loose.get(key);
    if (list === undefined) loose.set(key, [...members]);
    else list.push(...members);
  }
  for (const list of loose.values()) runs.push({ members: list.sort((a, b) => a.at - b.at), pattern: null });
  return runs.sort((a, b) => a.members[0].at - b.members[0].at);
}

function localDate(transition: OffsetChange): Date {
  return new Date(transition.at + transition.from * 1000);
}

function localOnset(transition: OffsetChange): string {
  return basicLocal(localFrom(transition.at + transition.from * 1000));
}

/** Which weekday of its month a day is, from the start and from the end. */
function nthsOf(local: Date): number[] {
  const date = local.getUTCDate();
  const length = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 0)).getUTCDate();
  const fromEnd = -(Math.floor((length - date) / 7) + 1);
  const fromStart = Math.floor((date - 1) / 7) + 1;
  return fromStart > 4 ? [fromEnd] : [fromEnd, fromStart];
}

function patternOf(head: OffsetChange, nths: ReadonlySet<number>): string {
  const local = localDate(head);
  const nth = nths.has(-1) ? -1 : Math.max(...nths);
  return `BYMONTH=${local.getUTCMonth() + 1};BYDAY=${nth}${elementAt(weekdays, local.getUTCDay())}`;
}

function observance(onset: OffsetChange, lines: readonly string[]): string {
  const kind = onset.to > onset.from ? 'DAYLIGHT' : 'STANDARD';
  const name = formatOffset(onset.to);
  const text = [
    `BEGIN:${kind}`,
    `DTSTART:${localOnset(onset)}`,
    `TZOFFSETFROM:${formatOffset(onset.from)}`,
    `TZOFFSETTO:${name}`,
    `TZNAME:${name}`,
    ...lines,
    `END:${kind}`,
  ];
  return text.map(fold).join('');
}
