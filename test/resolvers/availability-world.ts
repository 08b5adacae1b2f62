/** People with logins at providers in memory, their events, and questions about when they can meet. */
import { createMemoryConnector, type MemoryConnectorOptions } from '../../datasources/providers/memory/connector.ts';
import { MemoryProvider } from '../../datasources/providers/memory/provider.ts';
import type {
  Attendee,
  EventContent,
  EventException,
  EventTime,
  ParticipationStatus,
} from '../../domain/events/model.ts';
import { type Answer, type Loose, openGraph, type TestGraph } from '../setup/graph.ts';

export interface Person {
  readonly name: string;
  readonly provider: MemoryProvider;
  readonly accountId: string;
  readonly profileId: string;
  /** At the provider, and here: the nth is the nth that `calendars` named. */
  readonly remote: readonly string[];
  readonly calendarIds: readonly string[];
  /** Of the account alone. */
  readonly token: string;
  /** Another client's hand; known here after `sync`. */
  put(uid: string, content: EventContent | null, more?: { calendar?: number; exceptions?: EventException[] }): void;
  sync(): Promise<void>;
}

export interface World {
  readonly graph: TestGraph;
  /** @param schedules whether the provider sends invitations itself */
  person(name: string, calendars?: readonly NewCalendar[], schedules?: boolean): Promise<Person>;
  /** Without starts and ends of slots: what went wrong, or what was found. */
  run(input: object, fields?: string, token?: string): Promise<Answer<Loose>>;
  /** `05T10:00` of each slot found. */
  starts(input: object, token?: string): Promise<readonly string[]>;
  /** Kind, and where it is one busy span, from and to, of why a start of the question is refused. */
  reasons(input: object, at: string, token?: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

interface NewCalendar {
  readonly name: string;
  readonly timeZone?: string;
  readonly readOnly?: boolean;
}

export async function openWorld(options: MemoryConnectorOptions = {}): Promise<World> {
  const providers = new Map<string, MemoryProvider>();
  const caldav = createMemoryConnector((session) => {
    const { credential } = session;
    const found = credential.kind === 'basic' ? providers.get(credential.username) : undefined;
    if (found === undefined) throw new Error('nobody of that name');
    return found;
  }, options);
  const graph = await openGraph({ caldav });
  const run: World['run'] = (input, fields = 'slots { start end }', token) =>
    graph.run(`query ($input: AvailabilityInput!) { availability(input: $input) { ${fields} } }`, { input }, token);

  return {
    graph,
    run,

    async person(name, calendars = [{ name: 'Work' }], schedules = false) {
      const provider = new MemoryProvider({ username: name, password: 'secret', schedules });
      providers.set(name, provider);
      const remote = calendars.map((calendar) => provider.addCalendar(calendar));
      const { connectCalDav } = await graph.data(
        `mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) {
          account { id } profile { id calendars { id name } } tokens { accessToken } userErrors { code message } } }`,
        { input: { serverUrl: 'http://127.0.0.1:1/', username: name, password: 'secret' } },
      );
      const profileId = connectCalDav.profile.id;
      const idOf = (wanted: string): string =>
        connectCalDav.profile.calendars.find((calendar: Loose) => calendar.name === wanted).id;
      return {
        name,
        provider,
        accountId: connectCalDav.account.id,
        profileId,
        remote,
        calendarIds: calendars.map((calendar) => idOf(calendar.name)),
        token: connectCalDav.tokens.accessToken,
        put(uid, master, { calendar = 0, exceptions = [] } = {}) {
          const rest = { sequence: 0, stampedAt: null, createdAt: null, updatedAt: null, marker: null };
          provider.put(remote[calendar] ?? '', { uid, master, exceptions, ...rest });
        },
        async sync() {
          await graph.engine.pollNow(profileId);
        },
      };
    },

    async starts(input, token) {
      const { data, errors } = await run(input, 'slots { start }', token);
      if (errors.length > 0) throw new Error(JSON.stringify(errors));
      return data.availability.slots.map(({ start }: Loose) => shown(start));
    },

    async reasons(input, at, token) {
      const fields = `rejections(at: "${instant(at)}") { start reasons { kind busy { start end } } }`;
      const { data, errors } = await run(input, fields, token);
      if (errors.length > 0) throw new Error(JSON.stringify(errors));
      return data.availability.rejections.flatMap(({ reasons }: Loose) =>
        reasons.map(({ kind, busy }: Loose) =>
          busy === null ? kind : `${kind} ${shown(busy.start)}–${shown(busy.end)}`,
        ),
      );
    },

    close: () => graph.close(),
  };
}

/** All tests look at March 2026, in which London keeps UTC until the 29th. */
export const instant = (text: string) => `2026-03-${text}:00Z`;
const shown = (text: string) => text.slice(8, 16);
export const at = (text: string): EventTime => ({ kind: 'utc', instant: Date.parse(instant(text)) });
export const period = (start: string, end: string) => ({ start: instant(start), end: instant(end) });
export const periods = (...pairs: readonly (readonly [string, string])[]) => ({
  periods: pairs.map(([start, end]) => period(start, end)),
});

/** One group of people who must all be free, hours long, on the hour. */
export const all = (people: readonly { readonly accountId: string }[], more: object = {}) => ({
  participants: [{ members: people.map(({ accountId }) => ({ accountId, ...more })) }],
  requiredDuration: 'PT1H',
  startInterval: 'PT1H',
  format: 'SLOTS',
});

export function content(start: string, end: string, more: Partial<EventContent> = {}): EventContent {
  return {
    summary: 'secret', description: null, start: at(start), end: at(end), nominalDays: null, status: 'CONFIRMED', busyStatus: 'BUSY', visibility: 'DEFAULT',
    location: null, url: null, color: null, categories: [], organizer: null, attendees: [], reminders: [], rules: [], ...more,
  }; // biome-ignore format: one record
}

/** Of somebody else, to `name`, who answered so. */
export function invitation(name: string, status: ParticipationStatus): Partial<EventContent> {
  const attendee = (who: string, answer: ParticipationStatus): Attendee => ({
    uri: `mailto:${who}@example.test`,
    email: `${who}@example.test`,
    name: null,
    status: answer,
    optional: false,
    resource: false,
  });
  return {
    organizer: { uri: 'mailto:boss@example.test', email: 'boss@example.test', name: null },
    attendees: [attendee('boss', 'ACCEPTED'), attendee(name, status)],
  };
}

/** An event of the application's own. */
export async function upsert(
  graph: TestGraph,
  calendarId: string,
  key: string,
  start: string,
  end: string,
  more: object = {},
): Promise<string> {
  const timed = (text: string) => ({ timed: { dateTime: instant(text), timeZone: 'Etc/UTC' } });
  const { upsertEvent } = await graph.data(
    'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { code message path } } }',
    { input: { calendarId, key, summary: key, start: timed(start), end: timed(end), ...more } },
  );
  return upsertEvent.event.id;
}
