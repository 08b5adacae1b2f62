/** A profile's connection for calls that a mutation makes itself. */
import {
  type Connector,
  ProviderError,
  type ProviderName,
  type ProviderSession,
} from '../../datasources/providers/connector.ts';
import type { KeyRing } from '../../datasources/secrets/key-ring.ts';
import type { Store } from '../../datasources/store/store.ts';
import { createVault } from '../credentials.ts';
import { elapsed, moment } from '../holding.ts';

/** A mutation's own call gives up after so many milliseconds. */
const patience = 25_000;

export interface ProfileSession {
  readonly connector: Connector;
  readonly session: ProviderSession;
}

/** Opens sessions by profile id. Throws ProviderError where the profile cannot be spoken to at all. */
export function profileSessions(options: {
  readonly store: Store;
  readonly keyRing: KeyRing;
  readonly connectors: Partial<Record<ProviderName, Connector>>;
}): (profileId: string, onCall: () => void) => Promise<ProfileSession> {
  const vault = createVault(options.keyRing);
  return async (profileId, onCall) => {
    const profile = await options.store.asWorker((tx) =>
      tx
        .selectFrom('profile')
        .select(['provider', 'credential', 'principal'])
        .where('id', '=', profileId)
        .executeTakeFirst(),
    );
    const connector = profile === undefined ? undefined : options.connectors[profile.provider];
    if (profile === undefined || connector === undefined) {
      throw new ProviderError('UNREACHABLE', 'This service does not speak to this provider.');
    }
    if (profile.credential === null) {
      throw new ProviderError('CREDENTIALS_REJECTED', 'The profile is disconnected; its user has to connect it again.');
    }
    const since = moment();
    return {
      connector,
      session: {
        profileId,
        applicationId: null,
        credential: vault.open(profileId, profile.credential),
        principal: profile.principal,
        signal: AbortSignal.timeout(patience),
        onCall: () => {
          // Of a process that stood still the timer may come late; the client has gone to another node by then.
          if (elapsed(since) >= patience) throw new ProviderError('UNREACHABLE', 'No answer within 25 s.');
          onCall();
        },
      },
    };
  };
}
