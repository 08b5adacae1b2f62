/** Signals over a connection to the database that is gone without a word. */
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import pg from 'pg';
import { createPostgresNotifications } from '../../subscriptions/notifications.ts';
import type { Notifications } from '../../subscriptions/wake-up.ts';
import { startProxy, type TcpProxy } from '../ledger/proxy.ts';
import { embeddedServer } from '../setup/database-servers.ts';

describe('a node whose connection is half open', () => {
  let proxy: TcpProxy;
  let through: Notifications;
  let direct: Notifications;
  let [heardThrough, heardDirect] = [0, 0];
  beforeAll(async () => {
    const { superuser } = embeddedServer();
    proxy = await startProxy(() => `${superuser.host}/.s.PGSQL.${superuser.port}`);
    const on = (way: { readonly host: string; readonly port: number }) =>
      createPostgresNotifications({
        connect: async () => {
          const client = new pg.Client({ ...superuser, ...way, query_timeout: 300 });
          await client.connect();
          return client;
        },
        reconnectMilliseconds: 20,
      });
    through = on({ host: '127.0.0.1', port: proxy.port });
    direct = on(superuser);
    through.listen(() => heardThrough++);
    direct.listen(() => heardDirect++);
    await until(() => heardThrough > 0 && heardDirect > 0);
  });
  afterAll(async () => {
    await Promise.all([through.close(), direct.close()]);
    await proxy.close();
  });

  test('makes another when its NOTIFY is not answered: what it said is said, and it hears again', async () => {
    // Both listen once each hears the other.
    await until(() => {
      through.notify();
      direct.notify();
      return heardThrough > 1 && heardDirect > 1;
    });
    proxy.freeze();
    await new Promise((resolve) => setTimeout(resolve, 100));
    [heardThrough, heardDirect] = [0, 0];
    through.notify();
    await until(() => heardDirect === 1);
    // It looks itself when it has a connection again: what was said meanwhile is unknown.
    await until(() => heardThrough === 1);
    direct.notify();
    await until(() => heardThrough === 2);
  });
});

async function until(condition: () => boolean): Promise<void> {
  for (const end = performance.now() + 10_000; !condition(); ) {
    if (performance.now() > end) throw new Error(`not within 10 s: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
