/** `meridian report`: what is counted of each application in a month. */
import type { Command } from 'commander';
import { countMonths, usageReport } from '../../datasources/store/usage.ts';
import { csvDocument } from '../csv.ts';
import { CommandFailure } from '../failure.ts';
import { operate } from '../operator.ts';
import type { CommonOptions, Surroundings } from '../program.ts';
import { columns, plain } from '../terminal.ts';

interface ReportOptions extends CommonOptions {
  readonly month?: string;
  readonly csv?: boolean;
}

const heading = [
  'month',
  'unit',
  'application',
  'client_id',
  'synced_accounts',
  'synced_resources',
  'application_calendars',
] as const;

export function addReport(program: Command, surroundings: Surroundings): void {
  const onStore = operate(surroundings);
  surroundings
    .common(program.command('report'))
    .description('synced accounts, synced resources and application calendars of each application in a month (UTC)')
    .option('--month <month>', 'such as 2026-11; by default this one')
    .option('--csv', 'comma-separated values with a heading (RFC 4180)')
    .action((options: ReportOptions) =>
      onStore(
        options,
        () => monthOf(options),
        async (store, terminal, month) => {
          const found = await store.asWorker(async (tx) => {
            await countMonths(tx);
            return usageReport(tx, `${month}-01`);
          });
          const rows = found.map((line) => [
            month,
            line.unit,
            line.application,
            line.clientId,
            line.syncedAccounts,
            line.syncedResources,
            line.applicationCalendars,
          ]);
          const text =
            options.csv === true
              ? csvDocument([heading, ...rows]).slice(0, -1)
              : columns([heading, ...rows].map((row) => row.map((cell) => plain(String(cell), 60)))).join('\n');
          terminal.result({ month, applications: found }, text);
        },
      ),
    );
}

function monthOf({ month, csv, json }: ReportOptions): string {
  if (csv === true && json === true) throw new CommandFailure('usage', 'FORMAT', 'expected --csv or --json, got both');
  const chosen = month ?? new Date().toISOString().slice(0, 7);
  if (/^[2-9]\d{3}-(0[1-9]|1[0-2])$/.test(chosen)) return chosen;
  throw new CommandFailure('usage', 'MONTH', `--month: expected a month such as 2026-11, got ${plain(chosen, 20)}`);
}
