/** A line of writes at the provider: sent as one, and laid together with what somebody else changed there meanwhile. */
import { ProviderError, type RemoteResource, type WriteResult } from '../../datasources/providers/connector.ts';
import type { ClaimedOperation, LinedWrite } from '../../datasources/store/operation-claims.ts';
import type { ContentContext } from '../../domain/events/content.ts';
import { sameVisibleContent } from '../../domain/events/content.ts';
import { mergeObjects, sameButAnswers } from '../../domain/events/merge.ts';
import type { CalendarObject } from '../../domain/events/model.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { asProviderError, type CountedSession, providerCall } from '../provider-call.ts';
import { isOurs, readCurrent } from './recover.ts';

/** What the provider has now; null when the event is gone there, as a deletion wants it. */
export type Held = Pick<WriteResult, 'remoteId' | 'etag' | 'raw' | 'object'>;

/** How a line ended: the first `done` of its writes are in what the provider has, the rest collide with it. */
export interface Sent {
  readonly held: Held | null;
  readonly done: number;
  /** Why the rest are not; null when all are done. */
  readonly failure: ProviderError | null;
}

/** A calendar whose user changes an event faster than we can write it is left alone. */
const mergesAtMost = 3;

/** What is to be written, and upon which of the provider's versions. */
interface Plan {
  /** Null: it is to be deleted. */
  readonly object: CalendarObject | null;
  readonly upon: { readonly remoteId: string | null; readonly etag: string | null; readonly raw: string | null };
  /** How many writes of the line it holds. */
  readonly done: number;
}

/**
 * Sends the last write of the line. Where the provider has another version than the one that was written upon, what it has is
 * told apart: what one of the line wrote (its answer was lost) is built upon; another's change is merged where it does not
 * collide (domain/events/merge.ts), and written again under the new etag.
 *
 * @throws ProviderError for every failure but CONFLICT.
 */
export async function sendLine(
  dependencies: SyncDependencies,
  claim: ClaimedOperation,
  counted: CountedSession,
  signal: AbortSignal,
): Promise<Sent> {
  const { line, event } = claim;
  const context: ContentContext = { zones: dependencies.zones, calendarZone: claim.calendar.timeZone };
  // Made and taken back before anybody heard of it.
  const made = line[0].kind === 'PUT' && line[0].base === null && event.remoteId === null;
  if (claim.kind === 'DELETE' && made && claim.untried) {
    return { held: null, done: line.length, failure: null };
  }
  let base = line[0].base;
  let plan: Plan | null = { object: claim.intended, upon: event, done: line.length };
  for (let merges = 0; ; merges++) {
    let failure: ProviderError;
    try {
      return { held: await send(dependencies, claim, plan, counted, signal), ...ended(claim, plan) };
    } catch (error) {
      if (signal.aborted) throw error;
      failure = asProviderError(error);
      if (failure.code !== 'CONFLICT') throw failure;
    }
    const current = await readCurrent(dependencies, claim, counted, signal);
    if (current === null) {
      return claim.kind === 'DELETE' ? { held: null, ...ended(claim, plan) } : { held: null, done: 0, failure };
    }
    const arrived = line.findLastIndex(
      (write) => write.intended !== null && isOurs(claim, write.intended, current, dependencies.zones),
    );
    if (claim.kind === 'PUT' && arrived === line.length - 1) return { held: current, done: line.length, failure: null };
    if (merges === mergesAtMost) return { held: current, done: 0, failure };
    if (arrived >= 0) {
      base = line[arrived]?.intended ?? base;
      plan = { object: claim.intended, upon: current, done: line.length };
      continue;
    }
    plan = mergedPlan(line, base, current, context);
    if (plan === null) return { held: current, done: 0, failure: collision(line, base, current.object, context) };
    if (plan.object !== null && sameVisibleContent(plan.object, current.object, context)) {
      return { held: current, ...ended(claim, plan) };
    }
  }
}

function ended(claim: ClaimedOperation, plan: Plan): { done: number; failure: ProviderError | null } {
  const { done } = plan;
  if (done === claim.line.length) return { done, failure: null };
  return { done, failure: new ProviderError('CONFLICT', 'Somebody else changed the same fields.', { status: 412 }) };
}

/** As many writes of the line as can stand beside the provider's version; null when not even the first can. */
function mergedPlan(
  line: readonly LinedWrite[],
  base: CalendarObject | null,
  current: RemoteResource,
  context: ContentContext,
): Plan | null {
  const strict = line.findIndex((write) => write.strict);
  for (let done = strict === -1 ? line.length : strict; done > 0; done--) {
    const write = line[done - 1];
    if (write === undefined || base === null) return null;
    if (write.kind === 'DELETE') {
      if (sameButAnswers(base, current.object, context)) return { object: null, upon: current, done };
      continue;
    }
    if (write.intended === null) continue;
    const merge = mergeObjects({ base, intended: write.intended, current: current.object }, context);
    if (merge.kind === 'merged') return { object: merge.object, upon: current, done };
  }
  return null;
}

/** Says what stands against each other. */
function collision(
  line: readonly LinedWrite[],
  base: CalendarObject | null,
  current: CalendarObject,
  context: ContentContext,
): ProviderError {
  const last = line.at(-1);
  const merge = last?.intended == null ? null : mergeObjects({ base, intended: last.intended, current }, context);
  const fields = merge?.kind === 'collision' && base !== null ? `: ${merge.fields.join(', ')}` : '';
  return new ProviderError('CONFLICT', `Somebody else changed it since${fields}.`, { status: 412 });
}

/** Null when it was a deletion and the resource is gone. */
function send(
  dependencies: SyncDependencies,
  claim: ClaimedOperation,
  plan: Plan,
  counted: CountedSession,
  signal: AbortSignal,
): Promise<WriteResult | null> {
  const { connector, session } = counted;
  const { calendar, scheduling } = claim;
  const { remoteId, etag, raw } = plan.upon;
  return providerCall(signal, dependencies.settings.writeTime, async () => {
    if (plan.object !== null) {
      return connector.write(session, calendar.remoteId, { remoteId, etag, raw, object: plan.object, scheduling });
    }
    if (claim.kind === 'PUT') throw new ProviderError('REJECTED', 'The write has no content.');
    if (remoteId !== null) {
      try {
        await connector.remove(session, calendar.remoteId, remoteId, etag, scheduling);
      } catch (error) {
        if (!(error instanceof ProviderError && error.code === 'NOT_FOUND')) throw error;
      }
      return null;
    }
    // It was created by a write whose answer was lost, or never reached the provider.
    const current = await readCurrent(dependencies, claim, counted, signal);
    if (current !== null) {
      await connector.remove(session, calendar.remoteId, current.remoteId, current.etag, scheduling);
    }
    return null;
  });
}
