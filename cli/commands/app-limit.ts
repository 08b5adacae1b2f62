/** `meridian app limit`: other request limits for one application, for good or for a time. */
import type { Command } from 'commander';
import { limitApplication } from '../../auth/applications.ts';
import { CommandFailure } from '../failure.ts';
import { countOf, operate, operator, secondsOf } from '../operator.ts';
import type { CommonOptions, Surroundings } from '../program.ts';

const mostRequests = 1_000_000;
const longest = 366 * 86_400;

interface LimitOptions extends CommonOptions {
  readonly perSecond?: string;
  readonly perMinute?: string;
  readonly for?: string;
  readonly default?: boolean;
}

export function addAppLimit(app: Command, surroundings: Surroundings): void {
  const onStore = operate(surroundings);
  surroundings
    .common(app.command('limit'))
    .description("an application's own request limits; in force within a second")
    .argument('<clientId>')
    .option('--per-second <requests>', `1 to ${mostRequests}; 0 for no limit; without it the installation's`)
    .option('--per-minute <requests>', 'the same of a minute')
    .option('--for <duration>', 'until when (ISO 8601, such as PT24H); for good without it')
    .option('--default', "back to the installation's limits")
    .action((clientId: string, options: LimitOptions) =>
      onStore(
        options,
        () => limitsOf(options),
        async (store, terminal, limits) => {
          const { perSecond, perMinute, until } = await store.asWorker((tx) =>
            limitApplication(tx, clientId, limits, operator),
          );
          const shown = (limit: number | null) =>
            limit === null ? "the installation's" : limit === 0 ? 'none' : String(limit);
          terminal.result(
            { clientId, perSecond, perMinute, until },
            [`per second  ${shown(perSecond)}`, `per minute  ${shown(perMinute)}`, `until       ${until ?? '-'}`].join(
              '\n',
            ),
          );
        },
      ),
    );
}

function limitsOf(options: LimitOptions) {
  const { perSecond, perMinute } = options;
  const isSet = perSecond !== undefined || perMinute !== undefined;
  if (options.default === true ? isSet || options.for !== undefined : !isSet) {
    throw new CommandFailure('usage', 'LIMITS', 'expected --per-second, --per-minute or both, or --default alone', {
      fix: 'meridian app limit --help',
    });
  }
  const count = (option: string, text: string | undefined) =>
    text === undefined ? null : countOf(option, text, mostRequests, 0);
  return {
    perSecond: count('--per-second', perSecond),
    perMinute: count('--per-minute', perMinute),
    forSeconds: options.for === undefined ? null : secondsOf('--for', options.for, longest, 1),
  };
}
