/** The events that a hold is to become, as they were given: checked beside the hold, one at a time. */
import { findCalendars } from '../../datasources/store/calendars.ts';
import { findManagedEvent } from '../../datasources/store/events.ts';
import { beginConfirming, bookingsOf } from '../../datasources/store/holds.ts';
import type { StoredBooking } from '../../datasources/store/tables.ts';
import type { Actor } from '../../domain/actor.ts';
import type { UserError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/events/model.ts';
import type { ConfirmHoldInput, UpsertEventInput } from '../../schema/generated.ts';
import { readAnswers } from '../../sync/outbound/events/answer.ts';
import type { Spent } from '../../sync/outbound/events/writer.ts';
import { type Begun, type ConfirmAnswer, type ConfirmDependencies, type Copy, refused } from './confirming.ts';
import { withHold } from './holder.ts';

/** Seconds that a call has the hold to itself: asking, writing and inviting take less. */
const confirmingTime = 60;

/** What the input says, checked beside the hold; from then on this call has the hold to itself. */
export async function begin(
  { store }: ConfirmDependencies,
  actor: Actor,
  { holdId, events, control }: ConfirmHoldInput,
  counter: Spent,
): Promise<Begun> {
  const answered = (answer: ConfirmAnswer): Begun => ({ kind: 'answered', answer });
  const found = await withHold(store, actor, holdId, counter, async (tx, hold): Promise<Begun> => {
    const made = hold.status === 'CONFIRMED' ? await bookingsOf(tx, hold.id) : null;
    if (made !== null) return answered(await repeated(made));
    if (hold.status !== 'HELD') {
      const message = `Expected a hold that is in force, got one that is ${hold.status}`;
      return answered(refused(hold, [{ path: ['holdId'], code: 'HOLD_EXPIRED', message }]));
    }
    const calendars = new Map(
      (await findCalendars(tx, actor, [...new Set(events.map(({ event }) => event.calendarId))])).map((one) => [
        one.id,
        one,
      ]),
    );
    const errors: UserError[] = [];
    const copies: Copy[] = [];
    if (events.length === 0)
      errors.push({ path: ['events'], code: 'REQUIRED', message: 'Expected one event or more, got none' });
    if (control?.ifVersion != null) {
      errors.push({
        path: ['control', 'ifVersion'],
        code: 'NOT_SUPPORTED',
        message: 'Expected none: a hold has no version',
      });
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
      } else if (copies.some((copy) => copy.slot === slot && copy.calendar.accountId === calendar.accountId)) {
        const message = 'Expected one event for each slot and account, got a second one';
        errors.push({ path: [...path, 'event', 'calendarId'], code: 'DUPLICATE', message });
      } else {
        const existing = await findManagedEvent(tx, actor, calendar.id, event.key);
        const alive = existing !== null && existing.deletedAt === null;
        copies.push({
          path: [...path, 'event'],
          slot,
          calendar,
          input: atSlot(event, slot),
          errors: otherThanSlot(event, slot).map((error) => ({ ...error, path: [...path, 'event', ...error.path] })),
          existingId: alive ? existing.id : null,
        });
      }
    }
    if (errors.length > 0) return answered(refused(hold, errors));
    await beginConfirming(tx, hold.id, confirmingTime);
    return { kind: 'begun', hold, copies };

    /** The same call again: what the first one made, as it stands now. */
    async function repeated(bookings: readonly StoredBooking[]): Promise<ConfirmAnswer> {
      const same =
        bookings.length === events.length &&
        bookings.every(
          ({ calendarId, key }, at) => events[at]?.event.calendarId === calendarId && events[at]?.event.key === key,
        );
      if (!same) {
        const message = 'Expected the events that the hold was confirmed with, got others';
        return refused(hold, [{ path: ['events'], code: 'IDEMPOTENCY_MISMATCH', message }]);
      }
      const writes = bookings.map(({ accountId, eventId, operationId, created }) => ({
        ...{ accountId, eventId, operationId, created, recurrenceId: null, pending: false, deletedId: null },
        ...{ splitOffId: null, warnings: [] },
      }));
      return { hold, results: await readAnswers(tx, actor, writes), userErrors: [] };
    }
  });
  return 'kind' in found ? found : answered({ ...found, results: null });
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
