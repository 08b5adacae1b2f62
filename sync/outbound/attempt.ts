/** One attempt of a write at its provider: claimed, tried, and written down; idempotent wherever it is interrupted. */
import { ProviderError, type WriteResult } from '../../datasources/providers/connector.ts';
import { firstInLine } from '../../datasources/store/operation-order.ts';
import {
  type ClaimedOperation,
  claimOperation,
  findOperationState,
  type OperationState,
  postponeOperation,
  renewClaim,
} from '../../datasources/store/operations.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { retryDeadlock } from '../lease.ts';
import { asProviderError, type CountedSession, openSession, providerCall } from '../provider-call.ts';
import type { ReadEvent } from './fallen.ts';
import { recordApplied, recordConflict, recordRefusal, recordTransient } from './outcome.ts';
import { isOurs, readCurrent } from './recover.ts';

export interface AttemptRequest {
  /** Ends the attempt; the write stays PENDING and is sorted out by the next one. */
  readonly signal: AbortSignal;
  readonly onCall?: () => void;
}

/** An event has few writes on their way; more in line than this wait for the next attempt. */
const longestLine = 20;
const mishapDelay = 60_000;

/**
 * Tries a pending write once, after those that it has to wait for, and answers how it stands then. A write that reached
 * the provider although its answer was lost is recognised by what the provider holds, and is not done again. Null when
 * there is no such operation.
 */
export async function attemptOperation(
  dependencies: SyncDependencies,
  operationId: string,
  request: AttemptRequest,
): Promise<OperationState | null> {
  const { store } = dependencies;
  for (let turn = 0; turn < longestLine && !request.signal.aborted; turn++) {
    const first = await store.asWorker((tx) => firstInLine(tx, operationId));
    if (first === null) break;
    await attemptOne(dependencies, first, request);
    if (first === operationId) break;
    const before = await store.asWorker((tx) => findOperationState(tx, first));
    if (before?.status === 'PENDING') break;
  }
  return store.asWorker((tx) => findOperationState(tx, operationId));
}

async function attemptOne(dependencies: SyncDependencies, operationId: string, request: AttemptRequest): Promise<void> {
  const { store, settings, logger } = dependencies;
  const claim = await retryDeadlock(() => store.asWorker((tx) => claimOperation(tx, operationId, settings.leaseTime)));
  if (claim === null) return;
  const lost = new AbortController();
  const signal = AbortSignal.any([request.signal, lost.signal, AbortSignal.timeout(settings.writeTime)]);
  let renewing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    renewing = store
      .asWorker((tx) => renewClaim(tx, claim, settings.leaseTime))
      .then(
        (ours) => {
          if (!ours) lost.abort(new Error('another attempt began'));
        },
        (error: unknown) => logger.warn({ operationId, reason: String(error) }, 'claim not renewed'),
      );
  }, settings.leaseTime / 3);
  timer.unref();
  try {
    await carryOut(dependencies, claim, signal, request.onCall);
  } catch (error) {
    if (!(error instanceof ProviderError) && !signal.aborted) {
      // Nobody's answer (a key that is missing, a bug): kept, but not tried again at once.
      const later = dependencies.now() + mishapDelay;
      await store.asWorker((tx) => postponeOperation(tx, claim, null, later)).catch(() => {});
      throw error;
    }
    // What the provider did with it is not known: the next attempt finds out.
    const failure =
      error instanceof ProviderError
        ? error
        : new ProviderError('UNREACHABLE', 'The attempt was interrupted before the provider answered.');
    await recordTransient(dependencies, claim, failure);
  } finally {
    clearInterval(timer);
    await renewing;
  }
}

async function carryOut(
  dependencies: SyncDependencies,
  claim: ClaimedOperation,
  signal: AbortSignal,
  onCall: (() => void) | undefined,
): Promise<void> {
  if (claim.profile.status === 'DISCONNECTED') {
    throw new ProviderError('CREDENTIALS_REJECTED', 'The profile is disconnected; the user has to connect it again.');
  }
  const counted = openSession(dependencies, claim.profile, signal, onCall);
  let answer: WriteResult | null;
  try {
    answer = await send(dependencies, claim, counted, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const failure = asProviderError(error);
    switch (failure.code) {
      case 'CONFLICT':
        return resolveConflict(dependencies, claim, counted, signal, failure);
      case 'REJECTED':
      case 'FORBIDDEN':
      case 'NOT_FOUND':
        return recordRefusal(dependencies, claim, failure, reading(dependencies, claim, counted, signal));
      default:
        throw failure;
    }
  }
  await recordApplied(dependencies, claim, answer);
}

/** Null when it was a deletion and the resource is gone. */
function send(
  dependencies: SyncDependencies,
  claim: ClaimedOperation,
  { connector, session }: CountedSession,
  signal: AbortSignal,
): Promise<WriteResult | null> {
  const { event, calendar, intended } = claim;
  return providerCall(signal, dependencies.settings.writeTime, async () => {
    if (claim.kind === 'PUT') {
      if (intended === null) throw new ProviderError('REJECTED', 'The write has no content.');
      const { remoteId, etag, raw } = event;
      return connector.write(session, calendar.remoteId, { remoteId, etag, raw, object: intended });
    }
    if (event.remoteId !== null) {
      try {
        await connector.remove(session, calendar.remoteId, event.remoteId, event.etag);
      } catch (error) {
        if (!(error instanceof ProviderError && error.code === 'NOT_FOUND')) throw error;
      }
      return null;
    }
    // It was created by a write whose answer was lost, or never reached the provider.
    const current = await readCurrent(dependencies, claim, { connector, session, calls: () => 0 }, signal);
    if (current !== null) await connector.remove(session, calendar.remoteId, current.remoteId, current.etag);
    return null;
  });
}

/**
 * The provider's version is not the one that we wrote upon. Either it is what we wrote ourselves (the answer was lost, or we
 * crashed before the commit), or somebody else was faster.
 */
async function resolveConflict(
  dependencies: SyncDependencies,
  claim: ClaimedOperation,
  counted: CountedSession,
  signal: AbortSignal,
  failure: ProviderError,
): Promise<void> {
  const current = await readCurrent(dependencies, claim, counted, signal);
  if (claim.kind === 'DELETE' && current === null) return recordApplied(dependencies, claim, null);
  if (claim.kind === 'PUT' && current !== null && isOurs(claim, current, dependencies.zones)) {
    return recordApplied(dependencies, claim, current);
  }
  return recordConflict(dependencies, claim, failure, current, reading(dependencies, claim, counted, signal));
}

/** Of this event, and of those whose writes wait for this one. */
function reading(
  dependencies: SyncDependencies,
  claim: ClaimedOperation,
  counted: CountedSession,
  signal: AbortSignal,
): ReadEvent {
  return (event) => readCurrent(dependencies, { ...claim, event }, counted, signal);
}
