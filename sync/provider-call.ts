/** One call to a provider, whatever the connector does: hang, throw something else, or answer after we left. */
import { type Connector, ProviderError, type ProviderSession } from '../datasources/providers/connector.ts';
import type { StoredFailure } from '../datasources/store/tables.ts';
import type { SyncDependencies } from './dependencies.ts';

/** A session, and how many requests it made so far. */
export interface CountedSession {
  readonly session: ProviderSession;
  readonly connector: Connector;
  calls(): number;
}

/** Opens the profile's credential. Throws ProviderError where it cannot be spoken to at all. */
export function openSession(
  dependencies: SyncDependencies,
  profile: {
    readonly id: string;
    readonly provider: Connector['provider'];
    readonly credential: string | null;
    readonly principal: ProviderSession['principal'];
  },
  signal: AbortSignal,
  onCall: () => void = () => {},
): CountedSession {
  const connector = dependencies.connectorFor(profile.provider);
  if (connector === null) throw new ProviderError('UNREACHABLE', 'This service does not speak to this provider.');
  let calls = 0;
  const session: ProviderSession = {
    profileId: profile.id,
    applicationId: null,
    credential:
      profile.credential === null ? { kind: 'none' } : dependencies.vault.open(profile.id, profile.credential),
    principal: profile.principal,
    signal,
    onCall: () => {
      calls++;
      onCall();
    },
  };
  return { session, connector, calls: () => calls };
}

/**
 * Waits for a provider's answer, at most `milliseconds`, and no longer than `signal` allows. Rejects with the signal's reason when it is
 * aborted, and with ProviderError for everything else, also for what a connector should not have thrown.
 */
export async function providerCall<T>(signal: AbortSignal, milliseconds: number, call: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let cleanUp = () => {};
  const interrupted = new Promise<never>((_, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const timer = setTimeout(
      () => reject(new ProviderError('UNREACHABLE', `No answer within ${Math.round(milliseconds / 1000)} s.`)),
      milliseconds,
    );
    timer.unref();
    cleanUp = () => {
      signal.removeEventListener('abort', abort);
      clearTimeout(timer);
    };
  });
  try {
    return await Promise.race([call(), interrupted]);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw asProviderError(error);
  } finally {
    cleanUp();
  }
}

/** Connectors promise to throw ProviderError only; one that breaks the promise has answered something absurd. */
export function asProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  return new ProviderError('MALFORMED_ANSWER', 'The answer could not be worked with.', { cause: error });
}

/** What of a failure is stored and shown. */
export function storedFailure(error: ProviderError): StoredFailure {
  return {
    code: error.code,
    message: error.message.replaceAll('\u0000', '').slice(0, 1_000),
    retryAt: error.retryAt,
    ...(error.uidTakenBy === null ? {} : { uidTakenBy: error.uidTakenBy }),
  };
}
