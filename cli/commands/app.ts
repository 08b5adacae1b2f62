/** `meridian app …`: applications, made and looked after by the operator on the database itself. */
import type { Command } from 'commander';
import { changeApplication, createApplication, rotateSecret, verifyApplication } from '../../auth/applications.ts';
import { lastTokenRequests } from '../../auth/token-requests.ts';
import {
  countSecrets,
  findApplicationByClientId,
  listApplications,
  type RegisteredApplication,
} from '../../datasources/store/applications.ts';
import { CommandFailure } from '../failure.ts';
import { countOf, operate, operator, secondsOf, unknownApplication } from '../operator.ts';
import type { CommonOptions, Surroundings } from '../program.ts';
import { columns, plain } from '../terminal.ts';
import { addAppLimit } from './app-limit.ts';
import { addAppMember } from './app-member.ts';

/** Longer, and an old secret would never be taken out of use. */
const longestKeep = 90 * 86_400;

interface Settable extends CommonOptions {
  readonly implicitLinking?: string;
  readonly rotateRefreshTokens?: string;
}

export function addApp(program: Command, surroundings: Surroundings): void {
  const { common } = surroundings;
  const app = program
    .command('app')
    .description('applications: the OAuth clients whose users connect their calendars')
    .addHelpText(
      'after',
      '\nThese commands work on the database of DATABASE_URL or DATA_DIR itself, whether the service runs or not: whoever can reach it\nwith its encryption keys is the operator.',
    );

  const onStore = operate(surroundings);

  settable(common(app.command('create')))
    .description('make an application; its client secret, which is its API key too, is shown once')
    .argument('<name>', 'as users see it')
    .option('--unit <name>', 'the organizational unit that runs it, by id or name; made where it is new', 'Default')
    .option('--client-id <id>', 'in place of a new one: that of a lost database, whose managed events are its own')
    .option('--redirect-uri <uri...>', 'verify it at once, with these redirect URIs')
    .action((name: string, options: Settable & { unit: string; clientId?: string; redirectUri?: string[] }) =>
      onStore(
        options,
        () => settingsOf(options),
        async (store, terminal, settings) => {
          const { application, secret } = await store.asWorker(async (tx) => {
            const made = await createApplication(
              tx,
              store.ids,
              {
                name,
                unit: options.unit,
                ...settings,
                ...(options.clientId === undefined ? {} : { clientId: options.clientId }),
              },
              operator,
            );
            if (options.redirectUri === undefined) return made;
            const { id } = made.application;
            return { ...made, application: await verifyApplication(tx, { id }, options.redirectUri, operator) };
          });
          terminal.result(
            { ...shown(application), clientSecret: secret },
            [`client id      ${application.clientId}`, `client secret  ${secret}`].join('\n'),
          );
          terminal.say('The secret is shown this once; only its hash is kept.');
          if (application.mode === 'DEVELOPMENT') {
            terminal.say(
              'It is in DEVELOPMENT: `meridian app verify` gives it redirect URIs and moves it to PRODUCTION.',
            );
          }
        },
      ),
    );

  common(app.command('list'))
    .description('every application')
    .action((options: CommonOptions) =>
      onStore(
        options,
        () => null,
        async (store, terminal) => {
          const [applications, secrets] = await store.asWorker(async (tx) => [
            await listApplications(tx),
            await countSecrets(tx),
          ]);
          const counted = applications.map((one) => ({ ...shown(one), activeSecrets: secrets.get(one.id) ?? 0 }));
          const rows = counted.map((one) => [
            one.clientId,
            one.mode,
            `${one.activeSecrets} ${one.activeSecrets === 1 ? 'secret' : 'secrets'}`,
            plain(one.unit, 40),
            plain(one.name, 80),
          ]);
          terminal.result({ applications: counted }, columns(rows).join('\n'));
        },
      ),
    );

  common(app.command('rotate-secret'))
    .description('a new client secret; those that there are end after a while')
    .argument('<clientId>')
    .option('--keep <duration>', 'how long the old ones stay good (ISO 8601); PT0S ends them at once', 'PT24H')
    .option('--label <text>', 'what you know the new one by')
    .action((clientId: string, options: CommonOptions & { keep: string; label?: string }) =>
      onStore(
        options,
        () => secondsOf('--keep', options.keep, longestKeep),
        async (store, terminal, keepSeconds) => {
          const { secret, ending, application } = await store.asWorker((tx) =>
            rotateSecret(tx, store.ids, { clientId, keepSeconds, label: options.label ?? null }, operator),
          );
          terminal.result(
            { ...shown(application), clientSecret: secret, endingSecrets: ending, keepSeconds },
            `client secret  ${secret}`,
          );
          terminal.say(`Of the old secrets ${ending} will end ${keepSeconds === 0 ? 'now' : `in ${options.keep}`}.`);
        },
      ),
    );

  common(app.command('verify'))
    .description('move an application to PRODUCTION and add redirect URIs; may be repeated, takes nothing away')
    .argument('<clientId>')
    .argument('[redirectUri...]', 'https, or http on this machine itself; https://*.example.com/path for a subdomain')
    .action((clientId: string, redirectUris: string[], options: CommonOptions) =>
      onStore(
        options,
        () => null,
        async (store, terminal) => {
          const application = await store.asWorker((tx) => verifyApplication(tx, { clientId }, redirectUris, operator));
          terminal.result(shown(application), ['PRODUCTION', ...application.redirectUris].join('\n'));
        },
      ),
    );

  settable(common(app.command('set')))
    .description("change an application's name and settings")
    .argument('<clientId>')
    .option('--name <text>', 'as users see it')
    .action((clientId: string, options: Settable & { name?: string }) =>
      onStore(
        options,
        () => changesOf(options),
        async (store, terminal, settings) => {
          const application = await store.asWorker((tx) => changeApplication(tx, clientId, settings, operator));
          const { implicitLinking, rotateRefreshTokens, name } = application;
          terminal.result(
            shown(application),
            [
              `name                   ${plain(name)}`,
              `implicit linking       ${implicitLinking ? 'on' : 'off'}`,
              `rotate refresh tokens  ${rotateRefreshTokens ? 'on' : 'off'}`,
            ].join('\n'),
          );
        },
      ),
    );

  common(app.command('requests'))
    .description("an application's last token requests, with the reason of each refusal")
    .argument('<clientId>')
    .option('--last <count>', 'how many, 1 to 1000', '50')
    .action((clientId: string, options: CommonOptions & { last: string }) =>
      onStore(
        options,
        () => countOf('--last', options.last, 1_000),
        async (store, terminal, last) => {
          const requests = await store.asWorker(async (tx) => {
            const application = await findApplicationByClientId(tx, clientId);
            if (application === null) throw unknownApplication(clientId);
            return lastTokenRequests(tx, application.id, last);
          });
          const lines = requests.map((one) => ({
            at: new Date(one.at).toISOString(),
            grantType: one.grantType,
            outcome: one.outcome,
            error: one.error,
            reason: one.reason,
            redirectUri: one.redirectUri,
            accountId: one.accountId,
          }));
          const rows = lines.map((one) => [
            one.at,
            plain(one.grantType ?? '-', 24),
            one.outcome,
            one.error ?? '-',
            one.reason ?? '-',
            one.accountId ?? '-',
            plain(one.redirectUri ?? '-', 120),
          ]);
          terminal.result({ requests: lines }, columns(rows).join('\n'));
        },
      ),
    );
  addAppLimit(app, surroundings);
  addAppMember(app, surroundings);
}

