/** Small answers that several files give alike. */
import type { UserError } from '../domain/errors.ts';
import type { Instant } from '../domain/events/model.ts';

/** The graph answers whole seconds; ours are kept to the millisecond. */
export function seconds(at: Instant): Instant {
  return Math.floor(at / 1000) * 1000;
}

/** What this version cannot do yet, said plainly. */
export function notSupported(message: string, path: readonly string[] = []): UserError[] {
  return [{ path, code: 'NOT_SUPPORTED', message }];
}
