/** From what HTTP and WebDAV say to the port's errors. */
import { RequestFailure, type RequestFailureKind, shown } from '../../http/failures.ts';
import type { OutgoingAnswer } from '../../http/outgoing-fetch.ts';
import { ProviderError, type ProviderFailureCode } from '../connector.ts';
import { descriptionOf, preconditionOf } from './multistatus.ts';

const codeOfKind: Readonly<Record<RequestFailureKind, ProviderFailureCode>> = {
  URL: 'REJECTED',
  BLOCKED: 'UNREACHABLE',
  NAME_NOT_FOUND: 'UNREACHABLE',
  CONNECTION: 'UNREACHABLE',
  TLS: 'UNREACHABLE',
  TIMEOUT: 'UNREACHABLE',
  ABORTED: 'UNREACHABLE',
  TOO_LARGE: 'MALFORMED_ANSWER',
  REDIRECT: 'MALFORMED_ANSWER',
};

export function failureOfRequest(failure: RequestFailure): ProviderError {
  return new ProviderError(codeOfKind[failure.kind], failure.message, { cause: failure });
}

/** Whether the answer was larger than we take. */
export function wasTooLarge(error: unknown): boolean {
  return error instanceof ProviderError && error.cause instanceof RequestFailure && error.cause.kind === 'TOO_LARGE';
}

/** Whether the answer took longer than we wait. */
export function wasTooSlow(error: unknown): boolean {
  return error instanceof ProviderError && error.cause instanceof RequestFailure && error.cause.kind === 'TIMEOUT';
}

/** Whether another request to the same server would meet the same end: it is not there, or not to be trusted. */
export function isAboutTheServer(error: ProviderError): boolean {
  return error.cause instanceof RequestFailure && error.cause.kind !== 'TOO_LARGE' && error.cause.kind !== 'REDIRECT';
}

/** RFC 4791 §5.3.2.1: the uid is in use, here or (RFC 6638 §3.2.4.1; Cyrus) in another calendar of the same user. */
const uidConflicts = new Set(['no-uid-conflict', 'unique-scheduling-object-resource']);

/** Conditions of what was sent, which it will never meet (RFC 4791 §5.3.2.1, RFC 6638 §3.2.4), as people would say them. */
const refusals: Readonly<Record<string, string>> = {
  'supported-calendar-data': 'it takes another format',
  'valid-calendar-data': 'it takes the text for no valid iCalendar',
  'valid-calendar-object-resource': 'it takes the text for no valid calendar object',
  'supported-calendar-component': 'the calendar takes no events',
  'calendar-collection-location-ok': 'it allows no calendar there',
  'max-resource-size': 'the event is larger than it allows',
  'min-date-time': 'the event is earlier than it allows',
  'max-date-time': 'the event is later than it allows',
  'max-instances': 'the series has more occurrences than it allows',
  'max-attendees-per-instance': 'the event has more attendees than it allows',
  'same-organizer-in-all-components': 'an occurrence has another organizer than its series',
  'allowed-organizer-scheduling-object-change': 'the organizer may not change this',
  'allowed-attendee-scheduling-object-change': 'an attendee may not change this',
  'quota-not-exceeded': 'its storage is full',
};

/** What an answer that is no success means. `now` in milliseconds since the epoch. */
export function failureOfAnswer(answer: OutgoingAnswer, now: number): ProviderError {
  const { status } = answer;
  const condition = preconditionOf(answer.text);
  const words = descriptionOf(answer.text);
  const said = words === null ? '' : `, ${JSON.stringify(words)}`;
  const where = `${shown(answer.url)} answered HTTP ${status}${condition === null ? '' : ` (${condition.name}${said})`}`;
  const fail = (code: ProviderFailureCode, message: string): ProviderError =>
    new ProviderError(code, message, { status, retryAt: retryAtOf(answer, now) });
  if (condition !== null && uidConflicts.has(condition.name)) {
    const href = condition.children.find((one) => one.name === 'href')?.text.trim() ?? '';
    const other = href === '' || href.length > 4096 ? null : URL.parse(href, answer.url);
    return new ProviderError(
      'CONFLICT',
      `${where}: the uid is in use${other === null ? '' : ` by ${other.pathname.slice(0, 500)}`}`,
      { status, uidTakenBy: other?.href ?? '' },
    );
  }
  const refusal = condition === null || status === 401 || status >= 500 ? undefined : refusals[condition.name];
  if (refusal !== undefined) return fail('REJECTED', `${where}: ${refusal}`);
  if (answer.credentialsWithheld && (status === 401 || status === 207)) {
    const { host } = new URL(answer.url);
    return fail('REJECTED', `the server redirects to ${host}, where the password is not sent to; give that address`);
  }
  if (status === 401) {
    return fail('CREDENTIALS_REJECTED', `${shown(answer.url)} rejected the user name or the password`);
  }
  if (status === 403) {
    const rejected = condition !== null && condition.name !== 'need-privileges';
    return fail(rejected ? 'REJECTED' : 'FORBIDDEN', where);
  }
  if (status === 404 || status === 410) return fail('NOT_FOUND', where);
  if (status === 409 || status === 412) return fail('CONFLICT', where);
  if (status === 429 || status === 503) return fail('THROTTLED', where);
  if (status === 408 || (status >= 500 && status !== 507)) return fail('UNREACHABLE', where);
  if (status >= 400) return fail('REJECTED', where);
  return fail('MALFORMED_ANSWER', `${where}, which is no answer of a CalDAV server`);
}

/** Retry-After in seconds or as an HTTP date (RFC 9110 §10.2.3), a day at most. */
export function retryAtOf(answer: Pick<OutgoingAnswer, 'headers'>, now: number): number | null {
  const text = answer.headers.get('retry-after')?.trim();
  if (text === undefined) return null;
  const at = /^\d{1,9}$/.test(text) ? now + Number(text) * 1000 : Date.parse(text);
  return Number.isNaN(at) || at < now ? null : Math.min(at, now + 86_400_000);
}
