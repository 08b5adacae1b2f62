/** Providers' credentials as the store keeps them: sealed under the key ring, for one profile each. */
import type { ProviderCredential } from '../datasources/providers/connector.ts';
import type { KeyRing } from '../datasources/secrets/key-ring.ts';
import type { CredentialVault } from './dependencies.ts';

export function createVault(keyRing: KeyRing): CredentialVault {
  const identity = (profileId: string) => `profile:${profileId}:credential`;
  return {
    seal: (profileId, credential) => keyRing.seal(JSON.stringify(credential), identity(profileId)),
    open: (profileId, sealed) => JSON.parse(keyRing.open(sealed, identity(profileId))) as ProviderCredential,
  };
}
