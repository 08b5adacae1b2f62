/** Keeps the store and the providers equal: composes polling, writing, the queue and the due-scan, and stops them cleanly. */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Connector, ProviderName } from '../datasources/providers/connector.ts';
import type { KeyRing } from '../datasources/secrets/key-ring.ts';
import { expireAllLeases } from '../datasources/store/leases.ts';
import { findOperationState, type OperationState } from '../datasources/store/operations.ts';
import { makePollDue, recordDemand, scheduleUnscheduled } from '../datasources/store/profiles-sync.ts';
import type { Store, Tx } from '../datasources/store/store.ts';
import type { SyncKind } from '../datasources/store/sync-runs.ts';
import type { Instant } from '../domain/events/model.ts';
import type { IdSource } from '../domain/identity.ts';
import { spanned, type Telemetry } from '../domain/telemetry.ts';
import type { ZoneData } from '../domain/time/zone-data.ts';
import { createVault } from './credentials.ts';
import { defaultSettings, type SyncDependencies, type SyncLogger, type SyncSettings } from './dependencies.ts';
import { type ConnectOutcome, type ConnectRequest, connectCalDav } from './inbound/connect.ts';
import { type PollOutcome, type PollRequest, pollProfile } from './inbound/poll.ts';
import { confirmUnchanged } from './inbound/unchanged.ts';
import { type Background, type BackgroundWork, createBackground, mishap } from './jobs/background.ts';
import { createPollLimits } from './jobs/limits.ts';
import { createJobQueue, type JobQueue } from './jobs/queue.ts';
import { createSingleFlight } from './jobs/single-flight.ts';
import { attemptOperation } from './outbound/attempt.ts';
import { pause, within } from './waiting.ts';

export interface SyncEngineOptions {
  readonly store: Store;
  readonly keyRing: KeyRing;
  readonly connectors: Partial<Record<ProviderName, Connector>>;
  readonly zones: ZoneData;
  readonly ids: IdSource;
  /** The store's `clientConfig`: pg-boss keeps a small pool of its own, as the login role. */
  readonly database: pg.ClientConfig;
  readonly logger: SyncLogger;
  /** Called after a commit that wrote to the account's change log or its operations. */
  wake(accountId: string): void;
  readonly recogniseManaged?: SyncDependencies['recogniseManaged'];
  readonly beforePage?: SyncDependencies['beforePage'];
  readonly telemetry?: Telemetry | null;
  readonly settings?: Partial<SyncSettings>;
  /** Milliseconds since the epoch; the machine's clock by default. */
  readonly clock?: () => Instant;
  readonly random?: () => number;
  /** Nobody else works on this database (the embedded one has one owner): a dead process's leases are taken over at once. */
  readonly soleProcess?: boolean;
  /** Milliseconds between two looks at what is due; 1,000 by default. */
  readonly scanInterval?: number;
}

export interface SyncEngine {
  /** Makes the queue, takes up what a dead process left, and begins to poll and to retry. */
  start(): Promise<void>;
  /**
   * The node is to stop: takes up nothing any more that nobody waits for, and gives up the polls of it, with their leases, so that
   * other nodes go on at once. What is called still works. Resolves when none of it runs any more; never rejects.
   */
  retire(): Promise<void>;
  /** Ends polling, abandons answers that are awaited, lets transactions finish, gives leases back. Nothing is left running. */
  stop(): Promise<void>;
  /**
   * Polls a profile now, and answers when that is done; callers that come while one runs share the next one. Waits at most
   * `wait` milliseconds (10,000), also for an account that somebody else works on; then answers `busy`, and it goes on.
   */
  pollNow(profileId: string, request?: CallRequest): Promise<PollOutcome>;
  /**
   * Of these profiles those of which nothing changed, found out in as few calls as their providers take for all of them together; they
   * are as current then as a poll would make them. Empty where a provider can only be asked one by one; never rejects.
   */
  confirmUnchanged(profileIds: readonly string[], request?: CallRequest): Promise<ReadonlySet<string>>;
  /** Reads one calendar now, whatever its change tag says; `busy` and `idle` as `pollNow`. */
  syncCalendar(calendarId: string, kind: SyncKind, request?: CallRequest): Promise<PollOutcome>;
  /** Somebody wants these profiles fresh: polled at the floor's interval for an hour. */
  requestDemand(profileIds: readonly string[]): Promise<void>;
  /** In the caller's transaction: the profile is polled as soon as it commits; a named calendar is read in any case. */
  requestSync(tx: Tx, target: { readonly profileId: string; readonly calendarId?: string }): Promise<void>;
  /** In the caller's transaction: the operation is carried out as soon as it commits. */
  enqueueWrite(tx: Tx, operationId: string): Promise<void>;
  /**
   * Tries a write now and answers how it stands after at most `wait` milliseconds (10,000); what takes longer goes on by
   * itself. Null when there is no such operation.
   */
  attemptOperation(operationId: string, request?: CallRequest): Promise<OperationState | null>;
  connectCalDav(request: ConnectRequest): Promise<ConnectOutcome>;
}

