/** One look at the log on behalf of every reader of a node, so that none of them looks while nothing is there for it. */
import { type RawBuilder, sql } from 'kysely';
import type { ChangeKind } from '../change-log.ts';
import type { Tx } from '../store.ts';
import { runPrepared } from '../transactions.ts';
import { type LogPosition, present } from './read.ts';
import { parseSnapshot, type Snapshot } from './snapshot.ts';
import { unseenBy } from './window.ts';

/** Who has something new to read. */
export interface LogNews {
  readonly position: LogPosition;
  /** What was seen of holds: up to the last of them, which may be later than the log's last transaction. */
  readonly holds: Snapshot;
  /** Null: too many to name, or the epoch changed; everybody should look. */
  readonly readers: readonly { readonly applicationId: string; readonly accountId: string }[] | null;
  /** Of which applications the access may have changed; null with `readers`. */
  readonly accessChanged: ReadonlySet<string> | null;
  /** The accounts of which time was held since, or is held no more, by whichever application; null with `readers`. */
  readonly heldOf: ReadonlySet<string> | null;
}

/**
 * The kinds of change that tell of a write by which an application may see more, or less, of the log than before. Every such
 * write tells one of these in its own transaction: what is remembered of the log is forgotten when one is seen.
 */
export const accessKinds: readonly ChangeKind[] = [
  'ACCOUNT_AUTHORIZED',
  'AUTHORIZATION_REVOKED',
  'ERASURE_REQUESTED',
  'PROFILE_LINKED',
  'PROFILE_REVOKED',
];

export function tellsOfAccess(): RawBuilder<unknown> {
  return sql`c.kind = any(${accessKinds}::text[])`;
}

/** More pairs than this are not named. */
const namedReaders = 1_000;

/**
 * One look for every reader of a node: which application may have something to read of which account since `since`.
 * Names a reader too many rather than one too few; what it may see is decided when it reads. Runs as the worker.
 */
export async function newsSince(tx: Tx, since: LogPosition, holds = since.old): Promise<LogNews> {
  const rows = await runPrepared(
    tx,
    sql<{
      epoch: number;
      current: string;
      holds: string;
      application_id: string | null;
      account_id: string | null;
      access: boolean;
      held: boolean;
    }>`
    with ${present}, held as materialized (
      select change_log_snapshot(pg_current_snapshot(), least(pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
        greatest(pg_snapshot_xmax(present.snapshot)::text::bigint, (select max(xid)::text::bigint + 1 from hold_slot)))) as snapshot
      from present)
    select present.epoch, present.snapshot::text as current, held.snapshot::text as holds, c.application_id, c.account_id, c.access, c.held
    from present cross join held left join lateral (
      (select coalesce(c.audience, g.application_id) as application_id, c.account_id, bool_or(${tellsOfAccess()}) as access,
        bool_or(c.kind = 'HOLD_ENDED') as held
      from change_log c
      left join authorization_grant g on g.account_id = c.account_id and g.status = 'ACTIVE' and c.audience is null
      where ${unseenBy(since.old)} and coalesce(c.audience, g.application_id) is not null
      group by 1, 2
      limit ${namedReaders + 1})
      union all
      (select distinct null::text, c.account_id, false, true from hold_slot c where ${unseenBy(holds)} limit ${namedReaders + 1})
    ) c on true`,
  );
  const head = rows[0];
  if (head === undefined) throw new Error('the installation row is missing');
  const readers = rows.flatMap(({ application_id: applicationId, account_id: accountId, access }) =>
    applicationId === null || accountId === null ? [] : [{ applicationId, accountId, access }],
  );
  const position = { epoch: head.epoch, old: parseSnapshot(head.current), window: null };
  const seen = parseSnapshot(head.holds);
  if (head.epoch !== since.epoch || rows.length > namedReaders) {
    return { position, holds: seen, readers: null, accessChanged: null, heldOf: null };
  }
  const accessChanged = new Set(readers.flatMap(({ applicationId, access }) => (access ? [applicationId] : [])));
  const heldOf = new Set(rows.flatMap(({ account_id, held }) => (held && account_id !== null ? [account_id] : [])));
  return { position, holds: seen, readers, accessChanged, heldOf };
}
