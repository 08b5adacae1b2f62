/** Follows `changes` for good: whatever ends a subscription, the next one begins behind the cursor that the mirror keeps. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Ending, isFinal, pauseBefore } from './coming-back.ts';
import { graph, operation } from './graph.ts';
import type { Batch, Copied, Mirror } from './mirror.ts';

export const changesDocument = operation('watch-changes');

export interface ChangesVariables extends Record<string, unknown> {
  readonly after: string | null;
  readonly filter: Record<string, unknown>;
}

/** One subscription, from one cursor to its end. `apply` is called for each batch, in order. */
export type Subscribe = (variables: ChangesVariables, apply: (batch: Batch) => void) => Promise<Ending>;

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
    const ending = await subscribe({ after: mirror.cursor(), filter }, (batch) => {
      mirror.apply(batch);
      attempt = 0;
    });
    if (stop.aborted) return;
    const resync = ending.errors?.find(({ extensions }) => extensions?.['code'] === 'RESYNC_REQUIRED');
    if (resync !== undefined) {
      // Not reached: the old cursor is refused once more, and this is tried again.
      const everything = await readEverything(calendarId).catch(() => null);
      if (everything !== null) mirror.replace(everything.events, String(resync.extensions?.['cursor']));
    } else if (isFinal(ending)) {
      throw new Error(ending.errors?.[0]?.message ?? `closed with ${ending.close?.code} ${ending.close?.reason}`);
    }
    await delay(pauseBefore(attempt++, ending), undefined, { signal: stop }).catch(() => undefined);
  }
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