export interface CallRequest {
  /** Milliseconds to wait; 10,000 by default. */
  readonly wait?: number;
  readonly signal?: AbortSignal;
  /** Each HTTP request to a provider, as it is sent. */
  readonly onCall?: () => void;
}

const busy = { status: 'busy' } as const;
const patience = 10_000;
const drainTime = 5_000;

export function createSyncEngine(options: SyncEngineOptions): SyncEngine {
  return new Engine(options);
}

class Engine implements SyncEngine {
  readonly #dependencies: SyncDependencies;
  readonly #options: SyncEngineOptions;
  readonly #queue: JobQueue;
  readonly #background: Background;
  readonly #admit: NonNullable<PollRequest['admit']>;
  readonly #polls = createSingleFlight<PollOutcome>();
  readonly #attempts = createSingleFlight<OperationState | null>();
  readonly #stopping = new AbortController();
  readonly #retiring = new AbortController();
  #retired: Promise<void> | null = null;
  #scanner: NodeJS.Timeout | null = null;
  #scan: Promise<void> = Promise.resolve();

  constructor(options: SyncEngineOptions) {
    this.#options = options;
    const now = options.clock ?? Date.now;
    this.#dependencies = {
      store: options.store,
      vault: createVault(options.keyRing),
      connectorFor: (provider) => options.connectors[provider] ?? null,
      zones: options.zones,
      ids: options.ids,
      now,
      random: options.random ?? Math.random,
      ...(options.recogniseManaged === undefined ? {} : { recogniseManaged: options.recogniseManaged }),
      ...(options.beforePage === undefined ? {} : { beforePage: options.beforePage }),
      logger: options.logger,
      wake: options.wake,
      telemetry: options.telemetry ?? null,
      settings: { ...defaultSettings, ...options.settings },
      instanceId: randomUUID(),
    };
    this.#queue = createJobQueue(options.database, options.logger);
    const limits = createPollLimits(now, this.#dependencies.settings.pollFloor);
    // A first sync is asked for by somebody who waits for it.
    this.#admit = ({ serverKey, accountId, initialSyncRequired }) =>
      limits.admit({ serverKey, accountId, urgent: initialSyncRequired });
    const unawaited = AbortSignal.any([this.#stopping.signal, this.#retiring.signal]);
    const work: BackgroundWork = {
      poll: (profileId) =>
        this.#polls.run(profileId, () =>
          pollProfile(this.#dependencies, profileId, { signal: unawaited, admit: this.#admit }),
        ),
      isPolling: (profileId) => this.#polls.isRunning(profileId),
      attempt: (operationId) => this.#attempt(operationId),
      isAttempting: (operationId) => this.#attempts.isRunning(operationId),
    };
    this.#background = createBackground(this.#dependencies, this.#queue, work, unawaited);
  }

  async start(): Promise<void> {
    const { store, now } = this.#dependencies;
    await store.asWorker(async (tx) => {
      if (this.#options.soleProcess === true) await expireAllLeases(tx);
      await scheduleUnscheduled(tx, now());
    });
    await this.#queue.start(this.#background.handlers);
    const unawaited = AbortSignal.any([this.#stopping.signal, this.#retiring.signal]);
    let scanning = false;
    const scan = () => {
      if (scanning || unawaited.aborted) return;
      scanning = true;
      this.#scan = this.#background.sendDue().finally(() => {
        scanning = false;
      });
    };
    scan();
    this.#scanner = setInterval(scan, this.#options.scanInterval ?? 1_000);
  }

  retire(): Promise<void> {
    this.#retired ??= this.#retire().catch((error: unknown) =>
      this.#dependencies.logger.warn({ reason: String(error) }, 'retiring'),
    );
    return this.#retired;
  }

  async #retire(): Promise<void> {
    this.#retiring.abort(new Error('this service is stopping'));
    if (this.#scanner !== null) clearInterval(this.#scanner);
    this.#scanner = null;
    await this.#scan;
    await this.#queue.rest();
    await this.#background.drained();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('this service is stopping'));
    await within(this.retire(), drainTime, new AbortController().signal, undefined);
    await this.#queue.stop(drainTime);
    await Promise.all([this.#background.drained(), this.#polls.drained(), this.#attempts.drained()]);
  }

  pollNow(profileId: string, request: CallRequest = {}): Promise<PollOutcome> {
    return this.#poll(profileId, profileId, request, {});
  }

  async confirmUnchanged(profileIds: readonly string[], request: CallRequest = {}): Promise<ReadonlySet<string>> {
    const signal = this.#signal(request);
    const { wait: milliseconds = patience, onCall } = request;
    try {
      return await confirmUnchanged(this.#dependencies, profileIds, { signal, milliseconds, onCall });
    } catch (error) {
      mishap(this.#dependencies, this.#stopping.signal, error, { profiles: profileIds.length });
      return new Set();
    }
  }

  async syncCalendar(calendarId: string, kind: SyncKind, request: CallRequest = {}): Promise<PollOutcome> {
    const row = await this.#dependencies.store.asWorker((tx) =>
      tx
        .selectFrom('calendar')
        .select('profile_id')
        .where('id', '=', calendarId)
        .where('deleted_at', 'is', null)
        .executeTakeFirst(),
    );
    if (row === undefined) return { status: 'idle' };
    const key = `${row.profile_id} ${calendarId} ${kind}`;
    return this.#poll(row.profile_id, key, request, { calendar: { id: calendarId, kind } });
  }

  async #poll(
    profileId: string,
    key: string,
    request: CallRequest,
    extra: Pick<PollRequest, 'calendar'>,
  ): Promise<PollOutcome> {
    const signal = this.#signal(request);
    const until = performance.now() + (request.wait ?? patience);
    let givenUp = false;
    while (true) {
      const poll = this.#polls.run(key, () =>
        pollProfile(this.#dependencies, profileId, {
          ...extra,
          signal: this.#stopping.signal,
          admit: this.#admit,
          ...(request.onCall === undefined ? {} : { onCall: request.onCall }),
        }),
      );
      // Nobody may be there to meet its failure any more.
      poll.catch((error: unknown) => mishap(this.#dependencies, this.#stopping.signal, error, { profileId }));
      let outcome: PollOutcome;
      try {
        outcome = await within(poll, until - performance.now(), signal, busy);
      } catch (error) {
        // It was shared with one that nobody waited for, and that was given up: this one is waited for.
        if (givenUp || !this.#retiring.signal.aborted || signal.aborted) throw error;
        givenUp = true;
        continue;
      }
      if (outcome.status !== 'busy' || performance.now() >= until || signal.aborted) return outcome;
      await pause(100, signal);
    }
  }

  async requestDemand(profileIds: readonly string[]): Promise<void> {
    const { store, now, settings } = this.#dependencies;
    if (profileIds.length === 0) return;
    await store.asWorker((tx) => recordDemand(tx, [...profileIds].sort(), now(), settings.pollFloor));
  }

  async requestSync(tx: Tx, target: { readonly profileId: string; readonly calendarId?: string }): Promise<void> {
    await makePollDue(tx, target, this.#dependencies.now());
    await this.#queue.poll(target.profileId, tx);
  }

  async enqueueWrite(tx: Tx, operationId: string): Promise<void> {
    await this.#queue.write(operationId, tx);
  }

  async attemptOperation(operationId: string, request: CallRequest = {}): Promise<OperationState | null> {
    const signal = this.#signal(request);
    // An accepted write is answered as it stands, whatever befalls the attempt.
    const attempt = this.#attempt(operationId, request.onCall).catch((error: unknown) => {
      mishap(this.#dependencies, this.#stopping.signal, error, { operationId });
      return undefined;
    });
    const until = performance.now() + (request.wait ?? patience);
    let state = await within(attempt, until - performance.now(), signal, undefined);
    // Another node may have been faster with it: then its answer is awaited.
    while (state === undefined || (state?.claimed && performance.now() < until && !signal.aborted)) {
      if (state !== undefined) await pause(100, signal);
      state = await this.#dependencies.store.asWorker((tx) => findOperationState(tx, operationId));
    }
    return state;
  }

  connectCalDav(request: ConnectRequest): Promise<ConnectOutcome> {
    return connectCalDav(this.#dependencies, request, (tx, profileId) => this.requestSync(tx, { profileId }));
  }

  #attempt(operationId: string, onCall?: () => void): Promise<OperationState | null> {
    return this.#attempts.run(operationId, () =>
      spanned(
        this.#dependencies.telemetry,
        'sync.write',
        { 'meridian.operation.id': operationId },
        () =>
          attemptOperation(this.#dependencies, operationId, {
            signal: this.#stopping.signal,
            ...(onCall === undefined ? {} : { onCall }),
          }),
        (state) => ({ outcome: state?.status ?? 'none' }),
      ),
    );
  }

  #signal(request: CallRequest): AbortSignal {
    const own = this.#stopping.signal;
    return request.signal === undefined ? own : AbortSignal.any([own, request.signal]);
  }
}
