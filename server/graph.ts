/** The graph over the services: one seam, and the context that each request gets. */
import type { GraphQLSchema } from 'graphql';
import { authenticate } from '../auth/authenticate.ts';
import { type PublishedDocuments, publishedDocuments } from '../auth/elements/published.ts';
import { operations as cliOperations } from '../cli/operations.ts';
import type { OpenedStore } from '../datasources/store/open.ts';
import { tenantOf } from '../datasources/store/store.ts';
import type { Actor } from '../domain/actor.ts';
import type { Telemetry } from '../domain/telemetry.ts';
import type { Context } from '../resolvers/context.ts';
import { grantedBy } from '../resolvers/grants.ts';
import { resolvers } from '../resolvers/index.ts';
import { createLoaders, type Loaders } from '../resolvers/loaders.ts';
import { withReferences } from '../resolvers/references.ts';
import type { Services } from '../resolvers/services.ts';
import type { DocumentsMode } from './config.ts';
import { type KnownDocument, knownDocument } from './graphql/documents/manifest.ts';
import { type TrustedDocuments, trustedDocuments } from './graphql/documents/trusted.ts';
import type { Execute } from './graphql/execution/executor.ts';
import { boundByGrants } from './graphql/grants.ts';
import { createScalars } from './graphql/scalars.ts';
import {
  buildFederatedSchema,
  buildPublicSchema,
  type FederatedOptions,
  printPublicSchema,
  sdlOf,
} from './graphql/schema.ts';
import { createSeam, type InternalError, type Seam, type SeamOptions } from './graphql/seam.ts';
import type { RequestIdentity } from './http/app.ts';
import { observedSeam } from './telemetry/observed-seam.ts';

/** What of a request's context each of its events has in common. */
type Known = Pick<Context, 'requestId' | 'actor' | 'tenant' | 'signal' | 'headers'>;

/** This graph as a part of a federated one. */
export interface Federated {
  readonly schema: GraphQLSchema;
  /** As `_service { sdl }` answers it. */
  readonly sdl: string;
}

export interface Graph {
  readonly seam: Seam<Context>;
  /** Builds the schema with `_entities` and `_service` over the same resolvers. */
  federated(options?: FederatedOptions): Federated;
  /** Another seam for the same contexts and credentials. */
  seamOver(schema: GraphQLSchema, more?: Partial<SeamOptions<Context>>): Seam<Context>;
  readonly sdl: string;
  readonly published: PublishedDocuments;
  readonly documents: TrustedDocuments;
  authenticate(authorization: string | undefined): Promise<Actor | null>;
  createContext(identity: RequestIdentity): Context;
}

export function createGraph(
  services: Services,
  store: OpenedStore,
  options: {
    readonly isDevelopment: boolean;
    /** As `isDevelopment` where it is left out. */
    readonly introspection?: boolean;
    /** No ids of documents where it is left out. */
    readonly documents?: { readonly mode: DocumentsMode; readonly listed: readonly KnownDocument[] };
    readonly onInternalError: (error: InternalError) => void;
    readonly telemetry?: Telemetry | null;
    /** Another executor than the seam's own. */
    readonly executor?: (schema: GraphQLSchema) => Execute;
  },
): Graph {
  /** Ten thousand open subscriptions hold a context each and load nothing with it: loaders are made when one is asked for. */
  const fresh = (known: Known): Context => {
    const counter = { sqlQueries: 0, providerCalls: 0 };
    let loaders: Loaders | null = null;
    return {
      ...known,
      services,
      counter,
      get loaders() {
        loaders ??= createLoaders(services.store, known.tenant, counter);
        return loaders;
      },
    };
  };
  const published = publishedDocuments();
  const scalars = createScalars({ canonicalZone: (name) => services.zones.canonical(name) });
  const schema = boundByGrants(buildPublicSchema({ ...resolvers, ...scalars }), grantedBy);
  const common: Omit<SeamOptions<Context>, 'schema'> = {
    introspection: options.introspection ?? options.isDevelopment,
    mayRun: ({ element }, document) => element === undefined || published.includes(document, element.permissions),
    hideSuggestions: !options.isDevelopment,
    onInternalError: options.onInternalError,
    contextForEvent: ({ requestId, actor, tenant, signal, headers }) =>
      fresh({ requestId, actor, tenant, signal, ...(headers === undefined ? {} : { headers }) }),
  };
  const seam = createSeam<Context>({
    ...common,
    schema,
    ...(options.executor === undefined ? {} : { execute: options.executor(schema) }),
  });
  const { mode, listed } = options.documents ?? { mode: 'off', listed: [] };
  const own = [...published.all.map(({ query }) => query), ...Object.values(cliOperations)];
  const ours = mode === 'off' ? [] : own.map(knownDocument);
  return {
    seam: observedSeam(seam, options.telemetry ?? null),
    federated(federation) {
      const all = { ...withReferences(resolvers), ...scalars };
      const federatedSchema = boundByGrants(buildFederatedSchema(all, federation), grantedBy);
      return { schema: federatedSchema, sdl: sdlOf(federatedSchema) };
    },
    seamOver: (other, more) =>
      // What a gateway asks of our own part is a part of an operation that was counted already.
      observedSeam(
        createSeam<Context>({ ...common, ...more, schema: other }),
        more?.takesAsIs === true ? null : (options.telemetry ?? null),
      ),
    documents: trustedDocuments(mode, [...listed, ...ours]),
    sdl: printPublicSchema(schema),
    published,
    authenticate: (authorization) => authenticate(store, authorization),
    createContext: ({ actor, requestId, signal, headers }) =>
      fresh({ requestId, actor, tenant: tenantOf(actor), signal, ...(headers === undefined ? {} : { headers }) }),
  };
}
