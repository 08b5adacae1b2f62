/** A form is answered only by the browser that it was shown to: its token belongs to a cookie that no other site sends. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KeyRing } from '../../datasources/secrets/key-ring.ts';

const name = 'meridian_form';
const shape = /^[A-Za-z0-9_-]{22}$/;

export interface FormGuard {
  /** The hidden field of a form. */
  readonly token: string;
  /** Set-Cookie; null where the browser has the cookie already. */
  readonly cookie: string | null;
}

/** What a form at `place` (its address) is shown with. */
export function guardForm(
  keyRing: KeyRing,
  cookies: string | undefined,
  place: string,
  options: { readonly secure: boolean },
): FormGuard {
  const known = browserOf(cookies);
  const browser = known ?? randomBytes(16).toString('base64url');
  const secure = options.secure ? '; Secure' : '';
  return {
    token: tokenOf(keyRing.derive('form guard'), browser, place),
    cookie: known === null ? `${name}=${browser}; Path=/; HttpOnly; SameSite=Lax${secure}` : null,
  };
}

/** Whether a form that came back was shown to this browser at this place; also under a key that has been replaced since. */
export function isGuarded(keyRing: KeyRing, cookies: string | undefined, place: string, token: string): boolean {
  const browser = browserOf(cookies);
  if (browser === null || !/^[A-Za-z0-9_-]{43}$/.test(token)) return false;
  const given = Buffer.from(token);
  return keyRing.keyIds.some((id) => {
    const expected = tokenOf(keyRing.derive('form guard', id), browser, place);
    return timingSafeEqual(Buffer.from(expected), given);
  });
}

function browserOf(cookies: string | undefined): string | null {
  for (const cookie of (cookies ?? '').split(';')) {
    const [key, value = ''] = cookie.trim().split('=');
    if (key === name && shape.test(value)) return value;
  }
  return null;
}

function tokenOf(key: Buffer | null, browser: string, place: string): string {
  if (key === null) throw new Error('the ring lacks one of its own keys');
  return createHmac('sha256', key).update(`${browser} ${place}`).digest('base64url');
}
