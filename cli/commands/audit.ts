/** `meridian audit`: the log of security events, and whether it is still what was written. */
import type { Command } from 'commander';
import { findApplicationByClientId, listApplications } from '../../datasources/store/applications.ts';
import { lastEntries, verifyAudit } from '../../datasources/store/audit.ts';
import { CommandFailure, exitCodes } from '../failure.ts';
import { countOf, operate, unknownApplication } from '../operator.ts';
import type { CommonOptions, Surroundings } from '../program.ts';
import { columns, plain } from '../terminal.ts';

interface AuditOptions extends CommonOptions {
  readonly application?: string;
  readonly last: string;
}

export function addAudit(program: Command, surroundings: Surroundings): void {
  const onStore = operate(surroundings);
  surroundings
    .common(program.command('audit'))
    .description('security events; exit code 1 when an entry was changed, taken out or put in')
    .option('--application <clientId>', 'of one application alone')
    .option('--last <count>', 'how many, 1 to 10000', '50')
    .action((options: AuditOptions) =>
      onStore(
        options,
        () => countOf('--last', options.last, 10_000),
        async (store, terminal, last) => {
          const { entries, chain } = await store.asWorker(async (tx) => {
            const only = options.application;
            const application = only === undefined ? null : await findApplicationByClientId(tx, only);
            if (only !== undefined && application === null) throw unknownApplication(only);
            const clientIds = new Map((await listApplications(tx)).map(({ id, clientId }) => [id, clientId]));
            const found = await lastEntries(tx, { last, applicationId: application?.id ?? null });
            const named = found.map((entry) => ({
              ...entry,
              clientId: clientIds.get(entry.applicationId ?? '') ?? null,
            }));
            return { entries: named, chain: await verifyAudit(tx) };
          });
          const rows = entries.map((one) => [
            one.id,
            one.at,
            one.action,
            plain(one.actor, 60),
            plain(one.clientId ?? one.applicationId ?? '-', 60),
            plain(one.subjectId ?? '-', 60),
            plain(JSON.stringify(one.detail), 300),
          ]);
          terminal.result({ entries, chain }, columns(rows).join('\n'));
          if (chain.brokenAt === null) {
            terminal.say(`All ${chain.entries} entries are as they were written.`);
            return exitCodes.ok;
          }
          if (!terminal.isJson) terminal.failed(broken(chain.brokenAt));
          return exitCodes.failed;
        },
      ),
    );
}

function broken(id: string): CommandFailure {
  const why = 'it, or the one before it, was changed, taken out or put in by somebody with all rights on the database';
  return new CommandFailure('failed', 'BROKEN', `entry ${id} does not follow from the one before it`, { why });
}
