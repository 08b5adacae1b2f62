/** The log of security events: append-only, each entry bound to the one before it by a digest. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Tx } from './store.ts';

export type AuditAction =
  | 'application.created'
  | 'application.verified'
  | 'application.changed'
  | 'application.limited'
  | 'member.added'
  | 'member.removed'
  | 'secret.rotated'
  | 'keys.rotated'
  | 'keys.retired'
  | 'authorization.granted'
  | 'authorization.revoked'
  | 'account.erased'
  | 'permission.granted'
  | 'profile.connected'
  | 'profile.disconnected'
  | 'profile.reconnected'
  | 'profile.revoked'
  | 'profile.unlinked'
  | 'element-token.created'
  | 'feed.on'
  | 'feed.rotated'
  | 'feed.off'
  | 'code.reused'
  | 'refresh.reused';

export interface AuditEntry {
  readonly action: AuditAction;
  /** Who did it: `operator` (the command line), `application:<client id>`, `user`, `service`. */
  readonly actor: string;
  readonly unitId?: string | null;
  readonly applicationId?: string | null;
  /** What it was done to: an account, a credential, a profile. */
  readonly subjectId?: string | null;
  /** Never a secret, a token or an address of a person. Whole numbers, texts, truth values and lists of these. */
  readonly detail?: AuditDetail;
}

export type AuditDetail = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/**
 * Appends to the log in the caller's transaction: what is rolled back was never logged, what is logged has happened. The last
 * thing of a transaction, after every other lock: one that waited for an account here would make all others wait.
 */
export type Audit = (tx: Tx, entry: AuditEntry) => Promise<void>;

/** One writer at a time, until its transaction ends: an entry knows the one before it. */
const auditLock = 7_290_004;
const beginning = Buffer.alloc(32);

interface Row {
  readonly id: string;
  /** To the microsecond, as the database wrote it. */
  readonly at: string;
  readonly unit_id: string | null;
  readonly application_id: string | null;
  readonly actor: string;
  readonly action: string;
  readonly subject_id: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly previous_digest: Buffer;
  readonly digest: Buffer;
}

const atText = sql<string>`to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

export const audit: Audit = async (tx, entry) => {
  await sql`select pg_advisory_xact_lock(${auditLock})`.execute(tx);
  const { rows } = await sql<{ at: string; id: string | null; digest: Buffer | null }>`
    select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, last.id, last.digest
    from (select 1) as one left join (select id, digest from audit_entry order by id desc limit 1) as last on true`.execute(
    tx,
  );
  const last = rows[0];
  if (last === undefined) throw new Error('expected one row of the audit log, got none');
  const row = {
    id: String(BigInt(last.id ?? '0') + 1n),
    at: last.at,
    unit_id: entry.unitId ?? null,
    application_id: entry.applicationId ?? null,
    actor: entry.actor,
    action: entry.action,
    subject_id: entry.subjectId ?? null,
    detail: entry.detail ?? {},
    previous_digest: last.digest ?? beginning,
  };
  await tx
    .insertInto('audit_entry')
    .values({ ...row, detail: JSON.stringify(row.detail), digest: digestOf(row) })
    .execute();
};

export interface LoggedEntry {
  readonly id: string;
  /** ISO 8601 in UTC, to the microsecond. */
  readonly at: string;
  readonly action: string;
  readonly actor: string;
  readonly unitId: string | null;
  readonly applicationId: string | null;
  readonly subjectId: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The last entries, oldest first; of one application where it is named. */
export async function lastEntries(
  tx: Tx,
  { last, applicationId }: { readonly last: number; readonly applicationId: string | null },
): Promise<readonly LoggedEntry[]> {
  const rows = await tx
    .selectFrom('audit_entry')
    .select(['id', atText.as('at'), 'action', 'actor', 'detail'])
    .select(['unit_id as unitId', 'application_id as applicationId', 'subject_id as subjectId'])
    .$if(applicationId !== null, (query) => query.where('application_id', '=', applicationId))
    .orderBy('id', 'desc')
    .limit(last)
    .execute();
  return rows.reverse();
}

export interface AuditVerdict {
  readonly entries: number;
  /** The first entry that does not follow from the one before it; null when all do. */
  readonly brokenAt: string | null;
}

/**
 * Recomputes the chain. What was changed, taken out of the middle or put in between shows; entries cut off at the end
 * show only to whoever kept a later digest.
 */
export async function verifyAudit(tx: Tx): Promise<AuditVerdict> {
  let entries = 0;
  let previous: Buffer = beginning;
  for (let after = '0'; ; ) {
    const rows: readonly Row[] = await tx
      .selectFrom('audit_entry')
      .select(['id', 'unit_id', 'application_id', 'actor', 'action', 'subject_id', 'detail'])
      .select(['previous_digest', 'digest', atText.as('at')])
      .where('id', '>', after)
      .orderBy('id')
      .limit(1_000)
      .execute();
    for (const row of rows) {
      const follows = row.id === String(entries + 1) && row.previous_digest.equals(previous);
      if (!follows || !digestOf(row).equals(row.digest)) return { entries, brokenAt: row.id };
      entries++;
      previous = row.digest;
    }
    const last = rows.at(-1);
    if (last === undefined) return { entries, brokenAt: null };
    after = last.id;
  }
}

/** SHA-256 over the entry as JSON, its fields in this order and those of `detail` by name. */
function digestOf(row: Omit<Row, 'digest'>): Buffer {
  const canonical = JSON.stringify([
    row.id,
    row.at,
    row.unit_id,
    row.application_id,
    row.actor,
    row.action,
    row.subject_id,
    Object.entries(row.detail).sort(([one], [other]) => (one < other ? -1 : 1)),
    row.previous_digest.toString('hex'),
  ]);
  return createHash('sha256').update(canonical, 'utf8').digest();
}
