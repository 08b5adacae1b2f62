/** From a hold to events: every copy stands before anybody is told of one, or none does (semantics E14). */
import { findCalendars } from '../../datasources/store/calendars.ts';
import { findManagedEvent } from '../../datasources/store/events.ts';
import {
  beginConfirming,
  bookingsOf,
  endHold,
  findHolds,
  keepBookings,
  lockHold,
  stopConfirming,
} from '../../datasources/store/holds.ts';
import type { CalendarRecord, HoldRecord } from '../../datasources/store/records.ts';
import { type Store, tenantOf } from '../../datasources/store/store.ts';
import type { StoredBooking } from '../../datasources/store/tables.ts';
import type { Actor } from '../../domain/actor.ts';
import { RequestErrors, type UserError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/events/model.ts';
import type { ConfirmHoldInput, UpsertEventInput, WriteControl } from '../../schema/generated.ts';
import { readAnswers, type WriteAnswer } from '../../sync/outbound/events/answer.ts';
import type { EventWriter, Spent } from '../../sync/outbound/events/writer.ts';
import type { RefreshFailure } from '../availability/answer.ts';
import type { AskedRules } from '../availability/asked.ts';
import type { MemberSources } from '../availability/known-members.ts';
import { type AskedQuestion, questionOf } from '../availability/question.ts';
import { staleProfiles } from '../availability/stale.ts';
import { again, type HoldAnswer, withHold } from './holder.ts';
import { askedOfSlot, freeMembers, timesOf, withNoticeOf } from './slot-question.ts';
import { type Refused, takenErrors } from './taken.ts';

export interface ConfirmDependencies {
  readonly store: Store;
  readonly sources: MemberSources;
  readonly events: EventWriter;
  /** Milliseconds since the epoch. */
  readonly clock: () => Instant;
  /** Asks the profiles' providers for changes now; profile → why not, or null. */
  refresh(
    profileIds: readonly string[],
    options: { readonly patience: number; readonly onCall: () => void },
  ): Promise<ReadonlyMap<string, RefreshFailure | null>>;
  wake(accountId: string): void;
}

export interface ConfirmAnswer extends HoldAnswer {
  readonly results: readonly WriteAnswer[] | null;
}

/** Milliseconds that the members' providers have to answer. */
const patience = 10_000;
/** Seconds that a call has the hold to itself: asking, writing and inviting take less. */
const confirmingTime = 60;

interface Copy {
  readonly path: readonly string[];
  readonly slot: HoldRecord['slots'][number];
  readonly input: UpsertEventInput;
  readonly calendar: CalendarRecord;
  /** The event that the key names already. */
  readonly existingId: string | null;
}

type Begun =
  | { readonly kind: 'answered'; readonly answer: ConfirmAnswer }
  | { readonly kind: 'begun'; readonly hold: HoldRecord; readonly copies: readonly Copy[] };

const refused = (hold: HoldRecord | null, userErrors: readonly UserError[]): ConfirmAnswer => ({
  hold,
  results: null,
  userErrors,
});

export async function confirmHold(
  dependencies: ConfirmDependencies,
  actor: Actor,
  input: ConfirmHoldInput,
  counter: Spent,
): Promise<ConfirmAnswer> {
  const { store } = dependencies;
  const begun = await begin(dependencies, actor, input, counter);
  if (begun.kind === 'answered') return begun.answer;
  const { hold, copies } = begun;
  try {
    const errors = await objections(dependencies, actor, input, begun, counter);
    if (errors.length > 0) return refused(hold, errors);
    const control = input.control ?? {};
    if (control.dryRun === true) {
      const shown = await Promise.all(copies.map((copy) => write(dependencies, actor, copy, { ...control, dryRun: true }, counter))); // biome-ignore format: one call
      return { hold, results: shown, userErrors: [] };
    }
    return await book(dependencies, actor, input, begun, counter);
  } finally {
    await store.withApplication(tenantOf(actor), (tx) => stopConfirming(tx, hold.id), counter);
  }
}

/** What the input says, checked beside the hold; from then on this call has the hold to itself. */
async function begin(
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
          input: atSlot(event, slot, calendar),
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

/** A series keeps to a wall clock: its calendar's. */
function atSlot(event: UpsertEventInput, { start, end }: Copy['slot'], calendar: CalendarRecord): UpsertEventInput {
  const zone = (event.recurrence?.length ?? 0) > 0 ? { timeZone: calendar.effectiveTimeZone } : {};
  const at = (second: number) => ({ timed: { dateTime: second * 1000, ...zone } });
  return { ...event, start: event.start ?? at(start), end: event.end ?? at(end) };
}

/** Whatever stands against the events as long as nothing is written: providers, calendars, the events themselves. */
async function objections(
  dependencies: ConfirmDependencies,
  actor: Actor,
  { allowUnreachable, control }: ConfirmHoldInput,
  { hold, copies }: Extract<Begun, { kind: 'begun' }>,
  counter: Spent,
): Promise<readonly UserError[]> {
  const dryRuns = await Promise.all(
    copies.map((copy) => write(dependencies, actor, copy, { ...control, dryRun: true }, counter)),
  );
  const wrong = dryRuns.flatMap(({ userErrors }, index) => userErrors.map((error) => below(copies[index], error)));
  if (wrong.length > 0) return wrong;
  try {
    const unreachable = await askProviders(dependencies, actor, hold, copies, counter);
    if (unreachable.length > 0 && allowUnreachable !== true) return unreachable;
    const taken: Refused[] = [];
    for (const slot of hold.slots) {
      const { question, members } = await questionOfHeld(dependencies, actor, hold, slot, copies, counter);
      if (freeMembers(question, dependencies.sources.zones, slot, members, []) === null) {
        taken.push({ path: ['holdId'], times: slot, question, members });
      }
    }
    return taken.length === 0 ? [] : await takenErrors(dependencies.sources.members, actor, taken, counter);
  } catch (error) {
    if (!(error instanceof RequestErrors)) throw error;
    return error.errors.map(({ code, message }) => ({
      path: ['holdId'],
      code: code === 'FORBIDDEN' ? 'FORBIDDEN' : 'NOT_FOUND',
      message: `Since the hold was made something of it is gone: ${message}`,
    }));
  }
}

/** What was held is asked again, its own hold and its own events being in nobody's way. */
async function questionOfHeld(
  { sources, clock }: ConfirmDependencies,
  actor: Actor,
  hold: HoldRecord,
  slot: Copy['slot'],
  copies: readonly Copy[],
  counter: Spent,
): Promise<AskedQuestion> {
  const rules = slot.rules as AskedRules;
  const own = copies.flatMap(({ existingId }) => existingId ?? []);
  const asked = askedOfSlot(slot, { ...rules, excludedEventIds: [...rules.excludedEventIds, ...own] }, null);
  const known = await questionOf(sources, asked, actor, { now: clock(), exceptHoldId: hold.id, counter });
  return { ...known, question: withNoticeOf(known.question, rules, null) };
}

async function askProviders(
  dependencies: ConfirmDependencies,
  actor: Actor,
  hold: HoldRecord,
  copies: readonly Copy[],
  counter: Spent,
): Promise<readonly UserError[]> {
  const profiles = new Map<string, string>();
  for (const slot of hold.slots) {
    const { members } = await questionOfHeld(dependencies, actor, hold, slot, copies, counter);
    for (const member of members) {
      for (const id of staleProfiles([member], Number.POSITIVE_INFINITY).keys())
        profiles.set(id, member.asked.accountId);
    }
  }
  if (profiles.size === 0) return [];
  const onCall = () => {
    counter.providerCalls++;
  };
  const outcomes = await dependencies.refresh([...profiles.keys()], { patience, onCall });
  return [...profiles].flatMap(([id, accountId]) => {
    const failure = outcomes.get(id) ?? null;
    if (failure === null) return [];
    const message = `Expected every calendar of ${accountId} to be asked once more, got ${failure}; \`allowUnreachable\` confirms all the same`;
    return [
      {
        path: ['holdId'],
        code: failure === 'PROFILE_DISCONNECTED' ? failure : 'PROVIDER_UNREACHABLE',
        message,
      } as const,
    ];
  });
}

/** All copies, then all invitations, then the end of the hold. */
async function book(
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
  const times = timesOf(slot, slot.rules as AskedRules).find(({ accountId }) => accountId === calendar.accountId);
  const eventId = invited?.event?.record.id ?? written?.event?.record.id;
  if (times === undefined || eventId === undefined) throw new Error('an event that was written is not there');
  return {
    ...{ calendarId: calendar.id, key: input.key, accountId: calendar.accountId, eventId },
    ...{ operationId: invited?.operation?.id ?? null, created: written?.created === true },
    ...{ before: slot.start - times.from, after: times.to - slot.end },
  };
}

function failureOf(answer: WriteAnswer, copy: Copy | undefined, mayBePending: boolean): readonly UserError[] {
  if (answer.userErrors.length > 0) return answer.userErrors.map((error) => below(copy, error));
  if (mayBePending || answer.operation?.status !== 'PENDING') return [];
  const message =
    'Expected the provider to take the event, got no answer in time; `allowUnreachable` confirms all the same';
  return [{ path: copy?.path ?? [], code: 'PROVIDER_UNREACHABLE', message }];
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

function write(
  { events }: ConfirmDependencies,
  actor: Actor,
  { input }: Pick<Copy, 'input'>,
  control: WriteControl,
  counter: Spent,
): Promise<WriteAnswer> {
  // The call's own key is the hold's; an event's is for a write of that event alone.
  const { idempotencyKey: _key, ...asked } = control;
  const { ifVersion } = input.control ?? {};
  return events.upsert(
    actor,
    { ...input, control: { ...asked, ...(ifVersion == null ? {} : { ifVersion }) } },
    counter,
  );
}

function below(copy: Copy | undefined, { path, ...error }: UserError): UserError {
  return { ...error, path: [...(copy?.path ?? []), ...path] };
}
