/** Applications and their secrets, as the operator and the OAuth server see them. */
import { type SqlBool, sql } from 'kysely';
import type { Tx } from './store.ts';

export interface RegisteredApplication {
  readonly id: string;
  readonly unitId: string;
  readonly unitName: string;
  readonly name: string;
  readonly clientId: string;
  readonly mode: 'DEVELOPMENT' | 'PRODUCTION';
  readonly redirectUris: readonly string[];
  readonly implicitLinking: boolean;
  readonly rotateRefreshTokens: boolean;
  /** Milliseconds since the epoch; null before the first verification. */
  readonly verifiedAt: number | null;
  readonly createdAt: number;
}

/** Client ids that are given out: other texts are not even looked for (a NUL cannot be). */
export const clientIdShape = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

const applications = (tx: Tx) =>
  tx
    .selectFrom('application')
    .innerJoin('organizational_unit', 'organizational_unit.id', 'application.unit_id')
    .selectAll('application')
    .select('organizational_unit.name as unit_name');

type Row = Awaited<ReturnType<ReturnType<typeof applications>['executeTakeFirstOrThrow']>>;

function registered(row: Row): RegisteredApplication {
  return {
    id: row.id,
    unitId: row.unit_id,
    unitName: row.unit_name,
    name: row.name,
    clientId: row.client_id,
    mode: row.mode,
    redirectUris: row.redirect_uris,
    implicitLinking: row.implicit_linking,
    rotateRefreshTokens: row.rotate_refresh_tokens,
    verifiedAt: row.verified_at?.getTime() ?? null,
    createdAt: row.created_at.getTime(),
  };
}

export async function findApplicationByClientId(tx: Tx, clientId: string): Promise<RegisteredApplication | null> {
  if (!clientIdShape.test(clientId)) return null;
  const row = await applications(tx).where('application.client_id', '=', clientId).executeTakeFirst();
  return row === undefined ? null : registered(row);
}

/** The same, and nobody else changes it until the transaction ends. */
export async function lockApplication(
  tx: Tx,
  by: { readonly id: string } | { readonly clientId: string },
): Promise<RegisteredApplication | null> {
  if ('clientId' in by && !clientIdShape.test(by.clientId)) return null;
  const column = 'id' in by ? 'application.id' : 'application.client_id';
  const row = await applications(tx)
    .where(column, '=', 'id' in by ? by.id : by.clientId)
    .forUpdate('application')
    .executeTakeFirst();
  return row === undefined ? null : registered(row);
}

/** All of them, oldest first. */
export async function listApplications(tx: Tx): Promise<readonly RegisteredApplication[]> {
  const rows = await applications(tx).orderBy('application.id').execute();
  return rows.map(registered);
}

/** Client id → application: whose managed events are recognised at a provider. */
export async function applicationIdsByClientId(tx: Tx): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.selectFrom('application').select(['id', 'client_id']).execute();
  return new Map(rows.map((row) => [row.client_id, row.id]));
}

/** The units among `ids` that the tenant may see: its own application's. */
export async function findUnits(
  tx: Tx,
  ids: readonly string[],
): Promise<{ readonly id: string; readonly name: string }[]> {
  return tx
    .selectFrom('organizational_unit')
    .select(['id', 'name'])
    .where('id', '=', sql<string>`any(${sql.val([...ids])}::text[])`)
    .execute();
}

/** A unit by its id, or by a name that one unit alone has. */
export async function findUnit(tx: Tx, idOrName: string): Promise<{ readonly id: string } | 'several' | null> {
  const rows = await tx
    .selectFrom('organizational_unit')
    .select('id')
    .where((eb) => eb.or([eb('id', '=', idOrName), eb('name', '=', idOrName)]))
    .limit(2)
    .execute();
  return rows.length > 1 ? 'several' : (rows[0] ?? null);
}

export async function insertUnit(tx: Tx, unit: { readonly id: string; readonly name: string }): Promise<void> {
  await tx.insertInto('organizational_unit').values(unit).execute();
}

export interface NewApplication {
  readonly id: string;
  readonly unitId: string;
  readonly name: string;
  readonly clientId: string;
  readonly implicitLinking: boolean;
  readonly rotateRefreshTokens: boolean;
}

