/** What a hold is asked for, and everything that is wrong with it by itself. */
import type { Actor } from '../../domain/actor.ts';
import type { UserError } from '../../domain/errors.ts';
import { formatDuration, parseDuration } from '../../domain/time/durations.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { CreateHoldInput, HoldSlotInput } from '../../schema/generated.ts';
import type { OpenedSlot, SlotTokenOutcome } from '../availability/slot-tokens.ts';
import { recurrenceErrors } from './series.ts';

export const holdLimits = {
  /** As many as a sequence may have steps. */
  slots: 10,
  /** Seconds. */
  ttl: [60, 1_800],
  /** Characters. */
  idempotencyKey: 1_024,
  /** Of all accounts and occurrences together. */
  times: 20_000,
} as const;

export interface GivenSlot {
  readonly path: readonly string[];
  readonly slot: OpenedSlot;
  /** Null: whoever comes first. */
  readonly accountIds: readonly string[] | null;
  /** What the slot repeats by; null: it does not. */
  readonly recurrence: {
    readonly lines: readonly string[];
    /** Null: that of the first of the slot's accounts. */
    readonly timeZone: string | null;
  } | null;
}

export interface Given {
  readonly slots: readonly GivenSlot[];
  /** Seconds. */
  readonly ttl: number;
  readonly errors: readonly UserError[];
}

export function givenHold(
  input: CreateHoldInput,
  actor: Actor,
  open: (token: string, actor: Actor) => SlotTokenOutcome,
  zones: ZoneData,
): Given {
  const errors: UserError[] = [];
  const ttl = ttlOf(input.ttl ?? 'PT10M', errors);
  const key = input.idempotencyKey ?? 'none';
  if (key.length === 0 || key.length > holdLimits.idempotencyKey) {
    const message = `Expected 1 to ${holdLimits.idempotencyKey} characters, got ${key.length}`;
    errors.push({ path: ['idempotencyKey'], code: key.length === 0 ? 'REQUIRED' : 'TOO_LONG', message });
  }
  const { length } = input.slots;
  if (length === 0 || length > holdLimits.slots) {
    const message = `Expected 1 to ${holdLimits.slots} slots, got ${length === 0 ? 'none' : length}`;
    errors.push({ path: ['slots'], code: length === 0 ? 'REQUIRED' : 'LIMIT_EXCEEDED', message });
    return { slots: [], ttl, errors };
  }
  const slots = input.slots.flatMap(
    (slot, index) => givenSlot(slot, ['slots', `${index}`], open, actor, zones, errors) ?? [],
  );
  return { slots, ttl, errors };
}

function ttlOf(text: string, errors: UserError[]): number {
  const [least, most] = holdLimits.ttl;
  let seconds: number | null = null;
  try {
    seconds = parseDuration(text);
  } catch {
    // Negative, or beyond all measure: said below.
  }
  if (seconds !== null && seconds >= least && seconds <= most) return seconds;
  const message = `Expected ${formatDuration(least)} to ${formatDuration(most)}, got ${text}`;
  errors.push({ path: ['ttl'], code: 'OUT_OF_RANGE', message });
  return least;
}

function givenSlot(
  { slotToken, accountIds = null, recurrence, timeZone = null }: HoldSlotInput,
  path: readonly string[],
  open: (token: string, actor: Actor) => SlotTokenOutcome,
  actor: Actor,
  zones: ZoneData,
  errors: UserError[],
): GivenSlot | null {
  const wrong = (at: readonly string[], code: UserError['code'], message: string) =>
    errors.push({ path: [...path, ...at], code, message });
  const opened = open(slotToken, actor);
  if (opened.status === 'UNKNOWN') {
    wrong(['slotToken'], 'INVALID', 'Expected a slot token that this application was given, got another text');
    return null;
  }
  if (opened.status === 'EXPIRED') {
    wrong(['slotToken'], 'SLOT_TOKEN_EXPIRED', 'Expected a slot token of the last hour, got an older one');
    return null;
  }
  const { slot } = opened;
  const lines = recurrence ?? [];
  errors.push(
    ...(lines.length === 0 ? [] : recurrenceErrors(slot, lines, zones)).map((error) => ({
      ...error,
      path: [...path, ...error.path],
    })),
  );
  if (lines.length === 0 && timeZone !== null) {
    wrong(['timeZone'], 'INVALID', 'Expected a time zone beside `recurrence` only: a single slot is an instant');
  }
  const given = { path, slot, accountIds, recurrence: lines.length === 0 ? null : { lines, timeZone } };
  if (accountIds === null) return given;
  if (accountIds.length === 0) wrong(['accountIds'], 'REQUIRED', 'Expected one account or more, got none');
  const members = new Set(slot.rules.members.map(({ accountId }) => accountId));
  if (accountIds.length > members.size) {
    wrong(['accountIds'], 'LIMIT_EXCEEDED', `Expected at most ${members.size} accounts, got ${accountIds.length}`);
    return null;
  }
  for (const [place, id] of accountIds.entries()) {
    if (!members.has(id)) {
      wrong(['accountIds', `${place}`], 'NOT_FOUND', "Expected one of the slot's participants, got an unknown id");
    } else if (accountIds.indexOf(id) !== place) {
      wrong(['accountIds', `${place}`], 'DUPLICATE', 'Expected each account once, got one twice');
    }
  }
  return given;
}
