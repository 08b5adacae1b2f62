/** One e-mail to the user whose calendar cannot be reached any more, with the address where it is mended. */
import { createTransport, type Transporter } from 'nodemailer';
import type { KeyRing } from '../../datasources/secrets/key-ring.ts';
import { claimUnmailed, giveBackUnmailed, type UnmailedProfile } from '../../datasources/store/disconnections.ts';
import type { Store } from '../../datasources/store/store.ts';
import { providerOf } from '../connect/providers.ts';
import { relinkAddress } from '../connect/relink.ts';

/** Milliseconds. */
const lookEvery = 30_000;
const sendTime = 20_000;

export interface MailSettings {
  /** `smtp://` or `smtps://`, with user name and password where the server wants them. */
  readonly smtpUrl: string;
  /** `Calendars <calendars@example.com>` */
  readonly from: string;
}

export interface DisconnectionMailDependencies {
  readonly store: Store;
  readonly keyRing: KeyRing;
  readonly publicUrl: () => URL;
  readonly logger: { warn(fields: object, message: string): void };
}

export interface DisconnectionMail {
  /** Writes to whoever has to be written to now; one node's turn at a time takes a profile. */
  run(): Promise<number>;
  stop(): Promise<void>;
}

/** Looks for disconnections and writes once about each. What cannot be sent is tried again for a day. */
export function startDisconnectionMail(
  dependencies: DisconnectionMailDependencies,
  settings: MailSettings,
): DisconnectionMail {
  const { store, logger } = dependencies;
  const transport = createTransport(settings.smtpUrl, {
    connectionTimeout: sendTime,
    greetingTimeout: sendTime,
    socketTimeout: sendTime,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as never);
  const run = async (): Promise<number> => {
    let sent = 0;
    for (;;) {
      // Claimed before it is sent: of a process that dies here nobody gets two.
      const profiles = await store.asWorker((tx) => claimUnmailed(tx, 20));
      for (const profile of profiles) {
        try {
          await send(transport, settings.from, dependencies, profile);
          sent++;
        } catch (error) {
          await store.asWorker((tx) => giveBackUnmailed(tx, profile.id));
          logger.warn(
            { profileId: profile.id, reason: (error as { code?: string }).code ?? 'unknown' },
            'no mail could be sent',
          );
          return sent;
        }
      }
      if (profiles.length < 20) return sent;
    }
  };
  let running: Promise<unknown> = Promise.resolve();
  const turn = () => {
    running = running.then(run).catch((error: unknown) => logger.warn({ reason: String(error) }, 'mail'));
  };
  turn();
  const timer = setInterval(turn, lookEvery);
  timer.unref();
  return {
    run: () => {
      const own = running.then(run);
      running = own.catch(() => {});
      return own;
    },
    async stop() {
      clearInterval(timer);
      await running;
      transport.close();
    },
  };
}

async function send(
  transport: Transporter,
  from: string,
  { keyRing, publicUrl }: DisconnectionMailDependencies,
  profile: UnmailedProfile,
): Promise<void> {
  const address = relinkAddress(keyRing, publicUrl(), profile.id, profile.applicationId);
  const provider = providerOf(profile.provider)?.title ?? profile.provider;
  await transport.sendMail({
    from,
    to: { name: '', address: profile.email },
    subject: `${profile.application}: your calendar needs to be connected again`,
    text: [
      'Hello,',
      '',
      `${profile.application} cannot reach the calendars of ${profile.login} (${provider}) any more: the provider does not accept the password that was typed in.`,
      'That is so after a password was changed, or an app password was taken back.',
      '',
      'Type in the current one here, and everything goes on where it stopped:',
      address,
      '',
      'If you do not want that, do nothing: no calendar is read without you.',
      '',
    ].join('\n'),
    // Nobody answers to a machine, and no machine to this.
    headers: { 'Auto-Submitted': 'auto-generated' },
  });
}
