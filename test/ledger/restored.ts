/** A backup that is taken while everybody writes, and restored over what came after it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { meridian } from '../cli/meridian.ts';
import type { Cluster } from './cluster.ts';
import { type NumberOf, readCommitted, readWritten, writtenIn } from './committed.ts';
import type { Database } from './database.ts';
import type { Writers } from './writers.ts';

export interface Backup {
  readonly file: string;
  /** Acknowledged before it began: it has to hold them. */
  readonly acknowledged: ReadonlySet<string>;
}

async function command(cluster: Cluster, ...parameters: string[]): Promise<void> {
  const { code, stderr } = await meridian(parameters, cluster.environment);
  if (code !== 0) throw new Error(`meridian ${parameters[0]} ended with ${code}: ${stderr}`);
}

export async function takeBackup(cluster: Cluster, writers: Writers, folder: string): Promise<Backup> {
  mkdirSync(cluster.environment['DATA_DIR'] ?? '', { recursive: true, mode: 0o700 });
  const file = join(folder, 'backup');
  const acknowledged = new Set(writers.acknowledged);
  await command(cluster, 'export', file);
  return { file, acknowledged };
}

/**
 * Nobody may work on the database meanwhile. Afterwards the ledger's own table says what the restored database has.
 * @returns one sentence for each thing that a backup of one instant could not have
 */
export async function restore(
  cluster: Cluster,
  database: Database,
  backup: Backup,
  numberOf: NumberOf,
): Promise<readonly string[]> {
  await command(cluster, 'restore', backup.file, '--replace', '--yes');
  const wrong: string[] = [];
  const written = await readWritten(database);
  const restored = writtenIn(await readCommitted(database, numberOf));
  for (const [account, subjects] of restored) {
    const theirs = written.get(account) ?? [];
    const other = subjects.findIndex((subject, place) => subject !== theirs[place]);
    if (other >= 0) wrong.push(`the backup of ${account} leaves its order at ${other} of ${subjects.length}`);
  }
  const has = new Set([...restored.values()].flat());
  const missing = [...backup.acknowledged].filter((subject) => !has.has(subject));
  if (missing.length > 0) wrong.push(`${missing.length} acknowledged before the backup began are not in it`);
  if (has.size >= [...written.values()].flat().length) wrong.push('the backup lacks nothing: it proves nothing');
  await database.query(
    'delete from ledger.written w where not exists (select from public.change_log c where c.subject_id = w.subject)',
  );
  return wrong;
}
