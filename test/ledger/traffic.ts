/** Real changes beside the ledger's own: mutations through the graph, and a CalDAV server whose events others change. */
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type CannedServer, startCanned } from '../../bench/canned-server.ts';
import { ask } from './asking.ts';
import { startProxy, type TcpProxy } from './proxy.ts';

export interface Calendar {
  readonly accountId: string;
  readonly calendarId: string;
  /** An account token. */
  readonly token: string;
}

export async function createCalendar(address: string, token: string, key: string): Promise<Calendar> {
  const { upsertApplicationCalendar: made } = await ask<{
    upsertApplicationCalendar: {
      account: { id: string };
      calendar: { id: string };
      tokens: { accessToken: string };
    };
  }>(
    address,
    token,
    `mutation ($input: UpsertApplicationCalendarInput!) { upsertApplicationCalendar(input: $input) {
      account { id } calendar { id } tokens { accessToken } userErrors { message } } }`,
    { input: { key, timeZone: 'Europe/London' } },
    30_000,
  );
  return { accountId: made.account.id, calendarId: made.calendar.id, token: made.tokens.accessToken };
}

/** Acknowledged writes, as the change log must have them. */
export interface Mutations {
  readonly acknowledged: readonly { readonly kind: string; readonly subjectId: string }[];
  readonly refused: number;
  stop(): Promise<void>;
}

export function startMutations(options: {
  readonly address: () => string;
  readonly token: string;
  readonly calendarId: string;
  readonly pauseMilliseconds: number;
}): Mutations {
  const { address, token, calendarId, pauseMilliseconds } = options;
  const acknowledged: { kind: string; subjectId: string }[] = [];
  let refused = 0;
  let ending = false;
  let number = 0;
  const upsert = async (key: string, summary: string) => {
    const { upsertEvent } = await ask<{
      upsertEvent: { event: { id: string } | null; userErrors: readonly { message: string }[] };
    }>(
      address(),
      token,
      'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { message } } }',
      {
        input: {
          calendarId,
          key,
          summary,
          start: { timed: { dateTime: '2030-01-10T10:00:00Z' } },
          end: { timed: { dateTime: '2030-01-10T11:00:00Z' } },
        },
      },
    );
    if (upsertEvent.event === null) throw new Error(JSON.stringify(upsertEvent.userErrors));
    return upsertEvent.event.id;
  };
  const running = (async () => {
    while (!ending) {
      const key = `event ${++number}`;
      for (const kind of ['EVENT_CREATED', 'EVENT_UPDATED'] as const) {
        try {
          acknowledged.push({ kind, subjectId: await upsert(key, `${kind} ${number}`) });
        } catch {
          // Done or not: nobody was told. The next key is another event.
          refused++;
          await delay(50);
          break;
        }
      }
      await delay(randomInt(2 * pauseMilliseconds));
    }
  })();
  return {
    acknowledged,
    get refused() {
      return refused;
    },
    async stop() {
      ending = true;
      await running;
    },
  };
}

export interface Provider {
  readonly accountId: string;
  readonly events: number;
  /** The way of the nodes to it. */
  readonly proxy: TcpProxy;
  /** Gives these events a new summary, as another client would. */
  change(numbers: readonly number[]): Promise<void>;
  /** By event its last summary. */
  readonly summaries: ReadonlyMap<number, string>;
  /** Which of these processes has the connection with this port. */
  ownerOf(port: number, pids: readonly number[]): number | null;
  stop(): Promise<void>;
}

/** Starts the server and connects it; answers once the first sync is through. */
export async function connectProvider(address: string, token: string, events: number): Promise<Provider> {
  const canned: CannedServer = await startCanned(events);
  const proxy = await startProxy(() => Number(new URL(canned.url).port));
  const { connectCalDav } = await ask<{
    connectCalDav: { account: { id: string } | null; profile: { id: string } | null; userErrors: readonly unknown[] };
  }>(
    address,
    token,
    'mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) { account { id } profile { id } userErrors { message } } }',
    { input: { serverUrl: `http://127.0.0.1:${proxy.port}/`, username: 'alice', password: 'secret' } },
    30_000,
  );
  const { account, profile, userErrors } = connectCalDav;
  if (account === null || profile === null) throw new Error(JSON.stringify(userErrors));
  const question = 'query ($id: ID!) { profile(id: $id) { initialSyncRequired } }';
  for (;;) {
    const now = await ask<{ profile: { initialSyncRequired: boolean } }>(address, token, question, { id: profile.id });
    if (!now.profile.initialSyncRequired) break;
    await delay(50);
  }
  const summaries = new Map<number, string>();
  let changes = 0;
  // The server answers one question at a time.
  let last: Promise<void> = Promise.resolve();
  return {
    accountId: account.id,
    events,
    proxy,
    summaries,
    change(numbers) {
      last = last.then(async () => {
        const summary = `Changed ${++changes}`;
        await canned.change(numbers, summary);
        for (const number of numbers) summaries.set(number, summary);
      });
      return last;
    },
    ownerOf,
    async stop() {
      await last;
      canned.stop();
      await proxy.close();
    },
  };
}

function ownerOf(port: number, pids: readonly number[]): number | null {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const line = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((text) => text.trim().split(/\s+/))
    .find((columns) => columns[1]?.endsWith(local) === true && columns[9] !== '0');
  const link = `socket:[${line?.[9]}]`;
  for (const pid of pids) {
    const folder = `/proc/${pid}/fd`;
    const holds = readdirSync(folder).some((name) => {
      try {
        return readlinkSync(`${folder}/${name}`) === link;
      } catch {
        return false; // Closed while we looked.
      }
    });
    if (holds) return pid;
  }
  return null;
}
