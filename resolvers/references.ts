/**
 * How other graphs find this one's objects: `__resolveReference` of every entity, and `_entities` itself. Whatever does not
 * exist, belongs to somebody else or is no id at all answers null and costs the same statement: one for each type.
 */
import { entitiesResolver } from '@apollo/subgraph';
import type { GraphQLResolveInfo } from 'graphql';
import { RequestError } from '../domain/errors.ts';
import { parseEventId } from '../domain/identity.ts';
import { isIdShaped } from './arguments.ts';
import type { Context } from './context.ts';
import { loadNode } from './node.ts';

/** What begins the ids of each entity. */
export const entityPrefixes: Readonly<Record<string, string>> = {
  CalendarAccount: 'acc_',
  CalendarProfile: 'pro_',
  ConferencingProfile: 'cnf_',
  Calendar: 'cal_',
  SyncRun: 'run_',
  CalendarEvent: 'evt_',
  WriteOperation: 'opr_',
  AvailabilityRule: 'avr_',
  AvailablePeriod: 'avp_',
  Hold: 'hld_',
  CalendarApplication: 'app_',
  OrganizationalUnit: 'org_',
};

/** References of one request. */
export const mostRepresentations = 5_000;

interface Reference {
  readonly __typename: string;
  readonly id?: unknown;
}

/** All resolvers as a subgraph has them: with `Query._entities`, and of each entity how a reference to it is resolved. */
export function withReferences(resolvers: object): Readonly<Record<string, object>> {
  const all = { ...resolvers } as Record<string, object>;
  for (const [typeName, prefix] of Object.entries(entityPrefixes)) {
    all[typeName] = {
      ...all[typeName],
      __resolveReference: ({ id }: Reference, context: Context) => resolveReference(prefix, id, context),
    };
  }
  all['Query'] = { ...all['Query'], _entities: resolveEntities };
  return all;
}

function resolveEntities(
  _parent: unknown,
  { representations }: { readonly representations: readonly unknown[] },
  context: Context,
  info: GraphQLResolveInfo,
) {
  return entitiesResolver({ representations: representationsOf(representations), context, info });
}

async function resolveReference(prefix: string, id: unknown, context: Context): Promise<object | null> {
  const isOurs = typeof id === 'string' && id.startsWith(prefix) && isIdShaped(id);
  // An id that nothing has: who sends another learns nothing from how long the answer takes.
  const asked = isOurs ? id : `${prefix}unknown`;
  if (prefix === 'evt_') {
    const found = await context.loaders.eventWithCalendar.load(parseEventId(asked)?.seriesId ?? asked);
    if (found === null) return null;
  }
  return loadNode(asked, context);
}

function representationsOf(given: readonly unknown[]): (Reference & { readonly [key: string]: unknown })[] {
  if (given.length > mostRepresentations) {
    throw refused(`expected at most ${mostRepresentations} references, got ${given.length}`);
  }
  return given.map((reference) => {
    const typeName = (reference as Partial<Reference> | null)?.__typename;
    if (typeof typeName !== 'string' || !Object.hasOwn(entityPrefixes, typeName)) {
      throw refused('expected each reference to name a type of this graph that has a key, got another');
    }
    return reference as Reference & { readonly [key: string]: unknown };
  });
}

function refused(message: string): RequestError {
  return new RequestError('BAD_USER_INPUT', `representations: ${message}`, { argument: 'representations' });
}
