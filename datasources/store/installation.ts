/** The one row that says what this installation is: its name, its epoch, its canary, its zone data. */
import type pg from 'pg';
import { type KeyRing, SealBroken } from '../secrets/key-ring.ts';
import { StartFailure } from './start-failure.ts';

export interface Installation {
  /** What managed uids end with: `…@<instanceName>`. */
  readonly instanceName: string;
  /** Raised by a restore: cursors of an earlier epoch answer RESYNC_REQUIRED. */
  readonly epoch: number;
  /** The newest zone data that ever worked on this store (`2026a`); a node with older data must not serve. */
  readonly zoneDataVersion: string;
}

const canaryIdentity = 'installation:1:canary';
const canaryText = 'meridian';

interface Row {
  instance_name: string;
  epoch: number;
  canary: string;
  tzdata_version: string;
}

/**
 * Opens the canary with the key ring, before anything else of the store is touched.
 * @returns null where there is no installation yet. @throws StartFailure for a wrong or missing key.
 */
export async function checkInstallation(client: pg.ClientBase, keyRing: KeyRing): Promise<Installation | null> {
  const { rows: tables } = await client.query<{ there: boolean }>(
    `select to_regclass('public.installation') is not null as there`,
  );
  if (tables[0]?.there !== true) return null;
  const { rows } = await client.query<Row>('select instance_name, epoch, canary, tzdata_version from installation');
  const row = rows[0];
  if (row === undefined) return null;
  openCanary(keyRing, row.canary);
  if (keyRing.needsResealing(row.canary)) {
    await client.query('update installation set canary = $1', [keyRing.seal(canaryText, canaryIdentity)]);
  }
  return { instanceName: row.instance_name, epoch: row.epoch, zoneDataVersion: row.tzdata_version };
}

/** Whether the key ring is the one that a canary was sealed under. @throws StartFailure for a wrong or missing key */
export function openCanary(keyRing: KeyRing, canary: string): void {
  try {
    if (keyRing.open(canary, canaryIdentity) !== canaryText) throw new SealBroken('the canary says something else');
  } catch (cause) {
    if (!(cause instanceof SealBroken)) throw cause;
    throw new StartFailure(
      `the encryption keys are not those of this database (${cause.message}): put the key that sealed it into MERIDIAN_ENCRYPTION_KEYS, or its key file back into DATA_DIR`,
      { cause },
    );
  }
}

/** Makes the row at the first start. The caller holds the lock that keeps other nodes out. */
export async function createInstallation(
  client: pg.ClientBase,
  keyRing: KeyRing,
  instanceName: string,
  zoneDataVersion: string,
): Promise<Installation> {
  const { rows } = await client.query<{ epoch: number }>(
    `insert into installation (id, instance_name, canary, tzdata_version) values (1, $1, $2, $3) returning epoch`,
    [instanceName, keyRing.seal(canaryText, canaryIdentity), zoneDataVersion],
  );
  return { instanceName, epoch: rows[0]?.epoch ?? 1, zoneDataVersion };
}

/** Records newer zone data; older changes nothing, because the version only rises. @returns the version in force. */
export async function raiseZoneDataVersion(client: pg.ClientBase | pg.Pool, version: string): Promise<string> {
  const { rows } = await client.query<{ tzdata_version: string }>(
    `update installation set tzdata_version = greatest(tzdata_version collate "C", $1 collate "C") returning tzdata_version`,
    [version],
  );
  return rows[0]?.tzdata_version ?? version;
}
