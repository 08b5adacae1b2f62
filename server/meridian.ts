/** `npm run meridian -- <command>`: the command line over this service's own code. */
import { runProgram } from '../cli/program.ts';
import packageJson from '../package.json' with { type: 'json' };
import { readConfig } from './config.ts';

/** The second Ctrl-C ends at once, whatever is still being put in order. */
const interrupted = 130;

const interruption = new AbortController();
const onInterrupt = () => {
  if (interruption.signal.aborted) process.exit(interrupted);
  interruption.abort();
};
process.on('SIGINT', onInterrupt);
process.on('SIGTERM', onInterrupt);
// A reader that goes away (`| head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const house = {
  version: packageJson.version,
  settings: () => readConfig(process.env),
  // The schema is loaded for the command that needs it.
  documentCheck: async (sdl: string | null) => (await import('./graphql/documents/check.ts')).documentCheck(sdl),
  async start() {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
    await import('./main.ts');
  },
};

const { stdin, stdout, stderr, env } = process;
const { signal } = interruption;
const exit = await runProgram(house, { stdin, stdout, stderr, env, signal }, process.argv.slice(2));
if (exit !== null) process.exitCode = exit;
