/** One resource: read, written, removed, each under its precondition. */
import { createObject, davRequest, deleteObject, updateObject } from 'tsdav';
import type { CalendarObject, ZoneName } from '../../../domain/events/model.ts';
import type { SchedulingRequest } from '../../../domain/events/scheduling.ts';
import type { OutgoingAnswer } from '../../http/outgoing-fetch.ts';
import { ProviderError, type RemoteResource, type WriteRequest, type WriteResult } from '../connector.ts';
import type { Exchange } from './exchange.ts';
import { newResourceId, resolveHref, resourceId, resourceUrl } from './hrefs.ts';
import { strongEtag } from './multistatus.ts';
import { type ReadTexts, readDelivered } from './reading.ts';
import type { WriteText } from './texts.ts';

export interface ResourceContext {
  readonly exchange: Exchange;
  /** The collection's URL. */
  readonly calendar: string;
  readonly read: ReadTexts;
  readonly write: WriteText;
  readonly calendarZone: ZoneName | null;
}

interface CurrentText {
  readonly remoteId: string;
  readonly etag: string | null;
  readonly text: string;
}

async function get(context: ResourceContext, remoteId: string): Promise<CurrentText | null> {
  const { exchange, calendar } = context;
  const url = resourceUrl(remoteId, calendar);
  // tsdav has no GET of one resource; its davRequest sends any method.
  const answer = await exchange.ask((fetch) =>
    davRequest({
      url,
      init: { method: 'GET', headers: { accept: 'text/calendar', 'accept-encoding': 'identity' }, body: null },
      convertIncoming: false,
      fetch,
    }),
  );
  if (answer.status === 404 || answer.status === 410) return null;
  if (answer.status !== 200) throw exchange.refused(answer);
  return { remoteId, etag: strongEtag(answer.headers.get('etag')), text: answer.text };
}

/** @throws ProviderError MALFORMED_ANSWER, naming why, when what is there cannot be read */
export async function readResource(context: ResourceContext, remoteId: string): Promise<RemoteResource | null> {
  const current = await get(context, remoteId);
  if (current === null) return null;
  const { resources, skipped } = await readDelivered([current], context.read, context.calendarZone);
  const resource = resources[0];
  if (resource !== undefined) return resource;
  throw new ProviderError('MALFORMED_ANSWER', skipped[0]?.reason ?? 'the resource holds no event');
}

export async function writeResource(context: ResourceContext, request: WriteRequest): Promise<WriteResult> {
  const { exchange, calendar } = context;
  const text = context.write(request.object, request.raw, context.calendarZone, request.scheduling);
  const intended = request.remoteId ?? newResourceId(request.object.uid, calendar);
  const url = resourceUrl(intended, calendar);
  const headers = { 'content-type': 'text/calendar; charset=utf-8' };
  const answer = await exchange.ask((fetch) =>
    request.remoteId === null
      ? createObject({ url, data: text, headers: { ...headers, 'if-none-match': '*' }, fetch })
      : updateObject({ url, data: text, etag: request.etag ?? '*', headers, fetch }),
  );
  if (![200, 201, 204].includes(answer.status)) throw refusedWrite(exchange, answer);
  const remoteId = placeOf(answer, intended, calendar);
  const sent: WriteResult = {
    remoteId,
    etag: strongEtag(answer.headers.get('etag')),
    raw: text,
    object: request.object,
  };
  // Each of Radicale, Xandikos and Cyrus rewrites what it stores and answers an ETag all the same, against RFC 4791
  // §5.3.4: only reading it back says what is there. Where nobody is invited it says nothing new, and the next pull
  // reads it with all others in one request: a batch of fifty is fifty requests and not a hundred.
  const named = answer.headers.get('etag');
  if (named !== null && !named.startsWith('W/') && !invites(request.object)) return sent;
  // It is stored by now, so failing to read it is no failure to write.
  try {
    return { ...sent, ...((await readResource({ ...context }, remoteId)) ?? {}) };
  } catch (error) {
    if (error instanceof ProviderError) return sent;
    throw error;
  }
}

/** Whether a server may have told people of it, and written down what became of that (RFC 6638 §3.2.9). */
function invites({ master, exceptions }: CalendarObject): boolean {
  return [master, ...exceptions.map(({ content }) => content)].some((content) => content?.organizer != null);
}

/** A server may choose the place itself and say so (RFC 9110 §10.2.2), or move the request there. */
function placeOf(answer: OutgoingAnswer, intended: string, calendar: string): string {
  const location = answer.headers.get('location');
  const named = location === null ? null : resolveHref(location, answer.url);
  return (named && resourceId(named.href, calendar)) ?? resourceId(answer.url, calendar) ?? intended;
}

function refusedWrite(exchange: Exchange, answer: OutgoingAnswer): ProviderError {
  if (answer.status === 207) {
    // Xandikos wraps the refusal into a multistatus; its condition is the same.
    const inner = exchange.multistatusOf(answer).responses.find(({ status }) => status !== null && status >= 400);
    const condition = inner?.error?.name ?? null;
    if (inner !== undefined) {
      const conflict = condition === null || condition === 'no-uid-conflict';
      const what =
        condition === 'no-uid-conflict' ? 'the uid is in use (no-uid-conflict)' : (condition ?? 'it changed');
      return new ProviderError(conflict ? 'CONFLICT' : 'REJECTED', `the server refused to store it: ${what}`, {
        status: inner.status,
        uidTakenBy: condition === 'no-uid-conflict' ? '' : null,
      });
    }
  }
  // RFC 4918 §9.7.1: a 409 without a named condition says that the collection is missing.
  if (answer.status === 409 && exchange.refused(answer).message.endsWith('HTTP 409')) {
    return new ProviderError('NOT_FOUND', 'the calendar is not there any more', { status: 409 });
  }
  return exchange.refused(answer);
}

export async function removeResource(
  context: ResourceContext,
  remoteId: string,
  etag: string | null,
  scheduling: SchedulingRequest | null = null,
): Promise<'removed' | 'gone'> {
  const { exchange, calendar } = context;
  const url = resourceUrl(remoteId, calendar);
  // RFC 6638 §8.1: without it the removal of an invitation tells its organizer that the owner does not come.
  const headers = scheduling?.quiet === true ? { headers: { 'schedule-reply': 'F' } } : {};
  const answer = await exchange.ask((fetch) =>
    deleteObject({ url, ...(etag === null ? {} : { etag }), ...headers, fetch }),
  );
  if (answer.status === 404 || answer.status === 410) return 'gone';
  if ([200, 202, 204].includes(answer.status)) return 'removed';
  // Some servers check If-Match before they look whether anything is there.
  if (answer.status === 412 && (await get(context, remoteId)) === null) return 'gone';
  throw exchange.refused(answer);
}
