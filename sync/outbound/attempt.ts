/** One attempt of a write at its provider: claimed, tried, and written down; idempotent wherever it is interrupted. */
import { ProviderError } from '../../datasources/providers/connector.ts';
import {
  type ClaimedOperation,
  claimOperation,
  postponeOperation,
  renewClaim,
} from '../../datasources/store/operation-claims.ts';
import { firstInLine } from '../../datasources/store/operation-order.ts';
import { findOperationState, type OperationState } from '../../datasources/store/operations.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { hold, moment } from '../holding.ts';
import { retryDeadlock } from '../lease.ts';
import { asProviderError, type CountedSession, openSession } from '../provider-call.ts';
import type { ReadEvent } from './fallen.ts';
import { recordConflict, recordRefusal, recordSent, recordTransient } from './outcome.ts';
import { readCurrent } from './recover.ts';
import { type Sent, sendLine } from './sending.ts';

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
  let wanted = operationId;
  for (let turn = 0; turn < longestLine && !request.signal.aborted; turn++) {
    const waitedFor = wanted;
    const first = await store.asWorker((tx) => firstInLine(tx, waitedFor));
    if (first === null) break;
    const tried = await attemptOne(dependencies, first, request);
    if (tried === null) break;
    if (tried.released !== null) wanted = tried.released;
    else if (tried.ids.includes(operationId)) break;
    else {
      const before = await store.asWorker((tx) => findOperationState(tx, first));
      if (before?.status === 'PENDING') break;
      wanted = operationId;
    }
  }
  return store.asWorker((tx) => findOperationState(tx, operationId));
}

/** What one attempt took along; null when somebody else is at it. */
interface Tried {
  readonly ids: readonly string[];
  /** Of these the last that is to be tried without the one that was refused; null when none is. */
  readonly released: string | null;
}

async function attemptOne(
  dependencies: SyncDependencies,
  operationId: string,
  request: AttemptRequest,
): Promise<Tried | null> {
  const { store, settings, logger } = dependencies;
  let since = moment();
  const claim = await retryDeadlock(() => {
    since = moment();
    return store.asWorker((tx) => claimOperation(tx, operationId, settings.leaseTime));
  });
  if (claim === null) return null;
  const ids = claim.line.map(({ id }) => id);
  const holding = hold({
    accountId: claim.accountId,
    time: settings.leaseTime,
    since,
    renew: () => store.asWorker((tx) => renewClaim(tx, claim, settings.leaseTime)),
    onError: (error) => logger.warn({ operationId, reason: String(error) }, 'claim not renewed'),
  });
  const signal = AbortSignal.any([request.signal, holding.signal, AbortSignal.timeout(settings.writeTime)]);
  const onCall = () => {
    // Between the claim and here this process may have stood still, and another may be at it.
    holding.assertHeld();
    request.onCall?.();
  };
  try {
    return { ids, released: await carryOut(dependencies, claim, signal, onCall) };
  } catch (error) {
    // It is somebody else's to say how it stands.
    if (holding.signal.aborted) return { ids, released: null };
    if (!(error instanceof ProviderError) && !signal.aborted) {
      // Nobody's answer (a key that is missing, a bug): kept, but not tried again at once.
      const later = dependencies.now() + mishapDelay;
      await store.asWorker((tx) => postponeOperation(tx, claim, null, later)).catch(() => {});
      throw error;
    }
    if (request.signal.aborted && !(error instanceof ProviderError)) {
      // We stop, and nothing is wrong with it: whoever comes next finds out what the provider did with it.
      await store.asWorker((tx) => postponeOperation(tx, claim, null, dependencies.now()));
      return { ids, released: null };
    }
    // What the provider did with it is not known: the next attempt finds out.
    const failure =
      error instanceof ProviderError
        ? error
        : new ProviderError('UNREACHABLE', 'The attempt was interrupted before the provider answered.');
    await recordTransient(dependencies, claim, failure);
    return { ids, released: null };
  } finally {
    await holding.end();
  }
}

/** The write that is to be tried next without the refused one; null when there is none. */
async function carryOut(
  dependencies: SyncDependencies,
  claim: ClaimedOperation,
  signal: AbortSignal,
  onCall: () => void,
): Promise<string | null> {
  if (claim.profile.status === 'DISCONNECTED') {
    throw new ProviderError('CREDENTIALS_REJECTED', 'The profile is disconnected; the user has to connect it again.');
  }
  const counted = openSession(dependencies, claim.profile, signal, onCall);
  const read = reading(dependencies, claim, counted, signal);
  let sent: Sent;
  try {
    sent = await sendLine(dependencies, claim, counted, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const failure = asProviderError(error);
    switch (failure.code) {
      case 'REJECTED':
      case 'FORBIDDEN':
      case 'NOT_FOUND':
        return recordRefusal(dependencies, claim, failure, read);
      default:
        throw failure;
    }
  }
  if (sent.failure !== null && sent.done === 0)
    await recordConflict(dependencies, claim, sent.failure, sent.held, read);
  else await recordSent(dependencies, claim, sent);
  return null;
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
