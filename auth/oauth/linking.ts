/** Which account an authorisation adds to: a link token says it, or this browser's earlier authorisation where the application wants that. */
import type { KeyRing } from '../../datasources/secrets/key-ring.ts';
import { SealBroken } from '../../datasources/secrets/key-ring.ts';

/** Seconds. */
const browserRemembers = 365 * 86_400;

const nameFor = (applicationId: string) => `meridian_account_${applicationId}`;
const identityFor = (applicationId: string) => `cookie:${applicationId}:account`;

/** The account that this browser authorised the application for before; null for none, and for a cookie that is not ours. */
export function browserAccount(keyRing: KeyRing, cookies: string | undefined, applicationId: string): string | null {
  const start = `${nameFor(applicationId)}=`;
  const found = (cookies ?? '')
    .split(';')
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(start));
  if (found === undefined) return null;
  try {
    return keyRing.open(found.slice(start.length), identityFor(applicationId));
  } catch (error) {
    if (error instanceof SealBroken) return null;
    throw error;
  }
}

/** The Set-Cookie header that makes this browser remember it: sealed, for the authorisation endpoint alone. */
export function rememberAccount(
  keyRing: KeyRing,
  applicationId: string,
  accountId: string,
  options: { readonly secure: boolean },
): string {
  const value = keyRing.seal(accountId, identityFor(applicationId));
  const secure = options.secure ? '; Secure' : '';
  return `${nameFor(applicationId)}=${value}; Path=/oauth/authorize; Max-Age=${browserRemembers}; HttpOnly; SameSite=Lax${secure}`;
}
