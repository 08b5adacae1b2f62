/** What resolvers ask for of the users' pages: addresses to send a user to. */
import type { KeyRing } from '../../datasources/secrets/key-ring.ts';
import { findApplication } from '../../datasources/store/accounts.ts';
import type { QueryCounter, Store } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import { mayRedirectTo, redirectUriProblem } from '../redirect-uris.ts';
import { type PermissionAnswer, requestPermission } from './permission.ts';
import { relinkAddress } from './relink.ts';

export interface ConsentDependencies {
  readonly store: Store;
  readonly keyRing: KeyRing;
  readonly publicUrl: () => URL;
  readonly serviceMode: 'development' | 'production';
}

export interface Consent {
  /** Where the user of a profile mends it. */
  relinkUrl(profileId: string, applicationId: string): string;
  requestPermission(
    actor: Actor,
    input: { readonly calendarIds: readonly string[]; readonly redirectUri: string },
    counter: QueryCounter,
  ): Promise<PermissionAnswer>;
}

export function consent(dependencies: ConsentDependencies): Consent {
  const { store, keyRing, publicUrl, serviceMode } = dependencies;
  const redirectProblem = async (applicationId: string, redirectUri: string) => {
    const application = await store.asWorker((tx) => findApplication(tx, applicationId));
    if (application !== null && mayRedirectTo(application, redirectUri, serviceMode)) return null;
    return redirectUriProblem(redirectUri) ?? 'Expected an address that the application has registered, got another';
  };
  return {
    relinkUrl: (profileId, applicationId) => relinkAddress(keyRing, publicUrl(), profileId, applicationId),
    requestPermission: (actor, input, counter) =>
      requestPermission({ store, publicUrl, redirectProblem }, actor, input, counter),
  };
}