/** @returns whether the client id was free */
export async function insertApplication(tx: Tx, application: NewApplication): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('application')
    .values({
      id: application.id,
      unit_id: application.unitId,
      name: application.name,
      client_id: application.clientId,
      mode: 'DEVELOPMENT',
      implicit_linking: application.implicitLinking,
      rotate_refresh_tokens: application.rotateRefreshTokens,
    })
    .onConflict((conflict) => conflict.column('client_id').doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Limits of its own, for so many seconds or for good. @returns until when */
export async function changeLimits(
  tx: Tx,
  id: string,
  limits: { readonly perSecond: number | null; readonly perMinute: number | null; readonly forSeconds: number | null },
): Promise<Date | null> {
  const seconds = limits.forSeconds;
  const row = await tx
    .updateTable('application')
    .set({
      per_second: limits.perSecond,
      per_minute: limits.perMinute,
      limit_until:
        seconds === null ? null : sql<Date>`date_trunc('milliseconds', now()) + make_interval(secs => ${seconds})`,
    })
    .where('id', '=', id)
    .returning('limit_until')
    .executeTakeFirstOrThrow();
  return row.limit_until;
}

/** Moves it to PRODUCTION with these addresses, which are all that it has now. */
export async function verify(tx: Tx, id: string, redirectUris: readonly string[]): Promise<void> {
  await tx
    .updateTable('application')
    .set({
      mode: 'PRODUCTION',
      redirect_uris: [...redirectUris],
      verified_at: sql<Date>`coalesce(verified_at, now())`,
    })
    .where('id', '=', id)
    .execute();
}

export interface ApplicationSettings {
  readonly name?: string;
  readonly implicitLinking?: boolean;
  readonly rotateRefreshTokens?: boolean;
}

export async function changeSettings(tx: Tx, id: string, settings: ApplicationSettings): Promise<void> {
  const { name, implicitLinking, rotateRefreshTokens } = settings;
  const changes = {
    ...(name === undefined ? {} : { name }),
    ...(implicitLinking === undefined ? {} : { implicit_linking: implicitLinking }),
    ...(rotateRefreshTokens === undefined ? {} : { rotate_refresh_tokens: rotateRefreshTokens }),
  };
  if (Object.keys(changes).length > 0) await tx.updateTable('application').set(changes).where('id', '=', id).execute();
}

export interface NewSecret {
  readonly id: string;
  readonly applicationId: string;
  readonly hash: Buffer;
  readonly label: string | null;
  readonly scopes: readonly string[];
}

export async function insertSecret(tx: Tx, secret: NewSecret): Promise<void> {
  await tx
    .insertInto('credential')
    .values({
      id: secret.id,
      application_id: secret.applicationId,
      kind: 'API_KEY',
      token_hash: secret.hash,
      label: secret.label,
      scopes: [...secret.scopes],
    })
    .execute();
}

const isActive = sql<SqlBool>`revoked_at is null and (expires_at is null or expires_at > now())`;

/** Ends every active secret but one in so many seconds, or when it would have ended anyway. @returns how many */
export async function endOtherSecrets(tx: Tx, applicationId: string, keptId: string, seconds: number): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('credential')
    .set({ expires_at: sql<Date>`least(expires_at, now() + make_interval(secs => ${seconds}))` })
    .where('application_id', '=', applicationId)
    .where('kind', '=', 'API_KEY')
    .where('id', '!=', keptId)
    .where(isActive)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** Whether this is one of the application's secrets that are good now. */
export async function isSecretOf(tx: Tx, applicationId: string, hash: Buffer): Promise<boolean> {
  const row = await tx
    .selectFrom('credential')
    .select('id')
    .where('token_hash', '=', hash)
    .where('application_id', '=', applicationId)
    .where('kind', '=', 'API_KEY')
    .where(isActive)
    .executeTakeFirst();
  return row !== undefined;
}

/** How many secrets each application has that are good now. */
export async function countSecrets(tx: Tx): Promise<ReadonlyMap<string, number>> {
  const rows = await tx
    .selectFrom('credential')
    .select(['application_id', sql<string>`count(*)`.as('count')])
    .where('kind', '=', 'API_KEY')
    .where(isActive)
    .groupBy('application_id')
    .execute();
  return new Map(rows.map((row) => [row.application_id, Number(row.count)]));
}
