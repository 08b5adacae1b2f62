/** From the start of `server/main.ts` to its first good /readyz: in an empty folder, after a stop, after kill -9 of everything. */
import { existsSync } from 'node:fs';
import { figure, report, reportFigure, tiny } from './measure.ts';
import { dataFolder, removeFolder, startService } from './service.ts';

const rounds = tiny ? 1 : 5;
const first: number[] = [];
const later: number[] = [];
const killed: number[] = [];
for (let round = 0; round < rounds; round++) {
  const folder = dataFolder();
  try {
    let service = await startService(folder);
    first.push(service.readyAfter);
    await service.stop();
    service = await startService(folder);
    later.push(service.readyAfter);
    if (existsSync('/proc/self/status')) {
      // Something that was written and not yet checkpointed, so that the server has a log to replay.
      for (let calendar = 0; calendar < 5; calendar++) {
        await service.graph(
          'mutation ($key: String!) { upsertApplicationCalendar(input: { key: $key }) { calendar { id } } }',
          {
            key: `bench-${calendar}`,
          },
        );
      }
      await service.kill();
      service = await startService(folder);
      killed.push(service.readyAfter);
    }
    await service.stop();
  } finally {
    removeFolder(folder);
  }
}
reportFigure('ready the first time, ms', figure(first), '≤ 5,000', (ms) => ms <= 5_000);
reportFigure('ready later, ms', figure(later), '≤ 3,000', (ms) => ms <= 3_000);
if (killed.length === 0) report('left out: after kill -9 (this system has no /proc to find the database by)', '');
else reportFigure('ready after kill -9 of everything, ms', figure(killed), '≤ 5,000', (ms) => ms <= 5_000);
