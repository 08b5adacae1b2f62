/** Which rows of the change log a reader is told: what it asked for, and what of it is granted. */
import { type RawBuilder, sql } from 'kysely';
import type { ChangeKind } from '../change-log.ts';

/**
 * What says that access has ended. It is told to whoever had it, also where the application ended it itself: those who keep
 * copies are seldom those who revoke, and nothing else would ever tell them.
 */
export const endsAccess: ReadonlySet<ChangeKind> = new Set<ChangeKind>([
  'AUTHORIZATION_REVOKED',
  'ERASURE_REQUESTED',
  'PROFILE_REVOKED',
]);

/** Null: any. An empty list: none. Ids that the reader cannot see select nothing, as if they did not exist. */
export interface LogFilter {
  readonly accountIds: readonly string[] | null;
  readonly calendarIds: readonly string[] | null;
  readonly kinds: readonly ChangeKind[] | null;
  /** Which application is asking; null for the worker. */
  readonly applicationId: string | null;
  /** Speaks of events only: changes of anything else pass whatever it says. */
  readonly managed: 'EXCLUDE' | 'INCLUDE' | 'ONLY';
  /** Without them what ends access is told all the same. */
  readonly includeOwn: boolean;
  /** What a change's account must have granted for it to be told; null for the worker. */
  readonly granting: GrantNames | null;
}

/**
 * For each kind of change the names of which a grant must have one, composites among them. What has an audience is of its
 * application's own standing, and told whatever was granted.
 */
export interface GrantNames {
  readonly kinds: readonly { readonly kinds: readonly ChangeKind[]; readonly names: readonly string[] }[];
  /** Of all other kinds: what concerns events and when they are … */
  readonly events: readonly string[];
  /** … and the asking application's own. */
  readonly ownEvents: readonly string[];
}

/** Holds of a row of the log as `c` that passes the filter. */
export function matches(filter: LogFilter): RawBuilder<unknown> {
  const oneOf = (column: string, values: readonly string[] | null) =>
    values === null ? [] : [sql`${sql.ref(column)} = any(${values}::text[])`];
  const isManaged = sql`c.managed_by is not distinct from ${filter.applicationId}::text`;
  const conditions = [
    ...oneOf('c.account_id', filter.accountIds),
    ...oneOf('c.calendar_id', filter.calendarIds),
    ...oneOf('c.kind', filter.kinds),
    ...(filter.managed === 'INCLUDE'
      ? []
      : [sql`(not starts_with(c.kind, 'EVENT_') or ${filter.managed === 'ONLY' ? isManaged : sql`not ${isManaged}`})`]),
    ...(filter.granting === null ? [] : [isGranted(filter.granting, isManaged)]),
    ...(filter.includeOwn
      ? []
      : [sql`(c.made_by is distinct from ${filter.applicationId}::text or c.kind = any(${[...endsAccess]}::text[]))`]),
  ];
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}

/** By the grant as it is at this reading, like every access. Row-level security leaves the asking application's own grants only. */
export function isGranted(
  { kinds, events, ownEvents }: GrantNames,
  isManaged: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const texts = (values: readonly string[]) => sql`${[...values]}::text[]`;
  const cases = kinds.map((one) => sql`when c.kind = any(${texts(one.kinds)}) then ${texts(one.names)}`);
  return sql`(c.audience is not null or exists (
    select 1 from authorization_grant g where g.account_id = c.account_id
      and g.scopes && case ${sql.join(cases, sql` `)} when ${isManaged} then ${texts(ownEvents)} else ${texts(events)} end))`;
}
