/** Two people of one Cyrus, each an account of one Meridian, and people elsewhere whom the server can only mail. */
import { createOutgoingFetch } from '../../datasources/http/outgoing-fetch.ts';
import { createCalDavConnector } from '../../datasources/providers/caldav/connector.ts';
import { calendarTexts } from '../../datasources/providers/caldav/texts.ts';
import { systemZones } from '../../domain/time/system-zones.ts';
import { type Loose, openGraph, type TestGraph } from '../setup/graph.ts';
import { type SentMail, sentMail } from '../setup/servers/cyrus.ts';
import { basic, type CalDavServer, type TestUser } from '../setup/servers.ts';

export interface Person {
  readonly user: TestUser;
  readonly accountId: string;
  readonly profileId: string;
  /** Of the calendar `Default`. */
  readonly calendarId: string;
  /** As another client of the same login. */
  request(method: string, path: string, body?: string, headers?: Record<string, string>): Promise<Response>;
  /** Every resource of a collection of the home (`Default`, `Inbox`), unfolded, by its path. */
  resources(collection: string): Promise<ReadonlyMap<string, string>>;
  /** What the server delivered to the scheduling inbox for a uid, by its METHOD. */
  inbox(uid: string): Promise<string[]>;
  /** Reads what is new at the server. */
  sync(): Promise<void>;
  /** The account's change log from its `from`-th entry on. */
  changes(from?: number): Promise<{ kind: string; subject_id: string; made_by: string | null }[]>;
  eventByUid(uid: string): Promise<Loose>;
}

export interface SchedulingWorld {
  readonly graph: TestGraph;
  readonly alice: Person;
  readonly bob: Person;
  mails(): readonly SentMail[];
  /** iTIP messages about a uid, delivered here or mailed elsewhere: `REQUEST bob@example.test`. */
  messages(uid: string): Promise<string[]>;
  close(): Promise<void>;
}

export const eventFields = `id uid origin summary status busyStatus version participationStatus
  start { dateTime } organizer { email } attendees { email status self }
  permissions { update delete changeParticipationStatus } recurrence { role originalStart { dateTime } }`;

/** @param urlOf where each of them is connected: the server itself, or what stands before it. */
export async function openSchedulingWorld(
  server: CalDavServer,
  urlOf: (user: TestUser) => string = () => server.url,
): Promise<SchedulingWorld> {
  if (server.bob === null) throw new Error('two users were expected');
  const fetch = createOutgoingFetch({ allowedNetworks: ['loopback'] });
  const zones = systemZones(process.versions['tz'] ?? '');
  const texts = calendarTexts({ zones, now: Date.now });
  const graph = await openGraph({ caldav: createCalDavConnector({ fetch, texts, zones }) });
  const alice = await connect(graph, server.alice, urlOf(server.alice));
  const bob = await connect(graph, server.bob, urlOf(server.bob));
  const world: SchedulingWorld = {
    graph,
    alice,
    bob,
    mails: () => sentMail(server),
    async messages(uid) {
      const here = await Promise.all(
        [alice, bob].map(async (person) =>
          (await person.inbox(uid)).map((method) => `${method} ${person.user.username}@example.test`),
        ),
      );
      const elsewhere = world.mails().filter(({ text }) => text.includes(`UID:${uid}\n`));
      return [...here.flat(), ...elsewhere.map(({ method, to }) => `${method} ${to}`)].sort();
    },
    async close() {
      await graph.close();
      await fetch.close();
    },
  };
  return world;
}

async function connect(graph: TestGraph, user: TestUser, serverUrl: string): Promise<Person> {
  const { connectCalDav } = await graph.data(
    `mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) {
      account { id } profile { id calendars { id name } } userErrors { code message } } }`,
    { input: { serverUrl, username: user.username, password: user.password } },
  );
  const profileId: string = connectCalDav.profile.id;
  await graph.engine.pollNow(profileId);
  const calendarId: string = connectCalDav.profile.calendars[0].id;
  const request: Person['request'] = async (method, path, body, headers = {}) => {
    const answer = await globalThis.fetch(new URL(path, user.homeUrl), {
      method,
      headers: { authorization: basic(user), 'content-type': 'text/calendar; charset=utf-8', ...headers },
      ...(body === undefined ? {} : { body }),
    });
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const resources: Person['resources'] = async (collection) => {
    const listing = await (
      await request(
        'PROPFIND',
        `${collection}/`,
        '<d:propfind xmlns:d="DAV:"><d:prop><d:getetag/></d:prop></d:propfind>',
        {
          depth: '1',
          'content-type': 'application/xml',
        },
      )
    ).text();
    const paths = [...listing.matchAll(/<d:href>([^<]*\.ics)<\/d:href>/g)].map((match) => match[1] ?? '');
    const texts = new Map<string, string>();
    for (const path of paths) {
      texts.set(
        path,
        (await (await request('GET', path)).text()).replaceAll(/\r?\n[ \t]/g, '').replaceAll('\r\n', '\n'),
      );
    }
    return texts;
  };
  return {
    user,
    accountId: connectCalDav.account.id,
    profileId,
    calendarId,
    request,
    resources,
    async inbox(uid) {
      const all = [...(await resources('Inbox')).values()].filter((text) => text.includes(`UID:${uid}\n`));
      return all.map((text) => /^METHOD:(\w+)/m.exec(text)?.[1] ?? '');
    },
    sync: () => graph.engine.syncCalendar(calendarId, 'INCREMENTAL').then(() => undefined),
    changes: async (from = 0) =>
      (
        await graph.fresh.superuser<{ kind: string; subject_id: string; made_by: string | null }>(
          'select kind, subject_id, made_by from change_log where account_id = $1 order by sequence',
          [connectCalDav.account.id],
        )
      ).slice(from),
    eventByUid: async (uid) =>
      (
        await graph.data(`query ($by: EventRef!) { event(by: $by) { ${eventFields} } }`, {
          by: { external: { calendarId, uid } },
        })
      ).event,
  };
}
