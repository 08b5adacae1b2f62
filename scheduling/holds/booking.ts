/** Writing the copies, inviting behind that, and taking them back where one of them cannot stand. */
import { endHold, findHolds, keepBookings, lockHold } from '../../datasources/store/holds.ts';
import type { HoldRecord } from '../../datasources/store/records.ts';
import { tenantOf } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import type { UserError } from '../../domain/errors.ts';
import type { ConfirmHoldInput } from '../../schema/generated.ts';
import type { WriteAnswer } from '../../sync/outbound/events/answer.ts';
import type { Spent } from '../../sync/outbound/events/writer.ts';
import type { AskedRules } from '../availability/asked.ts';
import { type Begun, type ConfirmAnswer, type ConfirmDependencies, type Copy, refused } from './confirming.ts';
import { again } from './holder.ts';
import { buffersOf } from './slot-question.ts';
import { failureOf, write } from './writing.ts';

/** All copies, then all invitations, then the end of the hold. */
export async function book(
  dependencies: ConfirmDependencies,
  actor: Actor,
  { allowUnreachable, control }: ConfirmHoldInput,
  { hold, copies }: Extract<Begun, { kind: 'begun' }>,
  counter: Spent,
): Promise<ConfirmAnswer> {
  const plain = control ?? {};
  const written = await Promise.all(
    copies.map(({ input: { attendees: _attendees, ...alone }, ...copy }) =>
      write(dependencies, actor, { ...copy, input: alone }, { ...plain, notifyAttendees: 'NONE' }, counter),
    ),
  );
  const failures = written.flatMap((answer, index) => failureOf(answer, copies[index], allowUnreachable === true));
  if (failures.length > 0) return takeBack(dependencies, actor, hold, copies, written, failures, counter);
  const invited = await Promise.all(
    copies.map((copy, index) =>
      copy.input.attendees == null
        ? (written[index] as WriteAnswer)
        : write(dependencies, actor, invitation(copy), plain, counter),
    ),
  );
  const refusals = invited.flatMap((answer, index) => failureOf(answer, copies[index], true));
  if (refusals.length > 0) return takeBack(dependencies, actor, hold, copies, written, refusals, counter);
  const bookings = copies.map((copy, index) => bookingOf(copy, written[index], invited[index]));
  const { store, wake } = dependencies;
  const confirmed = await again(() =>
    store.withApplication(
      tenantOf(actor),
      async (tx) => {
        await lockHold(tx, hold.id);
        const [now] = await findHolds(tx, actor, [hold.id]);
        if (now?.status !== 'HELD') return null;
        await keepBookings(tx, hold.id, bookings);
        await endHold(tx, { ...hold, applicationId: actor.applicationId }, 'CONFIRMED', actor.applicationId);
        return { ...hold, status: 'CONFIRMED' as const };
      },
      counter,
    ),
  );
  if (confirmed === null) {
    const message = 'Expected the hold to stay in force while it was confirmed, got one that ended meanwhile';
    const ended: UserError = { path: ['holdId'], code: 'HOLD_EXPIRED', message };
    return takeBack(dependencies, actor, hold, copies, written, [ended], counter);
  }
  for (const accountId of hold.accountIds) wake(accountId);
  const results = invited.map((answer, index) => ({ ...answer, created: written[index]?.created ?? answer.created }));
  return { hold: confirmed, results, userErrors: [] };
}

/** Upon the event as it was just written. */
function invitation({ input: { control: _control, ...input } }: Copy): Pick<Copy, 'input'> {
  return { input };
}

function bookingOf(copy: Copy, written: WriteAnswer | undefined, invited: WriteAnswer | undefined) {
  const { slot, calendar, input } = copy;
  const eventId = invited?.event?.record.id ?? written?.event?.record.id;
  if (eventId === undefined) throw new Error('an event that was written is not there');
  return {
    ...{ calendarId: calendar.id, key: input.key, accountId: calendar.accountId, eventId },
    ...{ operationId: invited?.operation?.id ?? null, created: written?.created === true },
    ...buffersOf(calendar.accountId, slot.rules as AskedRules),
  };
}

/** Deletes what was written anew. Nobody was told of it, so nobody is told of its end. */
async function takeBack(
  { store, events, wake }: ConfirmDependencies,
  actor: Actor,
  hold: HoldRecord,
  copies: readonly Copy[],
  written: readonly WriteAnswer[],
  userErrors: readonly UserError[],
  counter: Spent,
): Promise<ConfirmAnswer> {
  await Promise.all(
    written.map(async ({ event, operation }, index) => {
      const id = event?.record.id ?? operation?.eventId ?? null;
      if (id === null || copies[index]?.existingId !== null) return;
      await events.remove(actor, { id, control: { notifyAttendees: 'NONE' } }, counter);
    }),
  );
  const released = await again(() =>
    store.withApplication(
      tenantOf(actor),
      async (tx) => {
        await lockHold(tx, hold.id);
        const [now = null] = await findHolds(tx, actor, [hold.id]);
        if (now?.status !== 'HELD') return now;
        await endHold(tx, { ...hold, applicationId: actor.applicationId }, 'RELEASED', actor.applicationId);
        return { ...now, status: 'RELEASED' as const };
      },
      counter,
    ),
  );
  for (const accountId of hold.accountIds) wake(accountId);
  return refused(released, userErrors);
}
