/** The events that a hold is to become, as they were given: checked beside the hold, one at a time. */
import { findCalendars } from '../../datasources/store/calendars.ts';
import { beginConfirming, confirmationOf } from '../../datasources/store/confirmations.ts';
import { findManagedEvent } from '../../datasources/store/events.ts';
import { bookingsOf } from '../../datasources/store/holds.ts';
import type { HoldRecord } from '../../datasources/store/records.ts';
import type { Tx } from '../../datasources/store/store.ts';
import type { StoredBooking, StoredConfirmation } from '../../datasources/store/tables.ts';
import type { Actor } from '../../domain/actor.ts';
import type { UserError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/events/model.ts';
import type { ConfirmHoldInput, UpsertEventInput } from '../../schema/generated.ts';
import { readAnswers } from '../../sync/outbound/events/answer.ts';
import { stateOf } from '../../sync/outbound/events/undo.ts';
import type { Spent } from '../../sync/outbound/events/writer.ts';
import { bookingOf, claimTime, newClaim } from './claims.ts';
import { type Booking, type ConfirmAnswer, type ConfirmDependencies, type Copy, refused } from './confirming.ts';
import { withHold } from './holder.ts';

export type Begun =
  | { readonly kind: 'answered'; readonly answer: ConfirmAnswer }
  /** Another attempt began with events, and somebody has to go on with those first. */
  | { readonly kind: 'left'; readonly booking: Booking; readonly stage: StoredConfirmation['stage'] }
  /** @param resumed some of its copies may have been written by another attempt */
  | { readonly kind: 'begun'; readonly booking: Booking; readonly resumed: boolean };

/** What the input says, checked beside the hold; from then on this attempt has the hold to itself. */
export async function begin(
  { store }: ConfirmDependencies,
  actor: Actor,
  { holdId, events, control, allowUnreachable }: ConfirmHoldInput,
  counter: Spent,
): Promise<Begun> {
  const answered = (answer: ConfirmAnswer): Begun => ({ kind: 'answered', answer });
  const claim = newClaim(holdId);
  const found = await withHold(store, actor, holdId, counter, async (tx, hold): Promise<Begun> => {
    const made = hold.status === 'CONFIRMED' ? await bookingsOf(tx, hold.id) : null;
    if (made !== null) return answered(await repeated(made));
    if (hold.status !== 'HELD') {
      const message = `Expected a hold that is in force, got one that is ${hold.status}`;
      return answered(refused(hold, [{ path: ['holdId'], code: 'HOLD_EXPIRED', message }]));
    }
    const left = await confirmationOf(tx, hold.id);
    const same = left !== null && isOf(left, events);
    if (left?.stage === 'INVITING' && !same) return answered(refused(hold, [otherEvents]));
    const { copies, errors } = await copiesOf(tx, hold, same ? left : null);
    if (errors.length > 0) return answered(refused(hold, errors));
    await beginConfirming(tx, claim, claimTime);
    if (left !== null && (left.stage === 'INVITING' || !same)) {
      return { kind: 'left', booking: bookingOf(hold, claim, left), stage: left.stage };
    }
    const mayBePending = allowUnreachable === true;
    const booking = { hold, claim, actor, control: control ?? {}, mayBePending, copies };
    return { kind: 'begun', booking, resumed: left !== null };

    /** @param same what another attempt wrote of these very events */
    async function copiesOf(tx: Tx, hold: HoldRecord, same: StoredConfirmation | null) {
      const ids = [...new Set(events.map(({ event }) => event.calendarId))];
      const calendars = new Map((await findCalendars(tx, actor, ids)).map((one) => [one.id, one]));
      const errors: UserError[] = [];
      const copies: Copy[] = [];
      if (events.length === 0)
        errors.push({ path: ['events'], code: 'REQUIRED', message: 'Expected one event or more, got none' });
      if (control?.ifVersion != null) {
        const message = 'Expected none: a hold has no version';
        errors.push({ path: ['control', 'ifVersion'], code: 'NOT_SUPPORTED', message });
      }
      for (const [index, { slot: place, event }] of events.entries()) {
        const path = ['events', `${index}`];
        const slot = hold.slots[place ?? 0];
        const calendar = calendars.get(event.calendarId);
        if (slot === undefined) {
          const message = `Expected 0 to ${hold.slots.length - 1}, got ${place}`;
          errors.push({ path: [...path, 'slot'], code: 'OUT_OF_RANGE', message });
        } else if (calendar === undefined || !slot.accountIds.includes(calendar.accountId)) {
          const message = "Expected a calendar of one of the slot's accounts, got an unknown id or another account's";
          errors.push({ path: [...path, 'event', 'calendarId'], code: 'NOT_FOUND', message });
        } else if (copies.some((copy) => copy.slot === slot && copy.accountId === calendar.accountId)) {
          const message = 'Expected one event for each slot and account, got a second one';
          errors.push({ path: [...path, 'event', 'calendarId'], code: 'DUPLICATE', message });
        } else {
          const existing = await findManagedEvent(tx, actor, calendar.id, event.key);
          const alive = existing === null || existing.deletedAt !== null ? null : existing;
          const kept = same?.copies[index];
          copies.push({
            path: [...path, 'event'],
            slot,
            accountId: calendar.accountId,
            input: atSlot(event, slot),
            errors: otherThanSlot(event, slot).map((error) => ({ ...error, path: [...path, 'event', ...error.path] })),
            existingId: alive?.id ?? null,
            before: kept === undefined ? (alive === null ? null : stateOf(alive)) : kept.before,
          });
        }
      }
      return { copies, errors };
    }

    /** The same call again: what the first one made, as it stands now. */
    async function repeated(bookings: readonly StoredBooking[]): Promise<ConfirmAnswer> {
      const same =
        bookings.length === events.length &&
        bookings.every(
          ({ calendarId, key }, at) => events[at]?.event.calendarId === calendarId && events[at]?.event.key === key,
        );
      if (!same) return refused(hold, [otherEvents]);
      const writes = bookings.map(({ accountId, eventId, operationId, created }) => ({
        ...{ accountId, eventId, operationId, created, recurrenceId: null, pending: false, deletedId: null },
        ...{ splitOffId: null, warnings: [] },
      }));
      return { hold, results: await readAnswers(tx, actor, writes), userErrors: [] };
    }
  });
  return 'kind' in found ? found : answered({ ...found, results: null });
}

const otherEvents: UserError = {
  path: ['events'],
  code: 'IDEMPOTENCY_MISMATCH',
  message: 'Expected the events that the hold was confirmed with, got others',
};

/** Whether another attempt had begun with the very same events. */
function isOf({ copies }: StoredConfirmation, events: ConfirmHoldInput['events']): boolean {
  return (
    copies.length === events.length &&
    copies.every(({ slot, calendarId, key }, at) => {
      const given = events[at];
      return (given?.slot ?? 0) === slot && given?.event.calendarId === calendarId && given.event.key === key;
    })
  );
}

/** The slot's own times and rules, of a series by the wall clock that it is held by: nothing else was kept for it. */
function atSlot(event: UpsertEventInput, { start, end, series }: Copy['slot']): UpsertEventInput {
  const zone = series === undefined ? {} : { timeZone: series.timeZone };
  const at = (second: number, given: UpsertEventInput['start']) => ({
    timed: {
      dateTime: second * 1000,
      ...zone,
      ...(given?.timed?.timeZone == null ? {} : { timeZone: given.timed.timeZone }),
    },
  });
  return { ...event, start: at(start, event.start), end: at(end, event.end), recurrence: series?.lines ?? null };
}

/** What an event says of its times beside the slot's own; paths begin at the event. */
function otherThanSlot(event: UpsertEventInput, { start, end, series }: Copy['slot']): readonly UserError[] {
  const errors: UserError[] = [];
  const wrong = (path: readonly string[], expected: string, got: string) =>
    errors.push({ path, code: 'INVALID', message: `Expected ${expected}, got ${got}` });
  for (const [name, second] of [
    ['start', start],
    ['end', end],
  ] as const) {
    const given = event[name];
    if (given == null) continue;
    const own = `${instantText(second * 1000)}, the ${name} of the slot, or none`;
    if (given.timed == null) wrong([name], own, `${given.date}`);
    else if (given.timed.dateTime !== second * 1000)
      wrong([name, 'timed', 'dateTime'], own, instantText(given.timed.dateTime));
    else if (series !== undefined && given.timed.timeZone != null && given.timed.timeZone !== series.timeZone) {
      wrong(
        [name, 'timed', 'timeZone'],
        `${series.timeZone}, whose wall clock the slot was held by`,
        given.timed.timeZone,
      );
    }
  }
  const lines = event.recurrence ?? [];
  if (lines.length > 0 && series === undefined) wrong(['recurrence'], 'none: the slot is held once', 'a series');
  else if (lines.length > 0 && lines.join('\n') !== series?.lines.join('\n')) {
    wrong(['recurrence'], 'the lines that the slot is held by, or none', 'others');
  }
  return errors;
}

function instantText(at: Instant): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
