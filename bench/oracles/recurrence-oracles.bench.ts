/**
 * 120,000 generated rules, each answered by python-dateutil, rrule-rust and us. Not a matter of speed: it counts what was
 * compared, and ends with an error when an answer differs that no decision explains. `--seed=<number>` chooses the rules,
 * `--rules=<number>` how many, `--only=<number>,…` which of them.
 */
import { systemZones } from '../../domain/time/system-zones.ts';
import { report, tiny } from '../measure.ts';
import { compareEngines } from './compare.ts';
import { Dateutil, dateutilMissing } from './dateutil.ts';

const given = (name: string): number | null => {
  const found = process.argv.find((argument) => argument.startsWith(`--${name}=`));
  return found === undefined ? null : Number(found.slice(name.length + 3));
};
const only = process.argv
  .find((argument) => argument.startsWith('--only='))
  ?.slice(7)
  .split(',')
  .map(Number);
const seed = given('seed') ?? 20_261_122;
const rules = given('rules') ?? (tiny ? 400 : 120_000);
const missing = dateutilMissing();
if (missing !== null) {
  console.log(`  left out: ${missing}`);
} else {
  const dateutil = new Dateutil();
  const begun = performance.now();
  const found = await compareEngines({
    seed,
    rules,
    zones: systemZones(process.versions['tz'] ?? ''),
    dateutil,
    ...(only === undefined ? {} : { only }),
    onProgress: (done) => {
      if (done % 20_000 === 0) console.log(`  … ${done} rules, ${Math.round((performance.now() - begun) / 1000)} s`);
    },
  });
  await dateutil.end();
  report('rules', found.rules, `seed ${seed}`);
  report('shapes', found.shapes, '≥ 2,000', found.shapes >= 2_000);
  report('answers compared with python-dateutil', found.compared.dateutil, `${found.cut.dateutil} more in part`);
  report('answers compared with rrule-rust', found.compared['rrule-rust'], `${found.cut['rrule-rust']} not asked`);
  report('occurrences compared', found.hits);
  report('zone years equal in both databases', found.zoneYears.agreed, `${found.zoneYears.skipped} are not`);
  console.log(`    not equal, with years: ${found.zoneYears.zones.join(', ')}`);
  report('rules whose instants in a zone were compared too', found.inZones);
  report('rules in zones left out for that', found.skippedForZones);
  for (const [reason, count] of found.refused) report(`refused by ${reason}`, count);
  for (const [decision, count] of found.decisions) report(`decided, ${decision}`, count);
  report('differences without a decision', found.failures.length, '0', found.failures.length === 0);
  for (const failure of found.failures.slice(0, 40)) console.log(`    ${failure}`);
  if (found.failures.length > 0) process.exitCode = 1;
}
