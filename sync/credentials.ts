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

/** Whether a user name or a password holds what neither may (RFC 7617 §2), nor a row, a mail or a line of a page. */
export function hasControls(text: string): boolean {
  return /[\p{Cc}\u2028\u2029]/u.test(text);
}
