/** A person with calendars at a provider in memory, and what availability is told of them. */
import { authenticate } from '../../../auth/authenticate.ts';
import type { MemoryProvider } from '../../../datasources/providers/memory/provider.ts';
import type { Actor, Scope } from '../../../domain/actor.ts';
import { type BusyTimes, isMargin } from '../../../domain/availability/busy-times.ts';
import type {
  Attendee,
  EventContent,
  EventException,
  EventTime,
  ParticipationStatus,
} from '../../../domain/events/model.ts';
import type { AccountBusy, MembersQuestion } from '../../../scheduling/busy/members.ts';
import { type Loose, type TestGraph, testKey } from '../../setup/graph.ts';

export interface Person {
  readonly accountId: string;
  readonly profileId: string;
  readonly token: string;
  /** By name: at the provider, and here. */
  readonly remote: Readonly<Record<string, string>>;
  readonly calendars: Readonly<Record<string, string>>;
}

export async function connectPerson(graph: TestGraph, provider: MemoryProvider, key = testKey): Promise<Person> {
  const { connectCalDav: made } = await graph.data(
    `mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) {
      account { id } profile { id calendars { id name } } tokens { accessToken } userErrors { code message } } }`,
    {
      input: {
        serverUrl: 'http://127.0.0.1:1/',
        username: provider.options.username,
        password: provider.options.password,
      },
    },
    key,
  );
  return {
    accountId: made.account.id,
    profileId: made.profile.id,
    token: made.tokens.accessToken,
    remote: Object.fromEntries([...provider.calendars.values()].map(({ name, remoteId }) => [name, remoteId])),
    calendars: Object.fromEntries(made.profile.calendars.map(({ id, name }: Loose) => [name, id])),
  };
}

export const seconds = (text: string) => Date.parse(text) / 1000;
export const utc = (text: string): EventTime => ({ kind: 'utc', instant: Date.parse(`2026-03-${text}:00Z`) });
export const date = (text: string): EventTime => ({ kind: 'date', date: `2026-03-${text}` });

export function content(start: EventTime, end: EventTime, more: Partial<EventContent> = {}): EventContent {
  return {
    summary: 'secret', description: null, start, end, nominalDays: null, status: 'CONFIRMED', busyStatus: 'BUSY', visibility: 'DEFAULT',
    location: null, url: null, color: null, categories: [], organizer: null, attendees: [], reminders: [], rules: [], ...more,
  }; // biome-ignore format: one record
}

const attendee = (email: string, status: ParticipationStatus): Attendee => ({ uri: `mailto:${email}`, email, name: null, status, optional: false, resource: false }); // biome-ignore format: one record

/** Of somebody else's event, what alice answered. */
export const invitation = (status: ParticipationStatus, of = 'alice@example.test'): Partial<EventContent> => ({
  organizer: { uri: 'mailto:bob@example.test', email: 'bob@example.test', name: null },
  attendees: [attendee('bob@example.test', 'ACCEPTED'), attendee(of, status)],
});

export function put(
  provider: MemoryProvider,
  calendar: string,
  uid: string,
  master: EventContent | null,
  exceptions: readonly EventException[] = [],
): void {
  provider.put(calendar, { uid, master, exceptions: [...exceptions], sequence: 0, stampedAt: null, createdAt: null, updatedAt: null, marker: null }); // biome-ignore format: one call
}

export const march = { from: seconds('2026-03-01T00:00:00Z'), to: seconds('2026-04-01T00:00:00Z') };

/** Who a token speaks for; with `scopes`, allowed no more than those. */
export async function actorOf(graph: TestGraph, token = testKey, scopes?: readonly Scope[]): Promise<Actor> {
  const found = await authenticate(graph.fresh.store, `Bearer ${token}`);
  if (found === null) throw new Error('a credential was expected');
  return scopes === undefined ? found : { ...found, scopes: new Set(scopes) };
}

/** What one account is told to be, and how many SQL statements that took. */
export async function readOne(
  graph: TestGraph,
  actor: Actor,
  accountId: string,
  question: Partial<MembersQuestion> = {},
): Promise<{ readonly told: AccountBusy; readonly sqlQueries: number }> {
  const counter = { sqlQueries: 0 };
  const { members } = await graph.services.members.readMembers(
    actor,
    { accountIds: [accountId], ...march, ...question },
    counter,
  );
  const [told] = members;
  if (told == null) throw new Error('an account was expected');
  return { told, sqlQueries: counter.sqlQueries };
}

const names = ['BUSY', 'TENTATIVE', 'WORKING_ELSEWHERE', 'OUT_OF_OFFICE'];

/** `02T08:00–02T09:00 BUSY? own`, in March 2026: as people read it. */
export function shown({ busy }: { readonly busy: BusyTimes }, window = march): string[] {
  const lines: string[] = [];
  for (let at = 0; at < busy.starts.length; at += 1) {
    const [start, end] = [busy.base + (busy.starts[at] as number), busy.base + (busy.ends[at] as number)];
    if (start >= window.to || end <= window.from) continue;
    const kind = busy.kinds[at] as number;
    const text = (time: number) => new Date(time * 1000).toISOString().slice(8, 16);
    lines.push(
      `${text(start)}–${text(end)} ${names[kind & 3]}${kind & 4 ? '?' : ''}${kind & 8 ? ' own' : ''}${isMargin(kind) ? ' margin' : ''}`,
    );
  }
  return lines;
}
