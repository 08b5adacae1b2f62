/** A feed as two programs of others read it: ical.js, and Debian's python3-icalendar. */
import { spawnSync } from 'node:child_process';
import ICAL from 'ical.js';

/** [uid, recurrence id or '', start]; a day, a wall clock without zone, or an instant in UTC. */
export type Start = readonly [string, string, string];

const python = '/usr/bin/python3';

/** Why python3-icalendar cannot take part; null when it can. With REQUIRE_SERVERS=1 it must. */
export function pythonMissing(): string | null {
  if (spawnSync(python, ['-c', 'import icalendar']).status === 0) return null;
  const reason = 'python3-icalendar is not installed (Debian: python3-icalendar): its part of the feeds is left out';
  if (process.env['REQUIRE_SERVERS'] === '1') throw new Error(reason);
  return reason;
}

const script = `
import datetime, json, sys
import icalendar
def shown(value):
    if value is None: return ''
    moment = value.dt
    if not isinstance(moment, datetime.datetime): return moment.isoformat()
    if moment.tzinfo is None: return moment.isoformat()
    return moment.astimezone(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
assert calendar.errors == [], calendar.errors
starts, texts = [], {}
for event in calendar.walk('VEVENT'):
    assert event.errors == [], event.errors
    starts.append([str(event['UID']), shown(event.get('RECURRENCE-ID')), shown(event['DTSTART'])])
    texts[str(event['UID'])] = [str(event.get(name, '')) for name in ('SUMMARY', 'DESCRIPTION', 'LOCATION')]
json.dump({'name': str(calendar['X-WR-CALNAME']), 'starts': starts, 'texts': texts}, sys.stdout)
`;

export interface ReadFeed {
  readonly starts: readonly Start[];
  /** uid → summary, description, location. */
  readonly texts: Readonly<Record<string, readonly [string, string, string]>>;
}

export function readByPython(text: string): ReadFeed & { readonly name: string } {
  const { status, stdout, stderr } = spawnSync(python, ['-c', script], {
    input: text,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
  });
  if (status !== 0) throw new Error(stderr);
  const read = JSON.parse(stdout) as ReadFeed & { name: string };
  return { ...read, starts: read.starts.toSorted(byText) };
}

/** By the document's own VTIMEZONEs. */
export function readByIcalJs(text: string): ReadFeed {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const starts: Start[] = [];
  const texts: Record<string, [string, string, string]> = {};
  for (const component of calendar.getAllSubcomponents('vevent')) {
    const uid = String(component.getFirstPropertyValue('uid'));
    const value = (name: string) => component.getFirstPropertyValue(name) as ICAL.Time | null;
    starts.push([uid, shown(value('recurrence-id')), shown(value('dtstart'))]);
    const text = (name: string) => String(component.getFirstPropertyValue(name) ?? '');
    texts[uid] = [text('summary'), text('description'), text('location')];
  }
  return { starts: starts.toSorted(byText), texts };
}

function shown(time: ICAL.Time | null): string {
  if (time === null) return '';
  if (time.isDate || time.zone === ICAL.Timezone.localTimezone) return time.toString();
  return `${new Date(time.toUnixTime() * 1000).toISOString().slice(0, 19)}Z`;
}

export function byText(a: Start, b: Start): number {
  const [x, y] = [a.join('\n'), b.join('\n')];
  return x < y ? -1 : x > y ? 1 : 0;
}
