/** The whole graph over a real CalDAV server's calendar, with another client at work on it, and somebody who tampers between. */
import { createOutgoingFetch } from '../../datasources/http/outgoing-fetch.ts';
import { createCalDavConnector } from '../../datasources/providers/caldav/connector.ts';
import { calendarTexts } from '../../datasources/providers/caldav/texts.ts';
import { openGraph, type TestGraph } from '../setup/graph.ts';
import { type PlainAnswer, type ScriptedRequest, startScripted } from '../setup/servers/scripted.ts';
import { basic, type CalDavServer } from '../setup/servers.ts';
import { zones } from './world.ts';

export interface CalDavGraph {
  readonly graph: TestGraph;
  readonly accountId: string;
  readonly profileId: string;
  /** By the calendar's name. */
  readonly calendarIds: ReadonlyMap<string, string>;
  /** The other client, at the server itself; answers the text. @throws for a status of 400 and more */
  foreign(method: string, path: string, body?: string, headers?: Readonly<Record<string, string>>): Promise<string>;
  poll(): Promise<void>;
  close(): Promise<void>;
}

/** What stands between: an answer of its own, or null to let the request through. */
export type Tamper = (request: ScriptedRequest, pass: () => Promise<PlainAnswer>) => Promise<PlainAnswer> | null;

/**
 * Connects alice, whose calendars are made first: name → zone (null: none). Xandikos has one of its own already, named by
 * its path.
 */
export async function openCalDavGraph(
  server: CalDavServer,
  calendars: Readonly<Record<string, string | null>>,
  tamper: Tamper = () => null,
): Promise<CalDavGraph> {
  const { alice } = server;
  const home = alice.homeUrl;
  const foreign: CalDavGraph['foreign'] = async (method, path, body, headers = {}) => {
    const answer = await fetch(new URL(path, home), {
      method,
      headers: { authorization: basic(alice), 'content-type': 'text/calendar; charset=utf-8', ...headers },
      ...(body === undefined ? {} : { body }),
    });
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status}`);
    return answer.text();
  };
  for (const [name, zone] of Object.entries(calendars)) {
    const given = zone === null ? '' : `<C:calendar-timezone>${zoneText(zone)}</C:calendar-timezone>`;
    const body = `<?xml version="1.0"?><C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop><D:displayname>${name}</D:displayname>${given}</D:prop></D:set></C:mkcalendar>`;
    await foreign('MKCALENDAR', `${name}/`, body, { 'content-type': 'application/xml' });
  }
  const target = new URL(server.url).origin;
  const between = await startScripted((request) => {
    const pass = () => forward(target, request);
    return tamper(request, pass) ?? pass();
  });
  const outgoing = createOutgoingFetch({ allowedNetworks: ['loopback'] });
  const caldav = createCalDavConnector({ fetch: outgoing, texts: calendarTexts({ zones, now: Date.now }), zones });
  const graph = await openGraph({ caldav });
  const { connectCalDav } = await graph.data(
    `mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) {
      account { id } profile { id calendars { id name } } userErrors { code message } } }`,
    { input: { serverUrl: `${between.origin}/`, username: alice.username, password: alice.password } },
  );
  const { account, profile } = connectCalDav;
  const poll = async () => {
    const outcome = await graph.engine.pollNow(profile.id);
    if (outcome.status !== 'polled') throw new Error(`not polled: ${outcome.status}`);
  };
  await poll();
  return {
    graph,
    accountId: account.id,
    profileId: profile.id,
    calendarIds: new Map(profile.calendars.map(({ id, name }: { id: string; name: string }) => [name, id])),
    foreign,
    poll,
    async close() {
      await graph.close();
      await outgoing.close();
      await between.close();
    },
  };
}

/** Passes a request on to `target` and answers what it answers. */
export async function forward(target: string, request: ScriptedRequest): Promise<PlainAnswer> {
  const { host: _, connection: __, 'content-length': ___, ...kept } = request.headers;
  const headers = Object.entries(kept).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as [string, string]] : [],
  );
  const bodiless = request.method === 'GET' || request.method === 'HEAD' || request.body === '';
  const answer = await fetch(`${target}${request.path}`, {
    method: request.method,
    headers,
    redirect: 'manual',
    ...(bodiless ? {} : { body: request.body }),
  });
  const {
    'content-encoding': ____,
    'content-length': _____,
    'transfer-encoding': ______,
    ...rest
  } = Object.fromEntries(answer.headers);
  return { status: answer.status, headers: rest, body: Buffer.from(await answer.arrayBuffer()) };
}

/** A calendar-timezone as clients send it (RFC 4791 §5.2.2); the name is what is read of it. */
function zoneText(zone: string): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Another client//EN',
    'BEGIN:VTIMEZONE',
    `TZID:${zone}`,
    'BEGIN:STANDARD',
    'DTSTART:19700101T000000',
    'TZOFFSETFROM:+0000',
    'TZOFFSETTO:+0000',
    'END:STANDARD',
    'END:VTIMEZONE',
    'END:VCALENDAR',
    '',
  ].join('\n');
}

/** A resource of one event, as another client writes it. */
export function resource(uid: string, lines: readonly string[]): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Another client//EN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20261101T000000Z',
    ...lines,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
}
