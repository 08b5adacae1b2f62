/** The database: reachable, recent, migrated, opened by the keys, and of the same time of day. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { createKeyRing, type KeyRing } from '../../datasources/secrets/key-ring.ts';
import { parseKeys } from '../../datasources/secrets/key-source.ts';
import { clientConfig } from '../../datasources/store/connection.ts';
import { embeddedExists, openToRead } from '../../datasources/store/export/source.ts';
import { migrationsOf } from '../../datasources/store/export/tables.ts';
import { openCanary } from '../../datasources/store/installation.ts';
import { schemaState } from '../../datasources/store/migrate.ts';
import { checkLogin } from '../../datasources/store/roles.ts';
import type { Settings } from '../house.ts';
import { attempt, type Finding, fail, ok, reasonOf, warn } from './check.ts';
import { checkApplications, checkSpareKeys } from './stored.ts';

/** Leases, expiry and retention go by the database's clock; tokens and polls also look at ours. */
const skewWarnSeconds = 2;
const skewFailSeconds = 60;

export async function checkDatabase(settings: Settings): Promise<readonly Finding[]> {
  const { databaseUrl, dataDir } = settings;
  if (databaseUrl === null && !embeddedExists(dataDir)) {
    return [
      warn('database', `${dataDir} holds no database yet`, '`npm start` makes it'),
      ...keysWithoutDatabase(settings),
    ];
  }
  let database: Awaited<ReturnType<typeof openToRead>>;
  try {
    database = await openToRead(settings);
  } catch (error) {
    return [fail('database', reasonOf(error), 'the line above names the way out')];
  }
  if (database === null) return [fail('database', 'the database vanished', 'run the doctor again')];
  const client = new pg.Client({
    ...clientConfig(database.address),
    application_name: 'meridian doctor',
    query_timeout: 10_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const login = await checkLogin(client);
    const findings: Finding[] = [
      ok(
        'database',
        `PostgreSQL ${login.version}${databaseUrl === null ? ', embedded' : ' of DATABASE_URL'}, role ${login.name}`,
      ),
    ];
    findings.push(...(await attempt('clock', () => checkClock(client), 'set the clocks by NTP')));
    const fix = 'start the newer Meridian that migrated it, or restore an export made by this one';
    const migrations = await attempt('migrations', () => checkMigrations(client), fix);
    findings.push(...migrations);
    if ((await migrationsOf(client)) !== null) {
      findings.push(
        ...(await attempt(
          'encryption-keys',
          () => checkKeys(client, settings),
          'put the keys back: nothing else opens what is sealed',
        )),
      );
      if (migrations.every(({ status }) => status === 'ok')) findings.push(...(await checkStored(client, settings)));
      findings.push(...(await attempt('zone-data', () => checkZoneData(client), 'look at the table `installation`')));
    }
    return findings;
  } catch (error) {
    const fix =
      databaseUrl === null
        ? `look at ${join(dataDir, 'postgres.log')}`
        : 'check DATABASE_URL, that the server runs, and that this machine may reach it';
    return [fail('database', `the database cannot be used: ${reasonOf(error)}`, fix)];
  } finally {
    await client.end().catch(() => undefined);
    await database.close().catch(() => undefined);
  }
}

async function checkStored(client: pg.Client, settings: Settings): Promise<readonly Finding[]> {
  const fix = 'look at what the database logs';
  const keyIds = readKeys(settings)?.keyIds ?? [];
  return [
    ...(await attempt('spare-keys', () => checkSpareKeys(client, keyIds), fix)),
    ...(await attempt('applications', () => checkApplications(client), fix)),
  ];
}

async function checkClock(client: pg.Client): Promise<Finding> {
  const before = Date.now();
  const { rows } = await client.query<{ now: Date }>('select clock_timestamp() as now');
  const middle = (before + Date.now()) / 2;
  const skew = Math.abs((rows[0]?.now.getTime() ?? middle) - middle) / 1000;
  const detail = `this machine and the database are ${skew.toFixed(1)} s apart`;
  const fix = 'set the clocks of both by NTP';
  if (skew > skewFailSeconds) return fail('clock', detail, fix);
  return skew > skewWarnSeconds ? warn('clock', detail, fix) : ok('clock', detail);
}

async function checkMigrations(client: pg.Client): Promise<Finding> {
  const { pending, newer } = await schemaState(client);
  if (newer.length > 0) {
    return warn(
      'migrations',
      `a newer version brought the schema further (${newer.join(', ')}), and this one runs beside it`,
      'go on with the upgrade: put the newer version on every node',
    );
  }
  if (pending.length === 0) return ok('migrations', 'the schema is up to date');
  return warn(
    'migrations',
    `${pending.length} migrations are still to run: ${pending.join(', ')}`,
    'the next `npm start` runs them',
  );
}

async function checkKeys(client: pg.Client, settings: Settings): Promise<Finding> {
  const { rows } = await client.query<{ canary: string }>('select canary from public.installation');
  const canary = rows[0]?.canary;
  if (canary === undefined)
    return warn('encryption-keys', 'nothing was ever sealed in this database', '`npm start` completes it');
  const ring = readKeys(settings);
  if (ring === null) {
    return fail(
      'encryption-keys',
      `${keyFile(settings)} is missing`,
      'put it back from a copy, or set MERIDIAN_ENCRYPTION_KEYS to the keys it held',
    );
  }
  openCanary(ring, canary);
  if (ring.needsResealing(canary)) {
    return warn(
      'encryption-keys',
      'the keys open the database, but the newest has not sealed anything yet',
      'the next `npm start` uses it; keep the older key until then',
    );
  }
  return ok('encryption-keys', `the key ${ring.currentKeyId} opens what the database keeps sealed`);
}

function keysWithoutDatabase(settings: Settings): Finding[] {
  try {
    const ring = readKeys(settings);
    return ring === null ? [] : [ok('encryption-keys', `the key ${ring.currentKeyId} is there, nothing is sealed yet`)];
  } catch (error) {
    return [fail('encryption-keys', reasonOf(error), 'put the file back from a copy')];
  }
}

/** Null where there is no file; never makes one. */
function readKeys(settings: Settings): KeyRing | null {
  const { encryptionKeys } = settings;
  if (encryptionKeys !== null) return createKeyRing(parseKeys(encryptionKeys, 'MERIDIAN_ENCRYPTION_KEYS'));
  const file = keyFile(settings);
  return existsSync(file) ? createKeyRing(parseKeys(readFileSync(file, 'utf8'), file)) : null;
}

function keyFile({ dataDir }: Settings): string {
  return join(dataDir, 'encryption-keys');
}

/** Zone data only ever rises: an older node would show other times than the newer one that worked here before. */
async function checkZoneData(client: pg.Client): Promise<Finding> {
  const own = process.versions['tz'] ?? '';
  const { rows } = await client.query<{ version: string }>('select tzdata_version as version from public.installation');
  const stored = rows[0]?.version ?? '';
  if (own >= stored) return ok('zone-data', `this Node has ${own}, the database has seen up to ${stored}`);
  return fail(
    'zone-data',
    `this Node has ${own}, the database has seen ${stored}`,
    'use a Node with zone data at least as new',
  );
}
