/** oidc-provider's storage: artifacts found by a hash and sealed, access tokens as credentials, applications as clients. */
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { KeyRing } from '../../datasources/secrets/key-ring.ts';
import { hashToken } from '../../datasources/secrets/tokens.ts';
import { findApplicationByClientId, type RegisteredApplication } from '../../datasources/store/applications.ts';
import {
  consumeArtifact,
  findAccessToken,
  findArtifact,
  insertAccessToken,
  keepGrant,
  removeArtifact,
  revokeAccessToken,
  revokeGrant,
  saveArtifact,
} from '../../datasources/store/oauth-artifacts.ts';
import type { Tx } from '../../datasources/store/store.ts';
import type { IdSource } from '../../domain/identity.ts';
import type { Works } from './work.ts';

/** Seconds in which a refresh token that was just used answers a new pair once more: its answer may have been lost. */
export const refreshGrace = 30;

export interface StorageOptions {
  readonly works: Works;
  readonly keyRing: KeyRing;
  readonly ids: IdSource;
}

/** What the client of oidc-provider carries of ours, under `application`. */
export function applicationOf(client: object): RegisteredApplication {
  const { application } = client as { application?: RegisteredApplication };
  if (application === undefined) throw new Error('expected a client of this storage, got another');
  return application;
}

export function createStorage(options: StorageOptions): AdapterFactory {
  const applicationIds = new Map<string, string>();
  const applicationIdOf = async (tx: Tx, clientId: unknown): Promise<string | null> => {
    if (typeof clientId !== 'string') return null;
    const known = applicationIds.get(clientId) ?? (await findApplicationByClientId(tx, clientId))?.id ?? null;
    if (known !== null) applicationIds.set(clientId, known);
    return known;
  };
  return (model) => {
    if (model === 'Client') return clients(options);
    if (model === 'Session') return nothing;
    if (model === 'AccessToken') return accessTokens(options, applicationIdOf);
    return artifacts(model, options, applicationIdOf);
  };
}

type ApplicationIdOf = (tx: Tx, clientId: unknown) => Promise<string | null>;

const none = async () => undefined;

/** Every authorisation asks its user: no session outlives the request that it was made in. */
const nothing: Adapter = {
  upsert: none,
  find: none,
  findByUid: none,
  findByUserCode: none,
  consume: none,
  destroy: none,
  revokeByGrantId: none,
};

function clients({ works }: StorageOptions): Adapter {
  return {
    ...nothing,
    async find(clientId) {
      const application = await works.within((tx) => findApplicationByClientId(tx, clientId));
      if (application === null) return undefined;
      return {
        client_id: application.clientId,
        client_name: application.name,
        // Never compared: provider.ts asks the hashes of the application's secrets.
        client_secret: 'compared-by-its-hash',
        redirect_uris: ['https://compared-by-its-rules.invalid/'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        application,
      } as AdapterPayload;
    },
  };
}

/** As good as never: the store says when, and it says so anew with each reading. */
const distant = 10 * 365 * 86_400;

function artifacts(model: string, { works, keyRing }: StorageOptions, applicationIdOf: ApplicationIdOf): Adapter {
  const identityOf = (idHash: Buffer) => `oauth_artifact:${model}:${idHash.toString('hex')}:payload`;
  const lasts = model === 'RefreshToken';
  return {
    ...nothing,
    async upsert(id, payload, expiresIn) {
      const idHash = hashToken(id);
      const grantId = model === 'Grant' ? id : (payload.grantId ?? null);
      await works.within(async (tx) => {
        await saveArtifact(tx, {
          model,
          idHash,
          applicationId: await applicationIdOf(tx, payload.clientId ?? payload.params?.['client_id']),
          accountId: payload.accountId ?? null,
          grantId,
          payload: keyRing.seal(JSON.stringify(payload), identityOf(idHash)),
          lifetime: lasts ? null : (expiresIn ?? null),
        });
        if (lasts && grantId !== null) await keepGrant(tx, grantId);
      });
    },
    find: (id) =>
      works.within(async (tx) => {
        const idHash = hashToken(id);
        const found = await findArtifact(tx, model, idHash);
        if (found === null) return undefined;
        const text = keyRing.open(found.payload, identityOf(idHash));
        const { consumed: _, ...payload } = JSON.parse(text) as AdapterPayload;
        const seconds = Math.floor(Date.now() / 1_000);
        const isUsed = found.usedFor !== null && !(lasts && found.usedFor < refreshGrace);
        return {
          ...payload,
          exp: Math.ceil(seconds + (found.remaining ?? distant)),
          ...(isUsed ? { consumed: seconds - Math.floor(found.usedFor ?? 0) } : {}),
        };
      }),
    async consume(id) {
      const isFirst = await works.within((tx) => consumeArtifact(tx, model, hashToken(id)));
      // Within its grace a refresh token is used a second time; anything else was used by another request meanwhile.
      if (!isFirst && !lasts) throw new errors.InvalidGrant('authorization code already consumed');
    },
    destroy: (id) =>
      works.within(async (tx) => {
        if (model === 'Grant') await revokeGrant(tx, id);
        else if (model !== 'RefreshToken') await removeArtifact(tx, model, hashToken(id));
      }),
    revokeByGrantId: (grantId) => works.within((tx) => revokeGrant(tx, grantId)),
  };
}

function accessTokens({ works, ids }: StorageOptions, applicationIdOf: ApplicationIdOf): Adapter {
  return {
    ...nothing,
    async upsert(id, payload, expiresIn) {
      await works.within(async (tx) => {
        const applicationId = await applicationIdOf(tx, payload.clientId);
        const { accountId, grantId, scope } = payload;
        if (applicationId === null || accountId === undefined || grantId === undefined || expiresIn === undefined) {
          throw new Error('expected an access token of an application, an account and a grant, that ends');
        }
        await insertAccessToken(tx, {
          id: ids('crd'),
          tokenHash: hashToken(id),
          applicationId,
          accountId,
          grantId,
          scopes: scope?.split(' ') ?? [],
          lifetime: expiresIn,
        });
      });
    },
    find: (id) =>
      works.within(async (tx) => {
        const found = await findAccessToken(tx, hashToken(id));
        if (found === null) return undefined;
        const { accountId, grantId } = found;
        return {
          kind: 'AccessToken',
          jti: id,
          exp: Math.ceil(Date.now() / 1_000 + (found.remaining ?? distant)),
          clientId: found.clientId,
          scope: found.scopes.join(' '),
          ...(accountId === null ? {} : { accountId }),
          ...(grantId === null ? {} : { grantId }),
        };
      }),
    destroy: (id) => works.within((tx) => revokeAccessToken(tx, hashToken(id))),
    revokeByGrantId: (grantId) => works.within((tx) => revokeGrant(tx, grantId)),
  };
}
