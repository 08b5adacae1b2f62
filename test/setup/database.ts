/** A database of its own for every test file (or test): copied from the migrated template in some 50 ms. */
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { KeyRing } from '../../datasources/secrets/key-ring.ts';
import { createIdSource } from '../../datasources/store/ids.ts';
import { type OpenedStore, openStore } from '../../datasources/store/open.ts';
import type { IdSource } from '../../domain/identity.ts';
import {
  embeddedServer,
  type ServerAddress,
  superuserQuery,
  type TestServer,
  template,
  testKeyRing,
  testZoneDataVersion,
} from './database-servers.ts';

export { testKeyRing } from './database-servers.ts';

export interface FreshStore {
  readonly store: OpenedStore;
  /** The new database, as the plain login role: to open a second store on it, or a pool of one's own. */
  readonly address: ServerAddress;
  readonly server: TestServer;
  /** One statement as superuser, whom row-level security does not bind. */
  superuser<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /**
   * Waits until no transaction of another database runs that began before the change log's last. Snapshots name them all:
   * a cursor that is taken while another suite writes lies further back than the log's end, and is another soon after.
   */
  logAtRest(): Promise<void>;
  /** Closes the store and drops its database. */
  drop(): Promise<void>;
}

export interface FreshStoreOptions {
  readonly server?: TestServer;
  readonly maximumConnections?: number;
  readonly keyRing?: KeyRing;
  readonly ids?: IdSource;
}

/** A new, migrated, empty database's name. It has the template's installation row and nothing else. */
export async function freshDatabase(server: TestServer = embeddedServer()): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  for (let attempt = 1; ; attempt++) {
    try {
      await superuserQuery(
        server,
        'postgres',
        `create database ${name} template ${template} owner ${server.login.user} strategy wal_log`,
      );
      return name;
    } catch (error) {
      // 55006: another copy of the template is just being made, or autovacuum looks at it.
      if ((error as { code?: string }).code !== '55006' || attempt === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** A store on a new database. Call `drop` in afterAll. */
export async function freshStore(options: FreshStoreOptions = {}): Promise<FreshStore> {
  const server = options.server ?? embeddedServer();
  const database = await freshDatabase(server);
  const address: ServerAddress = { ...server.login, database };
  const store = await openStore({
    database: address,
    ids: options.ids ?? createIdSource(),
    keyRing: options.keyRing ?? testKeyRing,
    zoneDataVersion: testZoneDataVersion,
    maximumConnections: options.maximumConnections ?? 4,
  });
  return {
    store,
    address,
    server,
    superuser: (sql, values) => superuserQuery(server, database, sql, values),
    async logAtRest() {
      const running = `select x from installation, pg_snapshot_xip(pg_current_snapshot()) x
        where x <= greatest(change_log_last_xid(), pruned_xid) and not exists (
          select from pg_stat_activity where datname = current_database() and backend_type = 'client backend' and backend_xid::text = x::text)`;
      while ((await superuserQuery(server, database, running)).length > 0) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async drop() {
      await store.close();
      await superuserQuery(server, 'postgres', `drop database if exists ${database} with (force)`);
    },
  };
}
