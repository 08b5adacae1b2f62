/** node.graphql, and how ids find their rows. */
import type { EventView } from '../datasources/store/records.ts';
import { type Scope, scopes } from '../domain/actor.ts';
import { mayOn } from '../domain/grants.ts';
import { parseEventId } from '../domain/identity.ts';
import type { Resolvers } from '../schema/generated.ts';
import { knownShapes, wellFormedId } from './arguments.ts';
import type { Context } from './context.ts';
import { showEvent } from './event-views.ts';
import { grantedBy } from './grants.ts';

/** For non-null fields whose row row-level security guarantees: gone between two statements is a failure of ours. */
export async function visible<T>(loading: Promise<T | null>): Promise<T> {
  const found = await loading;
  if (found === null) throw new Error('a row vanished while it was being answered');
  return found;
}

/**
 * Abstract types tell by the name that was put on the row. The generator calls the field `resolveType`, graphql-js's
 * resolver maps call it `__resolveType`: hence the cast.
 */
export const typeByName = { __resolveType: (parent: { __typename: string }) => parent.__typename } as never;

type AnyNode = { readonly __typename: string } & object;

/** Without any of these nobody is told that there is such an object: of most fields the schema says so, of ids this. */
const needed: Readonly<Record<string, readonly Scope[]>> = {
  acc_: ['read_account', 'read_free_busy', 'read_events', 'list_calendars', 'create_event'],
  pro_: ['read_account'],
  cal_: ['list_calendars'],
  run_: ['list_calendars'],
  avr_: ['read_free_busy', 'read_events'],
  avp_: ['read_free_busy', 'read_events'],
  hld_: ['create_event', 'read_free_busy', 'read_events'],
  opr_: ['create_event', 'delete_event', 'change_participation_status', 'read_events'],
};

/** Any node by its id; null when it does not exist, or not for this credential. */
export async function loadNode(id: string, context: Context): Promise<AnyNode | null> {
  const { loaders } = context;
  const named = async (typeName: string, loading: Promise<object | null>): Promise<AnyNode | null> => {
    const found = await loading;
    return found === null ? null : { ...found, __typename: typeName };
  };
  if (id.length > 128) return null;
  const any = needed[id.slice(0, 4)] ?? [];
  if (!mayOn(context.actor, scopes, any)) return null;
  const granting = async <T extends object>(loading: Promise<T | null>, granted: (found: T) => readonly string[]) => {
    const found = await loading;
    return found !== null && mayOn(context.actor, granted(found), any) ? found : null;
  };
  switch (id.slice(0, 4)) {
    case 'acc_':
      return named('CalendarAccount', granting(loaders.account.load(id), grantedBy.CalendarAccount));
    case 'pro_':
      return named('CalendarProfile', granting(loaders.profile.load(id), grantedBy.CalendarProfile));
    case 'cal_':
      return named('Calendar', granting(loaders.calendar.load(id), grantedBy.Calendar));
    case 'run_':
      return named(
        'SyncRun',
        granting(loaders.run.load(id), ({ grantScopes }) => grantScopes),
      );
    case 'evt_':
      return named('CalendarEvent', loadEvent(id, context));
    case 'opr_':
      return named('WriteOperation', loaders.operation.load(id));
    case 'avr_':
      return named('AvailabilityRule', granting(loaders.availabilityRule.load(id), grantedBy.AvailabilityRule));
    case 'avp_':
      return named('AvailablePeriod', granting(loaders.availablePeriod.load(id), grantedBy.AvailablePeriod));
    case 'hld_':
      return named('Hold', granting(loaders.hold.load(id), grantedBy.Hold));
    case 'app_':
      return named('CalendarApplication', loaders.application.load(id));
    case 'org_':
      return named('OrganizationalUnit', loaders.unit.load(id));
    default:
      return null;
  }
}

/**
 * An event or occurrence by its id; null when it is gone, for an occurrence that the rule does not make (semantics B1), and
 * when it may not be read: who may only write sees its own.
 */
export async function loadEvent(id: string, context: Context): Promise<EventView | null> {
  const { actor } = context;
  if (!actor.scopes.has('read_events') && !actor.scopes.has('create_event')) return null;
  const parsed = parseEventId(id);
  if (parsed === null) return null;
  const record = await context.loaders.event.load(parsed.seriesId);
  if (record === null || record.deletedAt !== null) return null;
  const view = await showEvent({ record, recurrenceId: parsed.recurrenceId }, context);
  return view === null || view.deleted ? null : view;
}

export const node: Pick<Resolvers, 'Node'> & { Query: Resolvers['Query'] } = {
  Node: typeByName,
  Query: {
    node: (_parent, { id }, context) => loadNode(wellFormedId(id), context) as never,
    nodes: (_parent, { ids }, context) =>
      Promise.all(knownShapes(ids).map((id) => (id === null ? null : loadNode(id, context)))) as never,
  },
};
