/** `meridian keys`: the encryption keys of an installation, replaced while its service runs. */
import type { Command } from 'commander';
import pg from 'pg';
import { addKeyToFile, keyFileOf, removeKeyFromFile } from '../../datasources/secrets/key-file.ts';
import { keyRingFromEnvironment, keyRingFromFile } from '../../datasources/secrets/key-source.ts';
import { openToRead } from '../../datasources/store/export/source.ts';
import { countByKey } from '../../datasources/store/sealed-columns.ts';
import { CommandFailure, exitCodes } from '../failure.ts';
import type { Settings } from '../house.ts';
import type { CommonOptions, Surroundings } from '../program.ts';

interface RetireOptions extends CommonOptions {
  readonly evenSo?: boolean;
}

interface Holdings {
  /** Key id → rows. */
  readonly sealed: ReadonlyMap<string, number>;
  /** Managed events at providers: what marks them there may be sealed under any key. */
  readonly marked: number;
}

export function addKeys(program: Command, { house, common, run }: Surroundings): void {
  const keys = program.command('keys').description('list, rotate and retire the encryption keys');

  common(keys.command('list'))
    .description('every key, and how many secrets it seals')
    .action((options: CommonOptions) =>
      run(options, async (terminal) => {
        const settings = house.settings();
        const { sealed } = await holdings(settings);
        const found = ringOf(settings).keyIds.map((id, index) => ({
          id,
          seals: index === 0,
          secrets: sealed.get(id) ?? 0,
        }));
        const lines = found.map(({ id, seals, secrets }) => `${id}${seals ? ' (seals)' : ''}: ${secrets} secrets`);
        terminal.result({ keys: found }, lines.join('\n'));
        return exitCodes.ok;
      }),
    );

  common(keys.command('rotate'))
    .description('a new key in DATA_DIR that seals from now on; a running service takes it within seconds')
    .action((options: CommonOptions) =>
      run(options, async (terminal) => {
        const { dataDir } = ownFile(house.settings());
        const id = addKeyToFile(dataDir);
        terminal.result(
          { id, file: keyFileOf(dataDir) },
          `${id} seals from now on. The service seals anew what older keys sealed; then \`meridian keys retire\` may take them away.`,
        );
        return exitCodes.ok;
      }),
    );

  common(keys.command('retire'))
    .description('takes a key away that seals nothing any more; a running service forgets it with its next start')
    .argument('<id>', 'the key, as `meridian keys list` shows it')
    .option('--even-so', 'although marks of events at providers may be sealed under it')
    .action((id: string, options: RetireOptions) =>
      run(options, async (terminal) => {
        const settings = ownFile(house.settings());
        const { sealed, marked } = await holdings(settings);
        const count = sealed.get(id) ?? 0;
        if (count > 0) {
          throw new CommandFailure('failed', 'IN_USE', `${id} still seals ${count} secrets`, {
            fix: 'rotate, let the service run until `meridian keys list` shows none, and try again',
          });
        }
        if (marked > 0 && options.evenSo !== true) {
          const message = `${marked} managed events at providers may be marked under ${id}: without it a new database would not recognise them`;
          throw new CommandFailure('failed', 'MARKS', message, { fix: 'keep the key, or add --even-so' });
        }
        removeKeyFromFile(settings.dataDir, id);
        terminal.result({ id }, `${id} is gone from ${keyFileOf(settings.dataDir)}.`);
        return exitCodes.ok;
      }),
    );
}

function ringOf({ encryptionKeys, dataDir }: Settings) {
  return encryptionKeys === null ? keyRingFromFile(dataDir) : keyRingFromEnvironment(encryptionKeys);
}

/** What the environment says, only whoever sets it can change. */
function ownFile(settings: Settings): Settings {
  if (settings.encryptionKeys === null) return settings;
  throw new CommandFailure('usage', 'ENVIRONMENT', 'the keys are in MERIDIAN_ENCRYPTION_KEYS: change them there', {
    fix: 'put the new key at the end and restart every node, then move it to the front and restart them again',
  });
}

async function holdings(settings: Settings): Promise<Holdings> {
  const database = await openToRead(settings);
  if (database === null) return { sealed: new Map(), marked: 0 };
  const { address } = database;
  const client = new pg.Client(typeof address === 'string' ? { connectionString: address } : { ...address });
  try {
    await client.connect();
    await client.query('begin read only; set local role meridian_worker');
    const sealed = await countByKey(async (text) => (await client.query<{ key: string; count: string }>(text)).rows);
    const { rows } = await client.query<{ count: string }>(
      `select count(*) as count from managed_event m join event e on e.id = m.event_id where e.deleted_at is null and e.remote_id is not null`,
    );
    return { sealed, marked: Number(rows[0]?.count ?? 0) };
  } finally {
    await client.end();
    await database.close();
  }
}