function settable(command: Command): Command {
  return command
    .option('--implicit-linking <on|off>', 'accounts that one browser authorises become one account (off)')
    .option('--rotate-refresh-tokens <on|off>', 'a new refresh token with every refresh (on)');
}

function settingsOf({ implicitLinking, rotateRefreshTokens }: Settable) {
  return {
    ...(implicitLinking === undefined ? {} : { implicitLinking: isOn('--implicit-linking', implicitLinking) }),
    ...(rotateRefreshTokens === undefined
      ? {}
      : { rotateRefreshTokens: isOn('--rotate-refresh-tokens', rotateRefreshTokens) }),
  };
}

function changesOf(options: Settable & { readonly name?: string }) {
  const settings = { ...settingsOf(options), ...(options.name === undefined ? {} : { name: options.name }) };
  if (Object.keys(settings).length > 0) return settings;
  throw new CommandFailure('usage', 'NOTHING_TO_SET', 'expected a setting to change, got none', {
    fix: 'meridian app set --help shows them',
  });
}

function isOn(option: string, text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new CommandFailure('usage', 'ON_OR_OFF', `${option}: expected on or off, got ${plain(text, 20)}`);
}

function shown(application: RegisteredApplication) {
  const { id, clientId, name, mode, redirectUris, implicitLinking, rotateRefreshTokens } = application;
  return { id, clientId, name, unit: application.unitName, mode, redirectUris, implicitLinking, rotateRefreshTokens };
}
