/** One e-mail to the user whose calendar cannot be reached any more, with the address where it is mended. */
import { createTransport, type Transporter } from 'nodemailer';
import type { KeyRing } from '../../datasources/secrets/key-ring.ts';
import {
  claimUnmailed,
  giveBackUnmailed,
  isClaimed,
  type UnmailedProfile,
} from '../../datasources/store/disconnections.ts';
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
  const stopping = new AbortController();
  /** Claimed and not written to, and to be written to: given back when they are not claimed again at once. */
  const owed = new Set<UnmailedProfile>();
  const giveBack = async (): Promise<void> => {
    const given = [...owed];
    await store.asWorker((tx) => giveBackUnmailed(tx, given));
    for (const profile of given) owed.delete(profile);
  };
  /** @returns whether it was sent; null where the server is not to be had */
  const write = async (profile: UnmailedProfile): Promise<boolean | null> => {
    owed.add(profile);
    // A process that stood still since then may have lost it, and a mended login wants no mail.
    const isStillDue = await store.asWorker((tx) => isClaimed(tx, profile));
    try {
      if (isStillDue) await send(transport, settings.from, dependencies, profile);
      owed.delete(profile);
      return isStillDue;
    } catch (error) {
      const failure = failureOf(error);
      logger.warn({ profileId: profile.id, reason: failure.code }, 'no mail could be sent');
      if (failure.of === 'receiver') owed.delete(profile);
      return failure.of === 'server' ? null : false;
    }
  };
  const run = async (): Promise<number> => {
    let sent = 0;
    try {
      await giveBack();
      while (!stopping.signal.aborted) {
        // One by one, and before it is sent: of a process that dies here nobody gets two, and nobody else gets none.
        const { claimed, profiles } = await store.asWorker((tx) => claimUnmailed(tx, 1));
        if (claimed === 0) break;
        const [profile] = profiles;
        const isSent = profile === undefined ? false : await write(profile);
        if (isSent === null) break;
        if (isSent) sent++;
      }
    } finally {
      await giveBack();
    }
    return sent;
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
      stopping.abort();
      await running;
      transport.close();
    },
  };
}

/**
 * Whether a mail that was not sent is to be tried again: not where its receiver is refused for good (anybody may claim an
 * address that does not exist), and with it all others where the server itself is not to be had.
 */
function failureOf(error: unknown): { readonly of: 'receiver' | 'moment' | 'server'; readonly code: string } {
  const { code = 'unknown', command, responseCode = 0 } = error as MailFailure;
  const isAboutMail = (code === 'EENVELOPE' || code === 'EMESSAGE') && command !== 'MAIL FROM';
  return { of: !isAboutMail ? 'server' : responseCode >= 500 ? 'receiver' : 'moment', code };
}

/** What nodemailer adds to its errors. */
interface MailFailure {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
}

async function send(
  transport: Transporter,
  from: string,
  { keyRing, publicUrl }: DisconnectionMailDependencies,
  profile: UnmailedProfile,
): Promise<void> {
  const address = relinkAddress(keyRing, publicUrl(), profile.id, profile.applicationId);
  const provider = providerOf(profile.provider)?.title ?? profile.provider;
  // Whoever connected it wrote the login: it is one word here, and no sentences of somebody else's in a mail of ours.
  const whose = /^[^\s\p{C}]{1,100}$/u.test(profile.login) ? `the calendars of ${profile.login}` : 'your calendars';
  await transport.sendMail({
    from,
    to: { name: '', address: profile.email },
    subject: `${profile.application}: your calendar needs to be connected again`,
    text: [
      'Hello,',
      '',
      `${profile.application} cannot reach ${whose} (${provider}) any more: the provider does not accept the password that was typed in.`,
      'That is so after a password was changed, or an app password was taken back.',
      '',
      'Type in the current one here, and everything goes on where it stopped:',
      address,
      'The page says which server the password is for. If your calendars are not there, close it.',
      '',
      'If you do not want that, do nothing: no calendar is read without you.',
      '',
    ].join('\n'),
    // Nobody answers to a machine, and no machine to this.
    headers: { 'Auto-Submitted': 'auto-generated' },
  });
}
