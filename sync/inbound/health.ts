/** What a poll's outcome makes of a profile's health: no failure that may pass disconnects it. Pure. */
import type { ProviderError, ProviderFailureCode } from '../../datasources/providers/connector.ts';
import type { ProfileHealth } from '../../datasources/store/profiles-sync.ts';
import type { DisconnectionCause } from '../../datasources/store/tables.ts';
import type { Instant } from '../../domain/events/model.ts';

/** One failure may be a hiccup; so many in a row are shown. */
const failuresUntilDegraded = 2;
/** A refused credential is believed after so many refusals in a row … */
const rejectionsUntilDisconnected = 3;
/** … over at least so long: some servers answer 401 while they restart. */
const rejectionTime = 60_000;
/** A home that may not be read is believed after so long: servers answer 403 while they are moved, or while sharing changes. */
const forbiddenTime = 3_600_000;

export type PollResult =
  | { readonly kind: 'success' }
  /** `ofHome`: nothing at all could be read, not one calendar among others. */
  | { readonly kind: 'failure'; readonly error: Pick<ProviderError, 'code'>; readonly ofHome: boolean }
  /** A listing that deletes too much: shown at once, for what is stored may be wrong. */
  | { readonly kind: 'doubt' };

export interface HealthStep {
  readonly health: ProfileHealth;
  /** The transition to tell, once; null when the status stays. */
  readonly told: 'PROFILE_DEGRADED' | 'PROFILE_DISCONNECTED' | 'PROFILE_RECONNECTED' | null;
}

/** The next health after one poll. */
export function nextHealth(current: ProfileHealth, result: PollResult, now: Instant): HealthStep {
  if (result.kind === 'success') {
    return {
      health: { status: 'CONNECTED', cause: null, remedy: null, failures: 0, rejections: 0, rejectedSince: null },
      told: current.status === 'CONNECTED' ? null : 'PROFILE_RECONNECTED',
    };
  }
  const failures = current.failures + 1;
  const forbidden = result.kind === 'failure' && result.ofHome && result.error.code === 'FORBIDDEN';
  const rejected = forbidden || (result.kind === 'failure' && result.error.code === 'CREDENTIALS_REJECTED');
  const rejections = rejected ? current.rejections + 1 : 0;
  const rejectedSince = rejected ? (current.rejectedSince ?? now) : null;
  const shown = explain(result);
  const counts = { failures, rejections, rejectedSince };
  if (current.status === 'DISCONNECTED') {
    return { health: { ...current, ...counts }, told: null };
  }
  if (
    rejections >= rejectionsUntilDisconnected &&
    rejectedSince !== null &&
    now - rejectedSince >= (forbidden ? forbiddenTime : rejectionTime)
  ) {
    const why = forbidden ? revoked : shown;
    return { health: { status: 'DISCONNECTED', ...why, ...counts }, told: 'PROFILE_DISCONNECTED' };
  }
  if (current.status === 'DEGRADED') return { health: { status: 'DEGRADED', ...shown, ...counts }, told: null };
  if (failures >= failuresUntilDegraded || result.kind === 'doubt') {
    return { health: { status: 'DEGRADED', ...shown, ...counts }, told: 'PROFILE_DEGRADED' };
  }
  return { health: { ...current, ...counts }, told: null };
}

function explain(result: Exclude<PollResult, { kind: 'success' }>): { cause: DisconnectionCause; remedy: string } {
  if (result.kind === 'doubt') {
    return {
      cause: 'UNKNOWN',
      remedy:
        'The provider lists far fewer events than before. They are kept until it has said so for a while; check the calendar at the provider.',
    };
  }
  return reasons[result.error.code];
}

const revoked: { cause: DisconnectionCause; remedy: string } = {
  cause: 'CREDENTIALS_REVOKED',
  remedy:
    'The provider accepts the login but lets it read no calendar. The user should connect again, with a login that may.',
};

const reasons: Record<ProviderFailureCode, { cause: DisconnectionCause; remedy: string }> = {
  UNREACHABLE: {
    cause: 'PROVIDER_UNREACHABLE',
    remedy: 'The provider does not answer. Nothing needs to be done: it is asked again by itself.',
  },
  THROTTLED: {
    cause: 'PROVIDER_THROTTLED',
    remedy: 'The provider asks for fewer requests. Nothing needs to be done: it is asked again when it allows.',
  },
  CREDENTIALS_REJECTED: {
    cause: 'PASSWORD_CHANGED',
    remedy:
      'The provider refuses the stored user name and password. The user should connect again with the current ones.',
  },
  FORBIDDEN: {
    cause: 'UNKNOWN',
    remedy: 'The provider denies access to a calendar. Check its sharing permissions at the provider.',
  },
  NOT_FOUND: {
    cause: 'UNKNOWN',
    remedy: 'The provider does not find the calendars any more. Check that the mailbox still exists at its address.',
  },
  CONFLICT: {
    cause: 'UNKNOWN',
    remedy:
      'The provider answers with a conflict. It is asked again by itself; if this lasts, check the calendar there.',
  },
  REJECTED: {
    cause: 'UNKNOWN',
    remedy: 'The provider refuses to answer. It is asked again by itself; the sync journal has what it said.',
  },
  MALFORMED_ANSWER: {
    cause: 'UNKNOWN',
    remedy:
      'The provider answers with something that is not calendar data. Check that the server address is right and the server healthy.',
  },
};
