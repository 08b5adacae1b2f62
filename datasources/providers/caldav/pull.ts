/** A calendar's changes as pages: at most `batch` resources each, the next downloaded and read while one is consumed. */
import { davRequest } from 'tsdav';
import type { ZoneName } from '../../../domain/events/model.ts';
import { type KnownResources, ProviderError, type PullPage } from '../connector.ts';
import type { Exchange } from './exchange.ts';
import { wasTooLarge } from './failures.ts';
import { resourceId } from './hrefs.ts';
import { etagsPosition, type Listing, listChanges, listEverything, readPosition } from './listing.ts';
import { caldav, dav, etagOf, property } from './multistatus.ts';
import { type Delivered, type ReadTexts, readDelivered } from './reading.ts';

export interface PullContext {
  readonly exchange: Exchange;
  /** The collection's URL. */
  readonly calendar: string;
  readonly read: ReadTexts;
  readonly calendarZone: ZoneName | null;
  /** Resources a multiget asks for; 1–500. */
  readonly batch: number;
}

/** See Connector.pull. */
export async function* pull(
  context: PullContext,
  position: string | null,
  known: KnownResources,
): AsyncGenerator<PullPage> {
  const { exchange, calendar } = context;
  if (position !== null && !position.startsWith(etagsPosition)) {
    const changes = await listChanges(exchange, calendar, position);
    if (changes !== null) {
      yield* pages(context, changes, { full: false, unchanged: [], wanted: changes.present });
      return;
    }
  }
  const etags = await known();
  const now = await readPosition(exchange, calendar);
  const everything = await listEverything(exchange, calendar, now, etags.size === 0);
  const isKnown = (one: { remoteId: string; etag: string | null }): boolean =>
    one.etag !== null && etags.get(one.remoteId) === one.etag;
  yield* pages(context, everything, {
    full: true,
    unchanged: everything.present.filter(isKnown).map(({ remoteId }) => remoteId),
    wanted: everything.present.filter((one) => !isKnown(one)),
  });
}

interface Plan {
  readonly full: boolean;
  readonly unchanged: readonly string[];
  readonly wanted: Listing['present'];
}

interface Batch {
  readonly delivered: readonly Delivered[];
  readonly removed: readonly string[];
  readonly skipped: PullPage['skipped'];
}

type Read = Awaited<ReturnType<typeof readDelivered>>;

const nothing = async (): Promise<Batch> => ({ delivered: [], removed: [], skipped: [] });

async function* pages(context: PullContext, listing: Listing, plan: Plan): AsyncGenerator<PullPage> {
  const here: Delivered[] = [];
  const elsewhere: string[] = [];
  for (const { remoteId, etag, text } of plan.wanted) {
    if (text === null) elsewhere.push(remoteId);
    else here.push({ remoteId, etag, text });
  }
  const batches: (() => Promise<Batch>)[] = [
    ...chunks(here, context.batch).map((delivered) => async () => ({ delivered, removed: [], skipped: [] })),
    ...chunks(elsewhere, context.batch).map((remoteIds) => () => download(context, remoteIds)),
  ];
  if (batches.length === 0) batches.push(nothing);
  const refused = listing.refused.map(({ remoteId, status }) => ({
    remoteId,
    uid: null,
    line: null,
    reason: `the server lists it with HTTP ${status}`,
  }));
  const prepare = async (batch: () => Promise<Batch>): Promise<Batch & { read: Read }> => {
    const got = await batch();
    return { ...got, read: await readDelivered(got.delivered, context.read, context.calendarZone) };
  };
  let ahead = prepare(batches[0] ?? nothing);
  for (let index = 0; index < batches.length; index += 1) {
    const { read, ...batch } = await ahead;
    const next = batches[index + 1];
    if (next !== undefined) {
      // What it holds is not needed again: a large calendar shrinks as it is stored.
      batches[index + 1] = nothing;
      // Downloaded and read while this page is stored.
      ahead = prepare(next);
      // Its failure is met when its turn comes; until then it must not end the process.
      ahead.catch(() => undefined);
    }
    const first = index === 0;
    yield {
      resources: read.resources,
      unchanged: first ? plan.unchanged : [],
      removed: [...(first ? listing.removed : []), ...batch.removed],
      skipped: [...(first ? refused : []), ...batch.skipped, ...read.skipped],
      syncToken: next === undefined ? listing.position : null,
      full: plan.full,
    };
  }
}

/** RFC 4791 §7.9. An answer that is too large is asked for in halves. */
async function download(context: PullContext, remoteIds: readonly string[]): Promise<Batch> {
  const { exchange, calendar } = context;
  let answer: Awaited<ReturnType<Exchange['askMultistatus']>>;
  try {
    // Not tsdav's calendarMultiGet: writing the hrefs through xml-js takes time in the square of their number.
    answer = await exchange.askMultistatus((fetch) =>
      davRequest({
        url: calendar,
        init: { method: 'REPORT', headers: { depth: '1' }, body: multigetOf(remoteIds) },
        convertIncoming: false,
        fetch,
      }),
    );
  } catch (error) {
    if (!(error instanceof ProviderError) || !wasTooLarge(error)) throw error;
    if (remoteIds.length === 1)
      return { delivered: [], removed: [], skipped: remoteIds.map((id) => skip(id, error.message)) };
    const middle = Math.ceil(remoteIds.length / 2);
    const halves = [
      await download(context, remoteIds.slice(0, middle)),
      await download(context, remoteIds.slice(middle)),
    ];
    return {
      delivered: halves.flatMap(({ delivered }) => delivered),
      removed: halves.flatMap(({ removed }) => removed),
      skipped: halves.flatMap(({ skipped }) => skipped),
    };
  }
  const waiting = new Set(remoteIds);
  const delivered: Delivered[] = [];
  const removed: string[] = [];
  const skipped: Batch['skipped'][number][] = [];
  for (const response of answer.responses) {
    const remoteId = resourceId(response.href, calendar);
    // What was not asked for, or is there twice, is not taken.
    if (remoteId === null || !waiting.delete(remoteId)) continue;
    const text = property(response, caldav, 'calendar-data')?.text;
    if (text !== undefined) delivered.push({ remoteId, etag: etagOf(response), text });
    else if (response.status === 404 || response.status === 410) removed.push(remoteId);
    else
      skipped.push(
        skip(remoteId, `the server delivered no data${response.status ? ` (HTTP ${response.status})` : ''}`),
      );
  }
  for (const remoteId of waiting) skipped.push(skip(remoteId, 'the server listed it and did not deliver it'));
  return { delivered, removed, skipped };
}

function multigetOf(remoteIds: readonly string[]): string {
  const hrefs = remoteIds.map(
    (remoteId) => `<d:href>${remoteId.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</d:href>`,
  );
  return (
    '<?xml version="1.0" encoding="utf-8"?>' +
    `<c:calendar-multiget xmlns:d="${dav}" xmlns:c="${caldav}">` +
    `<d:prop><d:getetag/><c:calendar-data/></d:prop>${hrefs.join('')}</c:calendar-multiget>`
  );
}

function skip(remoteId: string, reason: string): Batch['skipped'][number] {
  return { remoteId, uid: null, line: null, reason };
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < all.length; at += size) parts.push(all.slice(at, at + size));
  return parts;
}
