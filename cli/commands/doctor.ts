/** `meridian doctor`: what is well, what is not, and what to do about it; with and without a running service. */
import type { Command } from 'commander';
import { type Finding, fail, ok, reasonOf, type Status } from '../doctor/check.ts';
import { checkDataFolder } from '../doctor/data-folder.ts';
import { checkDatabase } from '../doctor/database.ts';
import { checkDisk, checkEmbeddedPackage, checkNode, checkZones } from '../doctor/machine.ts';
import { checkReach } from '../doctor/reach.ts';
import { checkService } from '../doctor/service.ts';
import { exitCodes } from '../failure.ts';
import type { House, Settings } from '../house.ts';
import type { CommonOptions, Surroundings } from '../program.ts';
import { plain, type Style, type Terminal } from '../terminal.ts';

const styles: Readonly<Record<Status, Style>> = { ok: 'green', warn: 'yellow', fail: 'red' };

export function addDoctor(program: Command, { house, common, run, signal }: Surroundings): void {
  common(program.command('doctor'))
    .description('check machine, configuration, database, service and profiles; exit code 1 when something fails')
    .action((options: CommonOptions) =>
      run(options, async (terminal) => {
        const progress = terminal.progress('Looking', 'none');
        const findings = await examine(house, signal, (what) => progress.update(0, null, what));
        progress.end();
        const count = (status: Status) => findings.filter((finding) => finding.status === status).length;
        const isOk = count('fail') === 0;
        const lines = findings.flatMap((finding) => describe(finding, terminal));
        const summary = `${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} failed`;
        terminal.result({ ok: isOk, checks: findings }, [...lines, '', summary].join('\n'));
        return isOk ? exitCodes.ok : exitCodes.failed;
      }),
    );
}

async function examine(house: House, signal: AbortSignal, at: (what: string) => void): Promise<readonly Finding[]> {
  const findings: Finding[] = [checkNode(), checkZones()];
  let settings: Settings;
  try {
    settings = house.settings();
  } catch (error) {
    findings.push(
      fail(
        'configuration',
        reasonOf(error),
        'mend this variable; the rest is checked once the configuration can be read',
      ),
    );
    return findings;
  }
  findings.push(ok('configuration', `${settings.mode}, every variable is known and well-formed`));
  findings.push(...checkDataFolder(settings.dataDir), checkDisk(settings.dataDir));
  if (settings.databaseUrl === null) findings.push(...(await checkEmbeddedPackage()));
  at('the service');
  const service = await checkService(settings, house.version, signal);
  at('the database');
  findings.push(...(await checkDatabase(settings)), ...(await checkReach(settings)), ...service);
  return findings;
}

function describe({ name, status, detail, fix }: Finding, terminal: Terminal): string[] {
  const line = `${terminal.style(styles[status], status.padEnd(4))}  ${name.padEnd(18)}  ${plain(detail, 400)}`;
  return fix === null ? [line] : [line, `${' '.repeat(26)}→ ${plain(fix, 400)}`];
}
