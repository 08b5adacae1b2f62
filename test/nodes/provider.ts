/** A CalDAV server behind a door that keeps a ledger of what was asked of it, and that can be held. */

import { type PlainAnswer, type ScriptedRequest, startScripted } from '../setup/servers/scripted.ts';
import { basic, type CalDavServer } from '../setup/servers.ts';
import { forward } from '../sync/caldav-graph.ts';

export interface Held {
  /** Resolves when a request stands at the door. */
  readonly arrived: Promise<void>;
  /** Lets it through, or, where it was already answered behind the door, lets the answer out. */
  release(): void;
}

export interface Provider {
  /** `http://127.0.0.1:<port>/`: where nodes find it. */
  readonly url: string;
  readonly requests: readonly ScriptedRequest[];
  /** How many writes were asked of it: PUT and DELETE, refused ones among them. */
  writes(): number;
  /** The next request of the kind stands at the door, before the server sees it, or behind it, before its answer is seen. */
  hold(matches: (request: ScriptedRequest) => boolean, when?: 'before' | 'after'): Held;
  /** Answers the next request of the kind itself. */
  answer(matches: (request: ScriptedRequest) => boolean, answer: PlainAnswer): void;
  /** Another client, past the door. @throws for a status of 400 and more */
  foreign(method: string, path: string, body?: string): Promise<string>;
  close(): Promise<void>;
}

interface Arranged {
  readonly matches: (request: ScriptedRequest) => boolean;
  readonly act: (pass: () => Promise<PlainAnswer>) => Promise<PlainAnswer>;
}

export async function startProvider(server: CalDavServer): Promise<Provider> {
  const arranged: Arranged[] = [];
  const target = new URL(server.url).origin;
  const door = await startScripted((request) => {
    const pass = () => forward(target, request);
    const index = arranged.findIndex(({ matches }) => matches(request));
    return index === -1 ? pass() : (arranged.splice(index, 1)[0]?.act(pass) ?? pass());
  });
  return {
    url: `${door.origin}/`,
    requests: door.requests,
    writes: () => door.requests.filter(({ method }) => method === 'PUT' || method === 'DELETE').length,
    hold(matches, when = 'before') {
      const arrived = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      arranged.push({
        matches,
        async act(pass) {
          const early = when === 'after' ? await pass() : null;
          arrived.resolve();
          await released.promise;
          return early ?? pass();
        },
      });
      return { arrived: arrived.promise, release: () => released.resolve() };
    },
    answer(matches, answer) {
      arranged.push({ matches, act: async () => answer });
    },
    async foreign(method, path, body) {
      const { alice } = server;
      const answer = await fetch(new URL(path, alice.homeUrl), {
        method,
        headers: { authorization: basic(alice), 'content-type': 'text/calendar; charset=utf-8' },
        ...(body === undefined ? {} : { body }),
      });
      if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status}`);
      return answer.text();
    },
    close: () => door.close(),
  };
}

/** The pull of a calendar's changes (RFC 6578), or of its listing. */
export const isPull = ({ method, body }: ScriptedRequest): boolean =>
  method === 'REPORT' && body.includes('sync-collection');
export const isWrite = ({ method }: ScriptedRequest): boolean => method === 'PUT';
/** Of one event alone. */
export const isRead = ({ method, path, body }: ScriptedRequest): boolean =>
  path.endsWith('.ics') ? method === 'GET' : method === 'REPORT' && body.includes('calendar-multiget');

/** A resource of one event, as another client writes it. */
export function resource(uid: string, summary: string): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Another client//EN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20261101T000000Z',
    'DTSTART:20261124T100000Z',
    'DTEND:20261124T110000Z',
    `SUMMARY:${summary}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
}
