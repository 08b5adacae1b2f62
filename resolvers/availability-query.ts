/** `Query.availability`: what costs more than the slots themselves is worked out where it is asked for. */
import DataLoader from 'dataloader';
import type { EventView } from '../datasources/store/records.ts';
import type { AvailabilityAnswer } from '../scheduling/availability/answer.ts';
import type { BusyCause } from '../scheduling/busy/members.ts';
import type { Resolvers } from '../schema/generated.ts';
import { pageSize } from './arguments.ts';
import { freshnessOf } from './freshness.ts';
import { visible } from './node.ts';
import type { RejectionParent, SlotParent } from './parents.ts';

type Parts = 'Availability' | 'AvailableSlot' | 'SlotParticipant' | 'MemberAvailability' | 'RejectionReason';

export const availabilityQuery: Pick<Resolvers, Parts> & { Query: Resolvers['Query'] } = {
  Query: {
    availability: (_parent, { input }, { services, actor, counter }) =>
      services.availability.answer(actor, input, counter),
  },

  Availability: {
    slots: (answer) => slotsOf(answer),
    truncated: (answer) => answer.found.truncated,
    members: (answer) => answer.members(),
    freshness: (answer, _args, context) =>
      freshnessOf({ calendars: answer.calendars(), snapshot: answer.known.snapshot, ...answer.freshness }, context),
    rejections: (answer, { first, at }) => {
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
    participants: (slot) => slot.participants(),
  },

  SlotParticipant: {
    account: ({ accountId }, _args, { loaders }) => visible(loaders.account.load(accountId)),
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

function slotsOf(answer: AvailabilityAnswer): readonly SlotParent[] {
  return answer.found.openings.map((slot) => ({
    start: slot.start * 1000,
    end: slot.end * 1000,
    token: () => answer.tokenOf(slot),
    participants: () => answer.participantsOf(slot),
  }));
}

/** However many reasons name an event, all of them are read at once. */
function eventsOf(answer: AvailabilityAnswer): DataLoader<BusyCause, EventView | null, string> {
  return new DataLoader<BusyCause, EventView | null, string>((causes) => answer.events(causes), {
    cacheKeyFn: ({ calendarId, start, end, margin }) => `${calendarId} ${start} ${end} ${margin === true}`,
  });
}
