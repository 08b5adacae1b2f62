/** The way back to the application, with everything exactly as it gave it. */
import { stateAsItCame } from './request.ts';

export interface AuthorizationAnswer {
  readonly code?: string;
  readonly error?: string;
  readonly error_description?: string;
  readonly iss?: string;
  readonly state?: string;
}

/**
 * Adds the answer to the redirect URI's query, which stays to the letter (RFC 6749 §3.1.2, §4.1.2; `iss` RFC 9207).
 * @param answer its `state` as request.ts made it
 */
export function redirectTo(redirectUri: string, answer: AuthorizationAnswer): string {
  const parameters = (['code', 'error', 'error_description', 'iss'] as const).flatMap((name) => {
    const value = answer[name];
    return value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`];
  });
  const { state } = answer;
  if (state !== undefined) parameters.push(`state=${stateAsItCame(state)}`);
  const joint = !redirectUri.includes('?') ? '?' : /[?&]$/.test(redirectUri) ? '' : '&';
  return `${redirectUri}${joint}${parameters.join('&')}`;
}
