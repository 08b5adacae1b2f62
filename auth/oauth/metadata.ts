/** Authorization server metadata (RFC 8414): what there is, and nothing else. */
import { scopes } from '../../domain/actor.ts';
import { composites } from '../../domain/grants.ts';

export const endpoints = {
  authorization: '/oauth/authorize',
  token: '/oauth/token',
  revocation: '/oauth/token/revoke',
  metadata: '/.well-known/oauth-authorization-server',
} as const;

const clientAuthentication = ['client_secret_basic', 'client_secret_post'];

/** @param issuer without a slash at the end */
export function metadata(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}${endpoints.authorization}`,
    token_endpoint: `${issuer}${endpoints.token}`,
    revocation_endpoint: `${issuer}${endpoints.revocation}`,
    scopes_supported: [...scopes, ...Object.keys(composites)],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: clientAuthentication,
    revocation_endpoint_auth_methods_supported: clientAuthentication,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  };
}
