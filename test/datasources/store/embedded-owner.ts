/**
 * A process of its own that owns an embedded database, for tests that kill it: starts on the folder given, writes rows as
 * fast as they are acknowledged, and says on its standard output what happened, one JSON object a line.
 */
import pg from 'pg';
import { startEmbedded } from '../../../datasources/store/embedded/start.ts';

const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);

const [dataDir = '', mode = 'idle'] = process.argv.slice(2);
try {
  const embedded = await startEmbedded({
    dataDir,
    fsync: false,
    onLost(reason) {
      say({ lost: reason.message });
      process.exit(3);
    },
  });
  say({ started: embedded.pid(), adopted: embedded.adopted });
  process.on('SIGTERM', () => {
    embedded.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
  if (mode === 'write') await write(embedded.connection);
} catch (error) {
  say({ failed: error instanceof Error ? error.message : String(error) });
  process.exit(3);
}

async function write(connection: pg.ClientConfig): Promise<never> {
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  await client.query('create table if not exists written (n integer primary key)');
  // A session in the middle of a statement does not notice that its postmaster died: it is what an orphan is.
  const busy = new pg.Client(connection);
  busy.on('error', () => undefined);
  await busy.connect();
  busy
    .query(
      "do $$ declare until timestamptz := clock_timestamp() + '60 s'; begin while clock_timestamp() < until loop end loop; end $$",
    )
    .catch(() => undefined);
  for (let n = 1; ; n++) {
    await client.query('insert into written values ($1)', [n]);
    say({ acknowledged: n });
  }
}
