/** SLOT_TAKEN: which slot, and what has taken it as far as the credential may know. */
import type { QueryCounter } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import type { Question } from '../../domain/availability/question.ts';
import { type Reason, reasonsAgainst } from '../../domain/availability/rejections.ts';
import type { Seconds } from '../../domain/availability/spans.ts';
import type { UserError } from '../../domain/errors.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { KnownMember } from '../availability/known-members.ts';
import type { AskedQuestion } from '../availability/question.ts';
import type { BusyCause, MembersReader } from '../busy/members.ts';
import { conflictsOf, type SlotTimes } from './slot-question.ts';

/** Reasons that one error names; there may be one for every member of a pool. */
const mostNamed = 5;

/** One time of a slot that is not free. */
export interface Refused {
  readonly path: readonly string[];
  readonly times: SlotTimes;
  readonly question: Question;
  readonly members: readonly KnownMember[];
}

/** What stands against a slot, time by time. */
export function refusedTimes(
  path: readonly string[],
  { question, members }: AskedQuestion,
  zones: ZoneData,
  times: readonly SlotTimes[],
): readonly Refused[] {
  const against = conflictsOf(question, zones, times);
  return against.times.map((one) => ({ path, times: one, question: against.question, members }));
}

/** Thrown inside the transaction that would have held the slots; what it says is found out behind it. */
export class SlotsTaken extends Error {
  readonly refused: readonly Refused[];
  constructor(refused: readonly Refused[]) {
    super('slots are taken');
    this.name = 'SlotsTaken';
    this.refused = refused;
  }
}

/** One error for each refused time, all events in one statement. */
export async function takenErrors(
  reader: MembersReader,
  actor: Actor,
  refused: readonly Refused[],
  counter: QueryCounter,
): Promise<readonly UserError[]> {
  const told = refused.map(({ question, members, times }) =>
    reasonsAgainst(question, times.start)
      .slice(0, mostNamed)
      .map((reason) => ({ reason, member: members[reason.member], cause: causeOf(reason, members[reason.member]) })),
  );
  const causes = told.flat().flatMap(({ cause }) => cause ?? []);
  const events = await reader.busyEvents(actor, causes, counter);
  const eventOf = new Map(causes.map((cause, place) => [cause, events[place]?.id ?? null]));
  return refused.map(({ path, times }, place) => {
    const reasons = (told[place] ?? []).map(({ reason, member, cause }) => {
      const event = cause === null ? null : (eventOf.get(cause) ?? null);
      const { busy, kind } = reason;
      const when = busy === null ? '' : ` from ${instant(busy.start)} to ${instant(busy.end)}`;
      return `${kind} for ${member?.asked.accountId}${when}${event === null ? '' : ` (${event})`}`;
    });
    const got = reasons.length === 0 ? 'it is taken' : reasons.join(', ');
    const message = `Expected ${instant(times.start)} to ${instant(times.end)} to be free still, got ${got}`;
    return { path, code: 'SLOT_TAKEN', message };
  });
}

function causeOf({ busy, source, margin }: Reason, member: KnownMember | undefined): BusyCause | null {
  const calendar = source === null ? undefined : member?.account.calendars[source];
  if (busy === null || calendar === undefined || member === undefined) return null;
  return { accountId: member.account.accountId, calendarId: calendar.id, ...busy, margin };
}

function instant(at: Seconds): string {
  return new Date(at * 1000).toISOString().replace('.000Z', 'Z');
}
