/** Slot tokens: what goes in comes out, for an hour, for one application; everything else is none. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { defaultBusyRule } from '../../../domain/availability/busy-times.ts';
import type { AskedMember, AskedRules } from '../../../scheduling/availability/asked.ts';
import {
  openSlotToken,
  slotTokenLengthLimit,
  slotTokenLifetime,
  slotTokens,
} from '../../../scheduling/availability/slot-tokens.ts';
import { testKeyRing } from '../../setup/database.ts';

const now = Date.parse('2026-03-02T10:00:00Z');
const application = 'app_one';
const start = Date.parse('2026-03-03T10:00:00Z') / 1000;
const slot = { start, end: start + 3_600 };

function member(accountId: string, more: Partial<AskedMember> = {}): AskedMember {
  return {
    path: 'input.participants.0.members.0',
    accountId,
    calendarIds: null,
    within: null,
    managed: false,
    ruleIds: null,
    before: 0,
    after: 900,
    busyRule: defaultBusyRule,
    trust: 86_400,
    limits: [],
    weight: 1,
    ...more,
  };
}

const rules: AskedRules = {
  members: [
    member('acc_a', { calendarIds: ['cal_a'], within: [start - 10, start + 7_200], managed: true, ruleIds: ['avr_a'] }),
    member('acc_b', { limits: [{ period: 'DAY', maximum: 3, timeZone: null, categories: ['review'] }], weight: 0.5 }),
    member('acc_c'),
  ],
  groups: [
    { members: [0, 1], required: 1 },
    { members: [2], required: 1 },
  ],
  excludedEventIds: ['evt_a'],
  notice: 60,
  distribution: { strategy: 'RANDOM', window: 86_400, categories: null, seed: 'a seed' },
};
const tokenOf = (asked = rules) => slotTokens(asked, application, now, testKeyRing)(slot);
const open = (text: string, at = now, whose = application) => openSlotToken(text, whose, at, testKeyRing);

describe('a slot token', () => {
  test('carries the slot and all rules that found it', () => {
    const members = rules.members.map((one, place) => ({ ...one, path: `members.${place}` }));
    expect(open(tokenOf())).toEqual({
      status: 'OPENED',
      slot: { ...slot, rules: { ...rules, members }, expiresAt: now + slotTokenLifetime * 1000 },
    });
  });

  test('is good for an hour', () => {
    const token = tokenOf();
    expect(open(token, now + 3_599_999).status).toBe('OPENED');
    expect(open(token, now + 3_600_000)).toEqual({ status: 'EXPIRED' });
  });

  test('is nothing to another application, also when it has expired', () => {
    expect(open(tokenOf(), now, 'app_two')).toEqual({ status: 'UNKNOWN' });
    expect(open(tokenOf(), now + 9_000_000, 'app_two')).toEqual({ status: 'UNKNOWN' });
  });

  test('shares its rules with the others of its answer, sealed once, and its slot with none', () => {
    let sealed = 0;
    const counting = {
      sealCompact: (plain: Uint8Array, context: string) => {
        sealed += 1;
        return testKeyRing.sealCompact(plain, context);
      },
      openCompact: testKeyRing.openCompact,
    };
    const make = slotTokens(rules, application, now, counting);
    expect(sealed).toBe(0);
    const tokens = Array.from({ length: 512 }, (_, at) => make({ start: start + at, end: start + at + 60 }));
    expect(sealed).toBe(513);
    expect(new Set(tokens.map((token) => token.split('.')[0])).size).toBe(1);
    expect(new Set(tokens).size).toBe(512);
  });

  test('binds its slot to its rules: parts of two tokens are no token', () => {
    const [ours = '', ourSlot = ''] = tokenOf().split('.');
    const [theirs = '', theirSlot = ''] = tokenOf({ ...rules, notice: null }).split('.');
    expect(open(`${ours}.${theirSlot}`)).toEqual({ status: 'UNKNOWN' });
    expect(open(`${theirs}.${ourSlot}`)).toEqual({ status: 'UNKNOWN' });
  });

  test('of a thousand members is short enough to be opened', () => {
    const members = Array.from({ length: 1_000 }, (_, at) =>
      member(`acc_${at.toString(32).padStart(26, '0')}`, {
        calendarIds: [`cal_${(at * 7_919).toString(32).padStart(26, '0')}`],
      }),
    );
    const token = tokenOf({ ...rules, members, groups: [{ members: members.map((_, at) => at), required: 1 }] });
    expect(token.length).toBeLessThan(slotTokenLengthLimit);
    expect(open(token).status).toBe('OPENED');
  });
});

describe('no token', () => {
  test('is what was cut, changed, or made of other signs', () => {
    const token = tokenOf();
    const wrong = ['', '.', '..', token.split('.')[0] ?? '', `${token}.`, `.${token}`, ` ${token}`, `${token}\n`, token.toUpperCase(), 'x'.repeat(slotTokenLengthLimit + 1)]; // biome-ignore format: one list
    for (const text of wrong) expect([text.slice(0, 20), open(text).status]).toEqual([text.slice(0, 20), 'UNKNOWN']);
    for (let cut = 0; cut < token.length; cut += 1) expect(open(token.slice(0, cut)).status).toBe('UNKNOWN');
    for (let at = 0; at < token.length; at += 1) {
      const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
      if (changed !== token) expect(open(changed).status).toBe('UNKNOWN');
    }
  });

  test('is any text at all', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400, unit: 'binary' }), (text) => open(text).status === 'UNKNOWN'),
      { seed: 6, numRuns: 300 },
    );
  });

  test('is what was sealed for something else, or by another format', () => {
    const cursor = testKeyRing.sealCompact(Uint8Array.of(1, 2, 3), `cursor:${application}`);
    expect(open(`${cursor}.${cursor}`).status).toBe('UNKNOWN');
    const notJson = testKeyRing.sealCompact(Uint8Array.of(1, 2, 3), `slot rules:${application}`);
    expect(open(`${notJson}.${cursor}`).status).toBe('UNKNOWN');
  });
});
