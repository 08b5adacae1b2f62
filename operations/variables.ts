/**
 * What the operations of this folder are asked with, so that each runs as it is. One source for GraphiQL's tabs, for the tests and
 * for whoever wants to see them filled in.
 */

/** What is there to ask about. */
export interface World {
  readonly now: Date;
  /** IANA. */
  readonly timeZone: string;
  readonly calendarId: string;
  readonly accountId: string;
  /** Of a slot that FindTimes answered; empty where none was found. */
  readonly slotToken: string;
  /** The fifth of the series that WriteEvents writes; null where it is not written yet. */
  readonly occurrence: { readonly id: string; readonly start: string } | null;
}

/** Runs an operation by its name; null where it was refused. */
export type Run = (name: string, variables: object) => Promise<Data | null>;

/** What the operations answer, as far as others need it. */
interface Data {
  readonly upsertApplicationCalendar?: {
    readonly account: { readonly id: string } | null;
    readonly calendar: { readonly id: string } | null;
  } | null;
  readonly availability?: { readonly slots: readonly { readonly token: string }[] } | null;
  readonly event?: {
    readonly occurrences: {
      readonly nodes: readonly { readonly id: string; readonly start: { readonly dateTime: string } }[];
    };
  } | null;
}

const hour = 3_600_000;
const day = 24 * hour;

/** Finds or makes the application calendar `demo`, and looks for what is in it. What is not there stays empty. */
export async function findWorld(run: Run, { now, timeZone }: Pick<World, 'now' | 'timeZone'>): Promise<World> {
  const empty: World = { now, timeZone, calendarId: '', accountId: '', slotToken: '', occurrence: null };
  const made = await run('ApplicationCalendar', { key: 'demo', name: 'Demo', timeZone });
  const calendarId = made?.upsertApplicationCalendar?.calendar?.id ?? '';
  const accountId = made?.upsertApplicationCalendar?.account?.id ?? '';
  if (calendarId === '' || accountId === '') return empty;
  const world = { ...empty, calendarId, accountId };
  const asked = variablesOf(world);
  const times = await run('FindTimes', asked.FindTimes);
  const series = await run('Occurrences', asked.Occurrences);
  const fifth = series?.event?.occurrences.nodes[4];
  return {
    ...world,
    slotToken: times?.availability?.slots[0]?.token ?? '',
    occurrence: fifth === undefined ? null : { id: fifth.id, start: fifth.start.dateTime },
  };
}

/** The variables of every operation, by its name, in the order in which GraphiQL shows them. */
export function variablesOf({ now, timeZone, calendarId, accountId, slotToken, occurrence }: World) {
  // By the wall clock of whoever asks: the next full hour, and its week from Monday.
  const nextHour = new Date(now.getFullYear(), now.getMonth(), now.getDate(), now.getHours() + 1);
  const sinceMonday = (nextHour.getDay() + 6) % 7;
  const monday = new Date(nextHour.getFullYear(), nextHour.getMonth(), nextHour.getDate() - sinceMonday);
  const nextMonday = new Date(monday.getFullYear(), monday.getMonth(), monday.getDate() + 7);
  const thisWeek = { from: toDateTime(monday), to: toDateTime(nextMonday), timeZone };
  // Behind the event that WriteAnEvent writes.
  const nextDays = { from: after(nextHour, hour), to: after(nextHour, 3 * day), timeZone };
  const changed = new Date(occurrence === null ? after(nextMonday, 4 * 7 * day) : occurrence.start);
  return {
    WhoAmI: {},
    WriteAnEvent: {
      calendarId,
      summary: `Hello at ${now.toTimeString().slice(0, 8)}`,
      start: toDateTime(nextHour),
      end: after(nextHour, hour),
      timeZone,
    },
    EventsThisWeek: thisWeek,
    WatchChanges: { after: null, filter: { managed: 'INCLUDE', includeOwn: true } },
    PollChanges: { after: null, filter: { managed: 'INCLUDE', includeOwn: true } },
    FreeBusy: { calendarId, ...thisWeek },
    FindTimes: { accountId, ...nextDays },
    HoldATime: { slotToken },
    FindRows: { accountId, ...nextDays },
    ApplicationCalendar: { key: 'demo', name: 'Demo', timeZone },
    WriteEvents: {
      input: {
        operations: [
          {
            upsert: {
              calendarId,
              key: 'planning',
              summary: 'Planning',
              start: { timed: { dateTime: after(nextMonday, 9 * hour), timeZone } },
              end: { timed: { dateTime: after(nextMonday, 10 * hour), timeZone } },
              recurrence: ['RRULE:FREQ=WEEKLY;COUNT=10'],
            },
          },
          {
            upsert: {
              calendarId,
              key: 'holiday',
              summary: 'Holiday',
              start: { date: after(nextMonday, 4 * day).slice(0, 10) },
              end: { date: after(nextMonday, 6 * day).slice(0, 10) },
            },
          },
        ],
      },
    },
    Occurrences: { calendarId, key: 'planning', from: toDateTime(now), to: after(now, 100 * day) },
    ChangeFromHereOn: {
      id: occurrence?.id ?? '',
      followingKey: 'planning, later',
      start: after(changed, 5 * hour),
      end: after(changed, 6 * hour),
      timeZone,
    },
    PublishFeed: { calendarId },
  };
}

function toDateTime(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

function after(date: Date, milliseconds: number): string {
  return toDateTime(new Date(date.getTime() + milliseconds));
}
