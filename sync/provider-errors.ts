/** A provider's refusal as what a mutation answers. */
import type { ProviderError, ProviderFailureCode } from '../datasources/providers/connector.ts';
import type { UserError, UserErrorCode } from '../domain/errors.ts';

const codes: Readonly<Record<ProviderFailureCode, UserErrorCode>> = {
  UNREACHABLE: 'PROVIDER_UNREACHABLE',
  THROTTLED: 'PROVIDER_UNREACHABLE',
  CREDENTIALS_REJECTED: 'CREDENTIALS_REJECTED',
  FORBIDDEN: 'PROVIDER_REJECTED',
  NOT_FOUND: 'PROVIDER_REJECTED',
  CONFLICT: 'DUPLICATE',
  REJECTED: 'PROVIDER_REJECTED',
  MALFORMED_ANSWER: 'PROVIDER_REJECTED',
};

export function providerUserError(error: ProviderError, path: readonly string[]): UserError {
  return { path, code: codes[error.code], message: error.message };
}
