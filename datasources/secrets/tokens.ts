/** API keys and tokens: random, shown once, kept as a hash. */
import { hash, randomBytes } from 'node:crypto';

/**
 * SHA-256 without salt or stretching: enough for a token with 256 bits of chance, where there is no dictionary to try,
 * and it lets a unique index find the row.
 */
export function hashToken(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

/** `<prefix>_` and 32 random bytes in base64url (43 characters). */
export function newToken(prefix: string): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}
