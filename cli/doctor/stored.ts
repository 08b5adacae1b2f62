/** What the database holds that somebody should look at: keys that are left over, applications that nobody can use. */
import type pg from 'pg';
import { countByKey } from '../../datasources/store/sealed-columns.ts';
import { plain } from '../terminal.ts';
import { type Finding, ok, warn } from './check.ts';

/** @param keyIds of the ring, the one that seals first */
export async function checkSpareKeys(client: pg.Client, keyIds: readonly string[]): Promise<Finding> {
  const sealed = await asWorker(client, () =>
    countByKey(async (text) => (await client.query<{ key: string; count: string }>(text)).rows),
  );
  const spare = keyIds.slice(1).filter((id) => (sealed.get(id) ?? 0) === 0);
  if (spare.length === 0) return ok('spare-keys', 'every key seals something');
  return warn(
    'spare-keys',
    `${spare.join(', ')} ${spare.length === 1 ? 'seals' : 'seal'} nothing any more`,
    '`meridian keys retire` takes a key away, and says what would be lost with it',
  );
}

/** Nobody could be sent back to such an application. */
export async function checkApplications(client: pg.Client): Promise<readonly Finding[]> {
  const { rows } = await asWorker(client, () =>
    client.query<{ client_id: string; name: string; lacking: boolean }>(
      `select client_id, name, redirect_uris = '{}' as lacking from application where mode = 'PRODUCTION' order by id`,
    ),
  );
  const lacking = rows.filter((row) => row.lacking);
  if (lacking.length === 0) {
    return [ok('applications', `${rows.length} in PRODUCTION, each with redirect URIs`)];
  }
  return lacking.map(({ client_id: clientId, name }) =>
    warn(
      'applications',
      `${plain(name, 60)} (${plain(clientId, 60)}) is in PRODUCTION without a redirect URI`,
      `meridian app verify ${plain(clientId, 60)} <redirectUri>`,
    ),
  );
}

async function asWorker<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin read only; set local role meridian_worker');
  try {
    return await work();
  } finally {
    await client.query('rollback');
  }
}
