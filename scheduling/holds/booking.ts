/** Writing the copies, inviting behind that, and taking them back where one of them cannot stand. */
import { claimOn, keepConfirmation } from '../../datasources/store/confirmations.ts';
import { endHold } from '../../datasources/store/hold-ends.ts';
import { findHolds, keepBookings, lockHold } from '../../datasources/store/holds.ts';
import { tenantOf } from '../../datasources/store/store.ts';
import type { UserError } from '../../domain/errors.ts';
import type { WriteAnswer } from '../../sync/outbound/events/answer.ts';
import type { Spent } from '../../sync/outbound/events/writer.ts';
import type { AskedRules } from '../availability/asked.ts';
import { isLost, keepStage } from './claims.ts';
import {
  type Booking,
  type ConfirmAnswer,
  type ConfirmDependencies,
  type Copy,
  hasGuests,
  refused,
} from './confirming.ts';
import { again } from './holder.ts';
import { buffersOf } from './slot-question.ts';
import { failureOf, write } from './writing.ts';

/**
 * All copies that nobody hears of, then those with guests and all invitations, then the end of the hold.
 *
 * @returns null where another attempt has the hold by now: what it answers counts
 */
export async function book(
  dependencies: ConfirmDependencies,
  booking: Booking,
  counter: Spent,
): Promise<ConfirmAnswer | null> {
  const { store } = dependencies;
  const { actor, control, copies, mayBePending } = booking;
  if (!(await keepStage(store, booking, 'WRITING', counter))) return ended(dependencies, booking, counter);
  const quiet = { ...control, notifyAttendees: 'NONE' } as const;
  const written = await Promise.all(
    copies.map((copy) => (hasGuests(copy) ? null : write(dependencies, actor, withoutGuests(copy), quiet, counter))),
  );
  const failures = written.flatMap((answer, index) => (answer === null ? [] : failureOf(answer, copies[index], mayBePending))); // biome-ignore format: one thought
  if (failures.length > 0) {
    // That a provider does not answer now is no end: who holds the time may try again.
    const stays = failures.every(({ code }) => code === 'PROVIDER_UNREACHABLE');
    return takeBack(dependencies, booking, { userErrors: failures, stays }, counter);
  }
  if (!(await keepStage(store, booking, 'INVITING', counter))) return ended(dependencies, booking, counter);
  return finish(dependencies, booking, written, counter);
}

/**
 * The guests, and the end of the hold: all copies without guests stand. Done twice it is done once.
 *
 * @param written what is known of the copies; null: nothing
 * @returns null where another attempt has the hold by now
 */
export async function finish(
  dependencies: ConfirmDependencies,
  booking: Booking,
  written: readonly (WriteAnswer | null)[] | null,
  counter: Spent,
): Promise<ConfirmAnswer | null> {
  const { actor, control, copies, hold } = booking;
  const invited = await Promise.all(
    copies.map((copy, index) => {
      const done = written?.[index] ?? null;
      if (done !== null && copy.input.attendees == null) return done;
      return write(dependencies, actor, written === null || done !== null ? uponItself(copy) : copy, control, counter);
    }),
  );
  const refusals = invited.flatMap((answer, index) => {
    const copy = copies[index] as Copy;
    return failureOf(answer, copy, booking.mayBePending || !hasGuests(copy));
  });
  if (refusals.length > 0) {
    const told = new Set(copies.filter((_, index) => invited[index]?.userErrors.length === 0));
    return takeBack(dependencies, booking, { userErrors: refusals, stays: false, told }, counter);
  }
  const results = invited.map((answer, index) => ({ ...answer, created: copies[index]?.before === null }));
  const bookings = results.map((result, index) => booked(copies[index] as Copy, result));
  const confirmed = await again(() =>
    dependencies.store.withApplication(
      tenantOf(actor),
      async (tx) => {
        await lockHold(tx, hold.id);
        const now = await claimOn(tx, hold.id);
        if (now?.status !== 'HELD' || now.by !== booking.claim.by) return null;
        await keepBookings(tx, hold.id, bookings);
        const { accountIds } = now;
        const ending = { id: hold.id, applicationId: actor.applicationId, accountIds };
        await endHold(tx, ending, 'CONFIRMED', actor.applicationId);
        return { ...hold, accountIds, status: 'CONFIRMED' as const };
      },
      counter,
    ),
  );
  if (confirmed === null) return ended(dependencies, booking, counter, new Set(copies));
  for (const accountId of hold.accountIds) dependencies.wake(accountId);
  return { hold: confirmed, results, userErrors: [] };
}

function withoutGuests({ input: { attendees: _attendees, ...input } }: Copy): Pick<Copy, 'input'> {
  return { input };
}

/** Upon the event as it was just written. */
function uponItself({ input: { control: _control, ...input } }: Copy): Pick<Copy, 'input'> {
  return { input };
}

function booked({ slot, accountId, input }: Copy, { event, operation, created }: WriteAnswer) {
  const eventId = event?.record.id;
  if (eventId === undefined) throw new Error('an event that was written is not there');
  return {
    ...{ calendarId: input.calendarId, key: input.key, accountId, eventId },
    ...{ operationId: operation?.id ?? null, created: created === true },
    ...buffersOf(accountId, slot.rules as AskedRules),
  };
}

/** The hold is not this attempt's any more: another has it, or its time was over before everything stood. */
async function ended(
  dependencies: ConfirmDependencies,
  booking: Booking,
  counter: Spent,
  told: ReadonlySet<Copy> = new Set(),
): Promise<ConfirmAnswer | null> {
  if (await isLost(dependencies.store, booking, counter)) return null;
  const message = 'Expected the hold to stay in force while it was confirmed, got one that ended meanwhile';
  const userErrors: readonly UserError[] = [{ path: ['holdId'], code: 'HOLD_EXPIRED', message }];
  return takeBack(dependencies, booking, { userErrors, stays: false, told }, counter);
}

export interface TakingBack {
  readonly userErrors: readonly UserError[];
  /** Whether the hold stays in force; else it is given back. */
  readonly stays: boolean;
  /** Copies whose guests were told of them: they are told of the end, too. */
  readonly told?: ReadonlySet<Copy>;
}

/** Brings every event back to what it was before, and says why. */
export async function takeBack(
  { store, events, wake }: ConfirmDependencies,
  booking: Booking,
  { userErrors, stays, told }: TakingBack,
  counter: Spent,
): Promise<ConfirmAnswer> {
  const { hold, claim, actor, control, copies } = booking;
  await Promise.all(
    copies.map((copy) => {
      const { calendarId, key } = copy.input;
      const notifyAttendees = told?.has(copy) === true ? (control.notifyAttendees ?? null) : 'NONE';
      const undone = { calendarId, key, before: copy.before, control: { notifyAttendees } };
      return events.undo(actor, undone, counter);
    }),
  );
  const left = await again(() =>
    store.withApplication(
      tenantOf(actor),
      async (tx) => {
        await lockHold(tx, hold.id);
        const [now = null] = await findHolds(tx, actor, [hold.id]);
        const owner = await claimOn(tx, hold.id);
        if (now === null || owner?.status !== 'HELD' || (owner.by !== claim.by && owner.by !== null)) return now;
        if (stays && now.status === 'HELD') {
          await keepConfirmation(tx, claim, null);
          return now;
        }
        await endHold(tx, { ...now, applicationId: actor.applicationId }, 'RELEASED', actor.applicationId);
        return { ...now, status: 'RELEASED' as const };
      },
      counter,
    ),
  );
  for (const accountId of hold.accountIds) wake(accountId);
  return refused(left, userErrors);
}
