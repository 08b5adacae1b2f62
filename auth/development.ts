/** The development application: what a newcomer's key belongs to. It exists in development mode only. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { hashToken } from '../datasources/secrets/tokens.ts';
import { StartFailure } from '../datasources/store/start-failure.ts';
import type { Store } from '../datasources/store/store.ts';
import { scopes } from '../domain/actor.ts';
import type { IdSource } from '../domain/identity.ts';

/** Its client id is the same in every installation and after every loss: managed events are bound to it. */
export const developmentClientId = 'development';

const developmentLock = 7_290_008;

export interface DevelopmentKey {
  readonly key: string;
  /** Where it was read from or written to; null when it was given. */
  readonly file: string | null;
}

/** The key of `DATA_DIR/api-key` (mode 0600), made once; or the one that was given. @throws StartFailure */
export function developmentKey(dataDir: string, given: string | null): DevelopmentKey {
  if (given !== null) return { key: given, file: null };
  const file = join(dataDir, 'api-key');
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, `mdk_${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flush: true });
    renameSync(unfinished, file);
  }
  const key = readFileSync(file, 'utf8').trim();
  if (!/^[\x21-\x7e]{32,512}$/.test(key)) {
    throw new StartFailure(
      `${file}: expected a key of 32 or more characters, got ${key.length}: delete the file to get a new one`,
    );
  }
  return { key, file };
}

/** Makes the application and its key known to the store; an earlier key of it ends. */
export async function ensureDevelopmentApplication(store: Store, ids: IdSource, key: string): Promise<string> {
  return store.asWorker(async (tx) => {
    // Of nodes that start at once on a new database one makes it, and the others find it.
    await sql`select pg_advisory_xact_lock(${developmentLock})`.execute(tx);
    let application = await tx
      .selectFrom('application')
      .select('id')
      .where('client_id', '=', developmentClientId)
      .executeTakeFirst();
    if (application === undefined) {
      const unitId = ids('org');
      application = { id: ids('app') };
      await tx.insertInto('organizational_unit').values({ id: unitId, name: 'Development' }).execute();
      await tx
        .insertInto('application')
        .values({
          id: application.id,
          unit_id: unitId,
          name: 'Development',
          client_id: developmentClientId,
          mode: 'DEVELOPMENT',
        })
        .execute();
    }
    const hash = hashToken(key);
    await tx
      .deleteFrom('credential')
      .where('application_id', '=', application.id)
      .where('kind', '=', 'API_KEY')
      .where('token_hash', '!=', hash)
      .execute();
    await tx
      .insertInto('credential')
      .values({
        id: ids('crd'),
        application_id: application.id,
        kind: 'API_KEY',
        token_hash: hash,
        scopes: [...scopes],
      })
      .onConflict((conflict) => conflict.column('token_hash').doNothing())
      .execute();
    return application.id;
  });
}

/** In production no key of it works. */
export async function endDevelopmentKeys(store: Store): Promise<void> {
  await store.asWorker(async (tx) => {
    await tx
      .deleteFrom('credential')
      .where('application_id', 'in', (eb) =>
        eb.selectFrom('application').select('id').where('client_id', '=', developmentClientId),
      )
      .execute();
  });
}
