/** `Query.availability`: what costs more than the slots themselves is worked out where it is asked for. */
import DataLoader from 'dataloader';
import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';
import type { AccountRecord, EventView } from '../datasources/store/records.ts';
import type { AvailabilityAnswer } from '../scheduling/availability/answer.ts';
import { cutShortCalendars, type KnownMember } from '../scheduling/availability/known-members.ts';
import type { BusyCause } from '../scheduling/busy/members.ts';
import type { SequencesAnswer } from '../scheduling/sequences/answer.ts';
import type { Resolvers } from '../schema/generated.ts';
import { pageSize } from './arguments.ts';
import type { Context } from './context.ts';
import { freshnessOf } from './freshness.ts';
import { visible } from './node.ts';
import type { FreshnessParent, ParticipantParent, RejectionParent, SlotParent } from './parents.ts';

type Parts = 'Availability' | 'AvailableSlot' | 'SlotParticipant' | 'MemberAvailability' | 'RejectionReason';

export const availabilityQuery: Pick<Resolvers, Parts> & { Query: Resolvers['Query'] } = {
  Query: {
    availability: (_parent, { input }, { services, actor, counter }) =>
      services.availability.answer(actor, input, counter),
  },

  Availability: {
    slots: (answer, _args, context) => slotsOf(answer, context),
    truncated: (answer) => answer.found.truncated,
    members: (answer, _args, context, info) => (asksFor('account', info) ? showing(answer, context) : answer).members(),
    freshness: (answer, _args, context) => freshnessOfAnswer(answer, context),
    rejections: (given, { first, at }, context) => {
      const answer = showing(given, context);
      const size = pageSize(first, 50, 500);
      const events = eventsOf(answer);
      return answer.rejections(size, at == null ? null : at / 1000).map(({ start, reasons }) => ({
        start: start * 1000,
        reasons: reasons.map((reason): RejectionParent => ({ ...reason, events })),
      }));
    },
  },

  AvailableSlot: {
    token: (slot) => slot.token(),
    participants: async (slot, _args, _context, info): Promise<readonly ParticipantParent[]> => {
      const found = await slot.participants();
      if (slot.accounts === undefined || !asksFor('account', info)) return found;
      const accounts = await slot.accounts();
      return found.map((one) => ({ ...one, account: accounts.get(one.accountId) }));
    },
  },

  SlotParticipant: {
    account: ({ accountId, account }, _args, { loaders }) => account ?? visible(loaders.account.load(accountId)),
  },

  MemberAvailability: {
    account: ({ accountId }, _args, { loaders }) => loaders.account.load(accountId),
  },

  RejectionReason: {
    account: ({ accountId }, _args, { loaders }) => visible(loaders.account.load(accountId)),
    calendar: ({ calendarId }, _args, { loaders }) => (calendarId === null ? null : loaders.calendar.load(calendarId)),
    event: ({ cause, events }) => (cause === null ? null : events.load(cause)),
    busy: ({ busy }) => (busy === null ? null : { start: busy.start * 1000, end: busy.end * 1000 }),
  },
};

function slotsOf(answer: AvailabilityAnswer, context: Context): readonly SlotParent[] {
  const accounts = accountsOf(answer, context);
  return answer.found.openings.map((slot) => ({
    start: slot.start * 1000,
    end: slot.end * 1000,
    token: () => answer.tokenOf(slot),
    participants: () => answer.participantsOf(slot),
    accounts,
  }));
}

/** How current what is known of the members is. */
export function freshnessOfAnswer(answer: AvailabilityAnswer | SequencesAnswer, context: Context): FreshnessParent {
  const { known, freshness } = answer;
  const cutShort = cutShortCalendars(known.members);
  return freshnessOf({ calendars: answer.calendars(), snapshot: known.snapshot, cutShort, ...freshness }, context);
}

/** What was read of the members already needs no statement when it is shown. */
export function showing<Answer extends { readonly known: { readonly members: readonly KnownMember[] } }>(
  answer: Answer,
  { loaders }: Context,
): Answer {
  for (const { account } of answer.known.members) {
    if (account.record !== undefined) loaders.account.prime(account.accountId, account.record);
  }
  return answer;
}

/** Looked for when they are asked for first, and once for all slots. */
export function accountsOf(
  answer: { readonly known: { readonly members: readonly KnownMember[] } },
  context: Context,
): NonNullable<SlotParent['accounts']> {
  let reading: ReturnType<NonNullable<SlotParent['accounts']>> | null = null;
  return () => {
    if (reading !== null) return reading;
    const ids = showing(answer, context).known.members.map(({ account }) => account.accountId);
    reading = context.loaders.account.loadMany([...new Set(ids)]).then(byId);
    return reading;
  };
}

function byId(found: readonly (AccountRecord | Error | null)[]): ReadonlyMap<string, AccountRecord> {
  const failed = found.find((one) => one instanceof Error);
  if (failed !== undefined) throw failed;
  return new Map(found.flatMap((one) => (one === null || one instanceof Error ? [] : [[one.id, one] as const])));
}

/** Whether a field of a list's objects is asked for: two hundred of them are cheaper to answer at once than one promise each. */
function asksFor(
  name: string,
  { fieldNodes, fragments }: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>,
): boolean {
  const within = (selections: SelectionSetNode | undefined): boolean =>
    selections?.selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return selection.name.value === name;
      if (selection.kind === Kind.INLINE_FRAGMENT) return within(selection.selectionSet);
      return within(fragments[selection.name.value]?.selectionSet);
    }) ?? false;
  return fieldNodes.some(({ selectionSet }) => within(selectionSet));
}

/** However many reasons name an event, all of them are read at once. */
function eventsOf(answer: AvailabilityAnswer): DataLoader<BusyCause, EventView | null, string> {
  return new DataLoader<BusyCause, EventView | null, string>((causes) => answer.events(causes), {
    cacheKeyFn: ({ calendarId, start, end, margin }) => `${calendarId} ${start} ${end} ${margin === true}`,
  });
}
