/** From what HTTP and WebDAV say to the port's errors. */
import { RequestFailure, type RequestFailureKind, shown } from '../../http/failures.ts';
import type { OutgoingAnswer } from '../../http/outgoing-fetch.ts';
import { ProviderError, type ProviderFailureCode } from '../connector.ts';
import { preconditionOf } from './multistatus.ts';

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

/** RFC 4791 §5.3.2.1: the uid is in use, here or (Cyrus) in another calendar of the same user. */
const uidConflicts = new Set(['no-uid-conflict', 'unique-scheduling-object-resource']);

/** What an answer that is no success means. `now` in milliseconds since the epoch. */
export function failureOfAnswer(answer: OutgoingAnswer, now: number): ProviderError {
  const { status } = answer;
  const condition = preconditionOf(answer.text);
  const where = `${shown(answer.url)} answered HTTP ${status}${condition === null ? '' : ` (${condition.name})`}`;
  const fail = (code: ProviderFailureCode, message: string): ProviderError =>
    new ProviderError(code, message, { status, retryAt: retryAtOf(answer, now) });
  if (condition !== null && uidConflicts.has(condition.name)) {
    const other = condition.children.find((one) => one.name === 'href')?.text.trim();
    return fail('CONFLICT', `${where}: the uid is in use${other ? ` by ${other.slice(0, 500)}` : ''}`);
  }
  if (status === 401) {
    if (answer.credentialsWithheld) {
      const { host } = new URL(answer.url);
      return fail('REJECTED', `the server redirects to ${host}, where the password is not sent to; give that address`);
    }
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
