/** `meridian open`: the link to GraphiQL, with the key where browsers keep it to themselves. */
import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { exitCodes } from '../failure.ts';
import { operations } from '../operations.ts';
import type { CommonOptions, Surroundings } from '../program.ts';
import { findService } from '../service.ts';

interface OpenOptions extends CommonOptions {
  readonly browser?: boolean;
}

export function addOpen(program: Command, { house, common, run, signal }: Surroundings): void {
  common(program.command('open'))
    .description('print the link to GraphiQL, API key included: keep it to yourself')
    .option('--browser', 'open it in the browser as well')
    .action((options: OpenOptions) =>
      run(options, async (terminal) => {
        const service = findService(house.settings(), signal);
        await service.graphql(operations.credential);
        // A fragment is never sent to a server, and the page takes it out of the address at once.
        const url = `${service.address}/graphql#key=${encodeURIComponent(service.apiKey.key)}`;
        terminal.result({ url }, url);
        if (options.browser === true && !(await openBrowser(url))) {
          terminal.say('No browser could be opened here: copy the link.');
        }
        return exitCodes.ok;
      }),
    );
}

/** Whether a browser took it; a machine without a screen has none. */
function openBrowser(url: string): Promise<boolean> {
  const commands: Readonly<Record<string, readonly [string, ...string[]]>> = {
    darwin: ['open', url],
    win32: ['rundll32', 'url.dll,FileProtocolHandler', url],
  };
  const [command, ...parameters] = commands[process.platform] ?? ['xdg-open', url];
  return new Promise((resolve) => {
    const child = spawn(command, parameters, { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
    // A browser that was not running before stays a child of ours.
    const timer = setTimeout(() => {
      child.unref();
      resolve(true);
    }, 3_000);
    child.once('exit', () => clearTimeout(timer));
  });
}
