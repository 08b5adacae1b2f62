/** Follows `changes` for good: whatever ends a subscription, the next one begins behind the cursor that the mirror keeps. */
import { setTimeout as delay } from 'node:timers/promises';
import { graph } from './graph.ts';
import type { Batch, Copied, Mirror } from './mirror.ts';
import type { Close } from './socket.ts';

export const changesDocument = `subscription Changes($after: String, $filter: ChangeFilter) {
  changes(after: $after, filter: $filter) {
    cursor
    changes { kind subjectId subject { ... on CalendarEvent { summary } } }
  }
}`;

export interface ChangesVariables extends Record<string, unknown> {
  readonly after: string | null;
  readonly filter: Record<string, unknown>;
}

/** Why a subscription ended: the service's own errors, or the socket's close. */
export interface Ending {
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: Readonly<Record<string, unknown>> | undefined;
  }[];
  readonly close?: Close | null;
}

/** One subscription, from one cursor to its end. `apply` is called for each batch, in order. */
export type Subscribe = (
  variables: ChangesVariables,
  apply: (batch: Batch) => void,
  stop: AbortSignal,
) => Promise<Ending>;

/** Until `stop`; throws when coming back would change nothing. */
export async function follow(
  subscribe: Subscribe,
  mirror: Mirror,
  calendarId: string,
  stop: AbortSignal,
): Promise<void> {
  const filter = {
    calendarIds: [calendarId],
    kinds: ['EVENT_CREATED', 'EVENT_UPDATED', 'EVENT_DELETED'],
    includeOwn: true,
  };
  if (mirror.cursor() === null) {
    const { events, cursor } = await readEverything(calendarId);
    mirror.replace(events, cursor);
  }
  let attempt = 0;
  while (!stop.aborted) {
    const ending = await subscribe(
      { after: mirror.cursor(), filter },
      (batch) => {
        mirror.apply(batch);
        attempt = 0;
      },
      stop,
    );
    if (stop.aborted) return;
    const resync = ending.errors?.find(({ extensions }) => extensions?.['code'] === 'RESYNC_REQUIRED');
    if (resync !== undefined) {
      // Not reached: the old cursor is refused once more, and this is tried again.
      const everything = await readEverything(calendarId).catch(() => null);
      if (everything !== null) mirror.replace(everything.events, String(resync.extensions?.['cursor']));
    } else if (isFinal(ending)) {
      throw new Error(ending.errors?.[0]?.message ?? `closed with ${ending.close?.code} ${ending.close?.reason}`);
    }
    await delay(pauseBefore(attempt++, ending.close), undefined, { signal: stop }).catch(() => undefined);
  }
}

/** Our own mistake, or a credential that is not valid (any more): the same again would end the same. */
function isFinal({ errors, close }: Ending): boolean {
  if (errors !== undefined) return !errors.some(({ extensions }) => passing.has(String(extensions?.['code'])));
  return finalCodes.has(close?.code ?? 0);
}

const passing = new Set(['INTERNAL_SERVER_ERROR', 'RATE_LIMITED']);
const finalCodes = new Set([1009, 4400, 4401, 4403, 4406, 4409, 4429]);

/**
 * Milliseconds until the next attempt. A node that goes away (1001) says how long; everything else is waited out with
 * growing, random pauses, so that the clients of a node that died do not all come at once.
 */
export function pauseBefore(attempt: number, close: Close | null | undefined): number {
  const [, hint, unit] = (close?.code === 1001 && /(\d+) ?(ms|s)\b/.exec(close.reason)) || [];
  if (hint !== undefined) return Number(hint) * (unit === 's' ? 1_000 : 1) * (1 + Math.random() / 4);
  return Math.random() * Math.min(30_000, 500 * 2 ** attempt);
}

/** All events of a calendar, and the first page's cursor: what changes while the others are read comes behind it. */
export async function readEverything(calendarId: string): Promise<{ events: Copied[]; cursor: string }> {
  let { nodes, pageInfo, freshness } = await readPage(calendarId, null);
  const events = [...nodes];
  const cursor = freshness.changesCursor;
  while (pageInfo.hasNextPage) {
    ({ nodes, pageInfo } = await readPage(calendarId, pageInfo.endCursor));
    events.push(...nodes);
  }
  return { events, cursor };
}

interface Page {
  readonly nodes: readonly Copied[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly freshness: { readonly changesCursor: string };
}

async function readPage(calendarId: string, after: string | null): Promise<Page> {
  const { calendar } = await graph<{ calendar: { events: Page } }>(
    `query ($id: ID!, $after: String) {
      calendar(id: $id) {
        events(first: 500, after: $after, filter: { from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z", managed: INCLUDE }) {
          nodes { id summary }
          pageInfo { hasNextPage endCursor }
          freshness { changesCursor }
        }
      }
    }`,
    { id: calendarId, after },
  );
  return calendar.events;
}
