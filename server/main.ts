/** `npm start`: reads the configuration, puts everything together, and ends with exit code 3 and one line where it cannot. */
import { StartFailure } from '../datasources/store/start-failure.ts';
import { banner } from './banner.ts';
import { readConfig } from './config.ts';
import { textOf } from './graphql/scrub.ts';
import type { Running } from './running.ts';
import { drainMs, onSignals } from './signals.ts';

/** A configuration or an environment that a person has to mend first. */
const exitStartFailure = 3;

try {
  const config = readConfig(process.env);
  // Loaded only now: a wrong variable is said at once, and until here a signal simply ends the process.
  const { compose } = await import('./compose.ts');
  let composing: Promise<Running> | undefined;
  let stopping = false;
  onSignals({
    stop: async () => {
      stopping = true;
      // Half of it may stand already, a database among it: only a whole one can be stopped without leaving a part behind.
      await (await composing)?.stop(drainMs);
    },
    exit: (code) => process.exit(code),
    report: (error) => console.error(`meridian: ${error instanceof StartFailure ? error.message : textOf(error)}`),
    now: () => performance.now(),
    signals: process,
  });
  // After the handlers: what starts a database may hold this thread for seconds.
  composing = compose(config);
  const running = await composing;
  const { version, address, apiKeyFile, apiKey } = running;
  const { dataDir, mode, introspection } = config;
  const isTerminal = process.stdout.isTTY === true;
  const shown = { version, address, apiKeyFile, apiKey, dataDir, mode, introspection, isTerminal };
  if (!stopping) process.stdout.write(banner(shown));
} catch (error) {
  if (!(error instanceof StartFailure)) {
    console.error(`meridian: ${textOf(error)}`);
    process.exit(1);
  }
  console.error(`meridian: ${error.message}`);
  process.exit(exitStartFailure);
}
