/**
 * The ledger at its full length: a million changes through two nodes, round after round of faults, a restored backup at the end.
 * `LEDGER_CHANGES` sets another number of them.
 */
import { type FaultName, faults } from '../test/ledger/faults.ts';
import { keepLedger } from '../test/ledger/ledger.ts';
import { debianMissing } from '../test/setup/database-servers.ts';
import { redisMissing } from '../test/setup/servers/redis.ts';
import { report, tiny } from './measure.ts';

const missing = debianMissing() ?? redisMissing();
if (missing !== null) {
  report(`left out: ${missing}`, '');
  process.exit();
}
const changes = Number(process.env['LEDGER_CHANGES'] ?? (tiny ? 300 : 1_000_000));
const every = Object.keys(faults) as FaultName[];
const quick: readonly FaultName[] = ['sockets cut', 'FLUSHALL', 'PostgreSQL killed', 'a writer killed'];
const begun = performance.now();

const ledger = await keepLedger({
  nodes: 2,
  accounts: tiny ? 3 : 30,
  writers: tiny ? 1 : 3,
  writing: tiny
    ? { atOnce: 4, changesAtMost: 6, longPercent: 10, longMilliseconds: 500, pauseMilliseconds: 50 }
    : { atOnce: 8, changesAtMost: 40, longPercent: 2, longMilliseconds: 2_000, pauseMilliseconds: 250 },
  changes,
  changesAfterRestore: tiny ? null : Math.ceil(changes / 50),
  events: tiny ? 50 : 400,
  faults: tiny ? quick : every,
  rounds: tiny ? 'one' : 'until written',
  between: tiny ? 100 : 1_000,
  pause: 10_000,
  halfOpen: tiny ? 0 : 10,
  patience: tiny ? 60_000 : 1_800_000,
  say: (line) => {
    if (!tiny) console.log(`    ${Math.round((performance.now() - begun) / 1_000)} s: ${line}`);
  },
});

report('changes that the writers committed', ledger.naive.written, `≥ ${changes}`, ledger.naive.written >= changes);
report('… in transactions', ledger.transactions);
report('… of which nobody was told whether they were committed', ledger.inDoubt);
report('mutations acknowledged meanwhile', ledger.mutations);
for (const [name, count] of Object.entries(ledger.faults)) report(`… ${name}`, count);
for (const [when, part] of Object.entries({ '': ledger.before, 'restored: ': ledger.after })) {
  if (part === null) continue;
  report(`${when}rows of the log`, part.committed);
  for (const one of part.subscribers) {
    const found = [one.lost, one.outOfOrder, one.repeatedLive, one.foreign].map(({ length }) => length);
    const said = `${one.connections} connections, ${one.repeated} again behind a reconnect`;
    report(`${when}${one.name}: received of ${one.expected}, ${said}`, one.received);
    report(
      '  lost, out of order, again while connected, never committed',
      found.join(', '),
      '0',
      found.every((n) => n === 0),
    );
    if (found.some((n) => n > 0)) process.exitCode = 1;
  }
}
report('a plain bigserial cursor: lost', ledger.naive.lost, '> 0', ledger.naive.lost > 0);
for (const sentence of ledger.wrong) {
  report(sentence, '', '', false);
  process.exitCode = 1;
}
if (ledger.halfOpen.length > 0) {
  report(
    'half-open sockets: s until the node ended the last',
    Math.max(...ledger.halfOpen.map((ms) => (ms ?? Number.POSITIVE_INFINITY) / 1_000)),
  );
}
report('minutes', (performance.now() - begun) / 60_000);
process.exit();
