/** `meridian keys`: the encryption keys of an installation, replaced while its service runs. */
import type { Command } from 'commander';
import { sql } from 'kysely';
import { addKeyToFile, keyFileOf, removeKeyFromFile } from '../../datasources/secrets/key-file.ts';
import { type AuditAction, audit } from '../../datasources/store/audit.ts';
import { countByKey } from '../../datasources/store/sealed-columns.ts';
import { CommandFailure, exitCodes } from '../failure.ts';
import type { Settings } from '../house.ts';
import type { CommonOptions, Surroundings } from '../program.ts';
import { keyRingOf, withExistingStore } from '../store.ts';
import { plain, type Terminal } from '../terminal.ts';

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
        const found = keyRingOf(settings).keyIds.map((id, index) => ({
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
        const settings = ownFile(house.settings());
        const { dataDir } = settings;
        const id = addKeyToFile(dataDir);
        await log(settings, terminal, 'keys.rotated', id);
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
        await log(settings, terminal, 'keys.retired', id);
        terminal.result({ id }, `${id} is gone from ${keyFileOf(settings.dataDir)}.`);
        return exitCodes.ok;
      }),
    );
}

/** What the environment says, only whoever sets it can change. */
function ownFile(settings: Settings): Settings {
  if (settings.encryptionKeys === null) return settings;
  throw new CommandFailure('usage', 'ENVIRONMENT', 'the keys are in MERIDIAN_ENCRYPTION_KEYS: change them there', {
    fix: 'put the new key at the end and restart every node, then move it to the front and restart them again',
  });
}

async function holdings(settings: Settings): Promise<Holdings> {
  const found = await withExistingStore(settings, (store) =>
    store.asWorker(async (tx) => {
      const sealed = await countByKey(
        async (text) => (await sql.raw<{ key: string; count: string }>(text).execute(tx)).rows,
      );
      const { rows } = await sql<{ count: string }>`select count(*) as count
        from managed_event m join event e on e.id = m.event_id where e.deleted_at is null and e.remote_id is not null`.execute(
        tx,
      );
      return { sealed, marked: Number(rows[0]?.count ?? 0) };
    }),
  );
  return found ?? { sealed: new Map(), marked: 0 };
}

/** The file is changed by now: that the log cannot be reached is said, and changes nothing about it. */
async function log(settings: Settings, terminal: Terminal, action: AuditAction, keyId: string): Promise<void> {
  try {
    await withExistingStore(settings, (store) =>
      store.asWorker((tx) => audit(tx, { action, actor: 'operator', subjectId: keyId })),
    );
  } catch (error) {
    terminal.say(`The audit log does not have it: ${plain(error instanceof Error ? error.message : String(error))}`);
  }
}
