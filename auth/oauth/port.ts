/** Between the OAuth server, which knows the standard, and the pages on which a user decides. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Scope } from '../../domain/actor.ts';

/** An authorisation that an application has asked for, in the browser that began it. */
export interface PendingAuthorization {
  /** Names the flow in the pages' addresses; worth nothing without that browser's cookies. */
  readonly uid: string;
  readonly application: {
    readonly id: string;
    readonly clientId: string;
    readonly name: string;
    readonly mode: 'DEVELOPMENT' | 'PRODUCTION';
    readonly unitId: string;
  };
  /** Where the answer goes; its host is shown to the user of an application in DEVELOPMENT. */
  readonly redirectUri: string;
  /** What is asked for, composites spelt out. */
  readonly scopes: readonly Scope[];
  /** `provider_name` of the request: the provider to begin with; null when the user picks. */
  readonly providerName: string | null;
  /** The account that what is connected now belongs to: from `link_token`, or this browser's earlier one where the application links implicitly. */
  readonly linkAccountId: string | null;
}

export interface OAuthServer {
  /** Answers `/oauth/*` and `/.well-known/oauth-authorization-server`. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Null when this browser has no such flow: it was begun elsewhere, has ended, or is too old. */
  pending(request: IncomingMessage, response: ServerResponse): Promise<PendingAuthorization | null>;
  /**
   * Sends the browser back with a code. `accountId` has been proven by a working login at its provider, and its
   * authorization grant for the application stands. `profileId` is the profile just connected (`linking_profile`).
   */
  approve(
    request: IncomingMessage,
    response: ServerResponse,
    granted: { readonly accountId: string; readonly profileId: string; readonly scopes: readonly Scope[] },
  ): Promise<void>;
  /** Sends the browser back with `access_denied`. */
  deny(request: IncomingMessage, response: ServerResponse): Promise<void>;
}
