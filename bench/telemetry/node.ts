/** The whole service in a process that tells its CPU; what is switched on, its environment says. */
import { compose } from '../../server/compose.ts';
import { readConfig } from '../../server/config.ts';
import { answerWith } from '../live/child.ts';
import { dataFolder, removeFolder } from '../service.ts';

const folder = dataFolder();
const given = Object.fromEntries(process.argv.slice(2).map((pair) => pair.split(/=(.*)/s, 2) as [string, string]));
const running = await compose(
  readConfig({
    PORT: '0',
    DATA_DIR: folder,
    MERIDIAN_RATE_PER_SECOND: '0',
    MERIDIAN_RATE_PER_MINUTE: '0',
    MERIDIAN_LOG_LEVEL: 'error',
    ...given,
  }),
);

const answers = { address: () => ({ address: running.address, authorization: `Bearer ${running.apiKey ?? ''}` }) };

export type TelemetryNode = typeof answers;

answerWith(answers, async () => {
  await running.stop(1_000);
  removeFolder(folder);
});
