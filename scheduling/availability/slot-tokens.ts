/**
 * Slot tokens: a slot and the rules that found it, sealed for one application. In two parts: the rules, sealed once for an answer
 * however many slots it has, and the slot, sealed for these rules alone.
 */
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Seconds } from '../../domain/availability/spans.ts';
import type { Instant } from '../../domain/events/model.ts';
import type { AskedRules } from './asked.ts';

/** The key ring's short seal: opening anything else than what it sealed in the same context answers null. */
export interface SlotSeal {
  sealCompact(plain: Uint8Array, context: string): string;
  openCompact(sealed: string, context: string): Uint8Array | null;
}

export interface SlotTimes {
  readonly start: Seconds;
  readonly end: Seconds;
}

export interface OpenedSlot extends SlotTimes {
  /** The members with the groups that they are in; a member's `path` is a place in the token, not in any input. */
  readonly rules: AskedRules;
  readonly expiresAt: Instant;
}

export type SlotTokenOutcome =
  | { readonly status: 'OPENED'; readonly slot: OpenedSlot }
  | { readonly status: 'EXPIRED' }
  /** No token that this application was ever given: nobody says why. */
  | { readonly status: 'UNKNOWN' };

/** Seconds. */
export const slotTokenLifetime = 3_600;

/** The rules of a thousand members fit; more characters than this are not even opened. */
export const slotTokenLengthLimit = 262_144;
/** What is sealed was made here; that nothing is ever unpacked beyond measure holds all the same. */
const longestRules = 8_388_608;

const format = 1;

/** Makes the tokens of one answer. The rules are sealed with the first. */
export function slotTokens(
  rules: AskedRules,
  applicationId: string,
  now: Instant,
  seal: SlotSeal,
): (slot: SlotTimes) => string {
  let sealed: string | null = null;
  let context = '';
  return ({ start, end }) => {
    if (sealed === null) {
      const text = JSON.stringify([format, Math.floor(now / 1000), packed(rules)]);
      sealed = seal.sealCompact(deflateRawSync(text), rulesContext(applicationId));
      context = slotContext(applicationId, sealed);
    }
    const times = Buffer.alloc(16);
    times.writeDoubleBE(start, 0);
    times.writeDoubleBE(end, 8);
    return `${sealed}.${seal.sealCompact(times, context)}`;
  };
}

/** Whatever the text is, this does not throw. */
export function openSlotToken(text: string, applicationId: string, now: Instant, seal: SlotSeal): SlotTokenOutcome {
  const unknown: SlotTokenOutcome = { status: 'UNKNOWN' };
  if (text.length > slotTokenLengthLimit) return unknown;
  const [sealed = '', slot = '', ...more] = text.split('.');
  if (more.length > 0) return unknown;
  try {
    const times = seal.openCompact(slot, slotContext(applicationId, sealed));
    const plain = times === null ? null : seal.openCompact(sealed, rulesContext(applicationId));
    if (times === null || plain === null || times.length !== 16) return unknown;
    const read: unknown = JSON.parse(inflateRawSync(plain, { maxOutputLength: longestRules }).toString('utf8'));
    if (!Array.isArray(read) || read[0] !== format) return unknown;
    const expiresAt = ((read[1] as number) + slotTokenLifetime) * 1000;
    if (now >= expiresAt) return { status: 'EXPIRED' };
    const view = new DataView(times.buffer, times.byteOffset, times.length);
    const [start, end] = [view.getFloat64(0), view.getFloat64(8)];
    return { status: 'OPENED', slot: { start, end, rules: unpacked(read[2] as Packed), expiresAt } };
  } catch {
    return unknown;
  }
}

function rulesContext(applicationId: string): string {
  return `slot rules:${applicationId}`;
}

function slotContext(applicationId: string, rules: string): string {
  return `slot:${applicationId}:${createHash('sha256').update(rules).digest('base64url')}`;
}

type Packed = ReturnType<typeof packed>;

/** Members that differ in nothing but their accounts, as most of a pool do, are told once. JSON has no Infinity: nothing here is. */
function packed({ members, groups, ...rest }: AskedRules) {
  const alike = new Map<string, number>();
  const list = members.map(({ path: _path, accountId, ...more }) => {
    const text = JSON.stringify(more);
    const place = alike.get(text) ?? alike.size;
    alike.set(text, place);
    return [accountId, place] as const;
  });
  const kinds = [...alike.keys()].map((text) => JSON.parse(text) as Omit<AskedRules['members'][number], 'path' | 'accountId'>); // biome-ignore format: one thought
  const { excludedEventIds, notice, distribution } = rest;
  return { members: list, kinds, groups, excludedEventIds, notice, distribution };
}

function unpacked({ members, kinds, ...rest }: Packed): AskedRules {
  return {
    ...rest,
    members: members.map(([accountId, place], at) => {
      const kind = kinds[place];
      if (kind === undefined) throw new RangeError('a member without its rules');
      return { path: `members.${at}`, accountId, ...kind };
    }),
  };
}
