/** Slots that are kept for one booking (semantics E13). */
import { describe, expect, test } from '@jest/globals';
import { all, content, instant, period, upsert } from './availability-world.ts';
import { codes, heldWorld, slot } from './held-world.ts';
import { applicationBeside, asking } from './stored-availability.ts';

const at = heldWorld();
const { someone } = at;

describe('a hold', () => {
  test('tells what it holds, until when, and is found again by its id', async () => {
    const alice = await someone();
    const { hold, userErrors } = await at.holds.hold(await at.holds.offered([alice], '02T10:00'), {}, alice.token);
    expect(userErrors).toEqual([]);
    expect(hold).toMatchObject({
      status: 'HELD',
      slots: [{ start: instant('02T10:00'), end: instant('02T10:30'), accounts: [{ id: alice.accountId }] }],
    });
    const left = Date.parse(hold?.expiresAt ?? '') - Date.now();
    expect(left).toBeGreaterThan(8 * 60_000);
    expect(left).toBeLessThanOrEqual(10 * 60_000 + 1000);
    const id = hold?.id ?? '';
    expect(await at.holds.read(id)).toEqual(hold);
    const { node } = await at.world.graph.data('query ($id: ID!) { node(id: $id) { __typename id } }', { id });
    expect(node).toEqual({ __typename: 'Hold', id });
  });

  test('takes its time with its buffers from whoever asks next, with the reason HELD, until it is given back', async () => {
    const alice = await someone();
    const buffer = { buffer: { before: 'PT15M', after: 'PT15M' } };
    const late = await at.holds.offered([alice], '02T10:30');
    const beside = await at.holds.offered([alice], '02T10:45');
    const { hold } = await at.holds.hold(await at.holds.offered([alice], '02T10:00', buffer));
    const question = { ...all([alice]), requiredDuration: 'PT30M', search: { starts: [instant('02T10:30')] } };
    expect(await at.world.reasons(question, '02T10:30')).toEqual(['HELD 02T09:45–02T10:45']);
    const refused = await at.holds.hold(late);
    expect(codes(refused)).toEqual(['slots.0 SLOT_TAKEN']);
    expect(refused.userErrors[0]?.message).toBe(
      `Expected 2026-03-02T10:30:00Z to 2026-03-02T11:00:00Z to be free still, got HELD for ${alice.accountId} from 2026-03-02T09:45:00Z to 2026-03-02T10:45:00Z`,
    );
    expect((await at.holds.hold(beside)).hold).not.toBeNull();
    expect(await at.holds.release(hold?.id ?? '')).toMatchObject({ hold: { status: 'RELEASED' }, userErrors: [] });
    expect(await at.holds.release(hold?.id ?? '')).toMatchObject({ hold: { status: 'RELEASED' }, userErrors: [] });
    expect(codes(await at.holds.hold(await at.holds.offered([alice], '02T10:00')))).toEqual([]);
  });

  test('is refused where an event came meanwhile, which is named', async () => {
    const alice = await someone();
    const token = await at.holds.offered([alice], '02T10:00');
    const event = await upsert(at.world.graph, alice.calendarIds[0] ?? '', 'in between', '02T10:10', '02T10:20');
    const refused = await at.holds.hold(token);
    expect(refused.hold).toBeNull();
    expect(refused.userErrors).toEqual([
      {
        path: ['slots', '0'],
        code: 'SLOT_TAKEN',
        message: `Expected 2026-03-02T10:00:00Z to 2026-03-02T10:30:00Z to be free still, got BUSY for ${alice.accountId} from 2026-03-02T10:10:00Z to 2026-03-02T10:20:00Z (${event})`,
      },
    ]);
  });

  test('chooses who is needed of a pool by its ranking, and those that are free still', async () => {
    const pool = [await someone(), await someone(), await someone()];
    const [first, second, third] = pool.map(({ accountId }) => accountId);
    const any = { participants: [{ members: pool.map(({ accountId }) => ({ accountId })), required: 1 }] };
    const taken = [];
    for (let call = 0; call < 4; call += 1) {
      // All tokens but the last are offered before anybody is held.
      const token = await at.holds.offered(pool, '03T10:00', any);
      if (token === null) break;
      const { hold } = await at.holds.hold(token);
      taken.push(hold?.slots[0]?.accounts.map((account) => account?.id));
    }
    expect(taken).toEqual([[first], [second], [third]]);
    const named = await at.holds.hold(await at.holds.offered(pool, '03T12:00', any), { accountIds: [third] });
    expect(named.hold?.slots[0]?.accounts).toEqual([{ id: third }]);
  });

  test('gives several slots to those who have fewest, counting what the same call has given before', async () => {
    const pool = [await someone(), await someone(), await someone()];
    const any = {
      participants: [{ members: pool.map(({ accountId }) => ({ accountId })), required: 1 }],
      distribution: { strategy: 'LEAST_BOOKED' },
    };
    const tokens = [];
    for (const start of ['03T10:00', '03T11:00', '03T12:00', '03T13:00']) {
      tokens.push(await at.holds.offered(pool, start, any));
    }
    const { hold, userErrors } = await at.holds.create({ slots: tokens.map((token) => slot(token)) });
    expect(userErrors).toEqual([]);
    const taken = hold?.slots.map(({ accounts }) => accounts[0]?.id) ?? [];
    expect(new Set(taken.slice(0, 3))).toEqual(new Set(pool.map(({ accountId }) => accountId)));
    expect(taken[3]).toBe(taken[0]);
  });

  test('holds several slots or none of them', async () => {
    const [alice, bob] = [await someone(), await someone()];
    const early = await at.holds.offered([alice], '02T10:00');
    const late = await at.holds.offered([bob], '02T11:00');
    const { hold: inTheWay } = await at.holds.hold(await at.holds.offered([bob], '02T11:00'));
    expect(codes(await at.holds.create({ slots: [slot(early), slot(late)] }))).toEqual(['slots.1 SLOT_TAKEN']);
    expect(await at.world.reasons({ ...all([alice]), search: { starts: [instant('02T10:00')] } }, '02T10:00')).toEqual(
      [],
    );
    await at.holds.release(inTheWay?.id ?? '');
    const both = await at.holds.create({ slots: [slot(early), slot(late)] });
    expect(both.hold?.slots.map(({ accounts }) => accounts[0]?.id)).toEqual([alice.accountId, bob.accountId]);
    // The same time of the same member twice in one hold.
    const twice = await at.holds.offered([alice], '04T10:00');
    expect(codes(await at.holds.create({ slots: [slot(twice), slot(twice)] }))).toEqual(['slots.1 SLOT_TAKEN']);
  });

  test('counts for booking limits, with the slots of the same hold', async () => {
    const alice = await someone();
    const limits = { limits: [{ period: 'DAY', maximum: 2 }] };
    const offered = (start: string) =>
      at.holds.offered([alice], start, { participants: [{ members: [{ accountId: alice.accountId, ...limits }] }] });
    const tokens = [await offered('02T10:00'), await offered('02T11:00'), await offered('02T12:00')];
    expect(codes(await at.holds.create({ slots: tokens.map((token) => slot(token)) }))).toEqual(['slots.2 SLOT_TAKEN']);
    expect(codes(await at.holds.create({ slots: tokens.slice(0, 2).map((token) => slot(token)) }))).toEqual([]);
    const { userErrors } = await at.holds.hold(tokens[2] ?? '');
    expect(userErrors[0]?.message).toContain('BOOKING_LIMIT');
  });

  test('made twice under one key is made once', async () => {
    const alice = await someone();
    const input = { slots: [slot(await at.holds.offered([alice], '02T10:00'))], idempotencyKey: 'the same' };
    const first = await at.holds.create(input);
    expect(first.userErrors).toEqual([]);
    expect(await at.holds.create(input)).toEqual(first);
    expect(codes(await at.holds.create({ ...input, ttl: 'PT5M' }))).toEqual(['idempotencyKey IDEMPOTENCY_MISMATCH']);
  });

  test('is no more after its time: nobody has to tidy up before the next', async () => {
    const alice = await someone();
    const token = await at.holds.offered([alice], '02T10:00');
    const { hold } = await at.holds.hold(token);
    await at.holds.expire(hold?.id ?? '');
    expect((await at.holds.read(hold?.id ?? ''))?.status).toBe('EXPIRED');
    expect(codes(await at.holds.hold(token))).toEqual([]);
    expect(await at.holds.release(hold?.id ?? '')).toMatchObject({ hold: { status: 'EXPIRED' }, userErrors: [] });
  });
});

describe('the end of a hold', () => {
  test('is told to its application alone, given back or expired, once', async () => {
    const alice = await someone();
    const other = await applicationBeside(at.world.graph, alice.accountId);
    const ask = asking(at.world.graph);
    await at.world.graph.services.holds.endExpired();
    const [start, otherStart] = [await ask.newest(), await ask.newest(other.key)];
    const { hold: expiring } = await at.holds.hold(await at.holds.offered([alice], '02T10:00'));
    const { hold: released } = await at.holds.hold(await at.holds.offered([alice], '02T11:00'));
    await at.holds.release(released?.id ?? '');
    await at.holds.expire(expiring?.id ?? '');
    expect(await at.world.graph.services.holds.endExpired()).toBe(1);
    expect(await at.world.graph.services.holds.endExpired()).toBe(0);
    const { changes } = await at.world.graph.data(
      'query ($after: String!) { changes(after: $after, filter: { kinds: [HOLD_ENDED], includeOwn: true }) { changes { kind own subjectId subject { ... on Hold { status } } } } }',
      { after: start },
    );
    expect(changes.changes).toEqual([
      { kind: 'HOLD_ENDED', own: true, subjectId: released?.id, subject: { status: 'RELEASED' } },
      { kind: 'HOLD_ENDED', own: false, subjectId: expiring?.id, subject: { status: 'EXPIRED' } },
    ]);
    expect(await ask.toldSince(otherStart, other.key)).toEqual([]);
  });
});

describe('another application of the unit', () => {
  test('finds the time busy, and neither sees nor ends the hold; what has expired is in nobody’s way', async () => {
    const alice = await someone();
    const other = await applicationBeside(at.world.graph, alice.accountId);
    const theirs = await at.holds.offered([alice], '02T10:00', {}, other.key);
    const { hold } = await at.holds.hold(await at.holds.offered([alice], '02T10:00'));
    const question = { ...all([alice]), requiredDuration: 'PT30M', search: { starts: [instant('02T10:00')] } };
    expect(await at.world.reasons(question, '02T10:00', other.key)).toEqual(['HELD 02T10:00–02T10:30']);
    expect(codes(await at.holds.hold(theirs, {}, other.key))).toEqual(['slots.0 SLOT_TAKEN']);
    const id = hold?.id ?? '';
    expect(await at.holds.read(id, other.key)).toBeNull();
    expect(codes(await at.holds.release(id, other.key))).toEqual(['holdId NOT_FOUND']);
    expect((await at.holds.read(id))?.status).toBe('HELD');
    await at.holds.expire(id);
    expect(codes(await at.holds.hold(theirs, {}, other.key))).toEqual([]);
  });

  test('cannot use a slot that was offered to somebody else', async () => {
    const alice = await someone();
    const other = await applicationBeside(at.world.graph, alice.accountId);
    expect(codes(await at.holds.hold(await at.holds.offered([alice], '02T10:00'), {}, other.key))).toEqual([
      'slots.0.slotToken INVALID',
    ]);
  });

  test('holds nothing of an account that did not grant to write', async () => {
    const alice = await someone();
    const reader = await applicationBeside(at.world.graph, alice.accountId, ['free_busy']);
    const token = await at.holds.offered([alice], '02T10:00', {}, reader.key);
    expect(codes(await at.holds.hold(token, {}, reader.key))).toEqual(['slots.0 FORBIDDEN']);
  });
});

describe('wrong input', () => {
  test('is refused all at once, and nothing is held', async () => {
    const [alice, bob] = [await someone(), await someone()];
    const good = await at.holds.offered([alice], '02T10:00');
    const { accountId } = alice;
    expect(codes(await at.holds.create({ slots: [], ttl: 'PT59S', idempotencyKey: '' }))).toEqual([
      'ttl OUT_OF_RANGE',
      'idempotencyKey REQUIRED',
      'slots REQUIRED',
    ]);
    const slots = [
      slot('no token'),
      slot(good, { accountIds: [] }),
      slot(good, { accountIds: [bob.accountId] }),
      slot(await at.holds.offered([alice, bob], '02T10:00'), { accountIds: [accountId, accountId] }),
    ];
    expect(codes(await at.holds.create({ slots, ttl: 'PT31M' }))).toEqual([
      'ttl OUT_OF_RANGE',
      'slots.0.slotToken INVALID',
      'slots.1.accountIds REQUIRED',
      'slots.2.accountIds.0 NOT_FOUND',
      'slots.3.accountIds.1 DUPLICATE',
    ]);
    expect(codes(await at.holds.create({ slots: Array.from({ length: 11 }, () => slot(good)) }))).toEqual([
      'slots LIMIT_EXCEEDED',
    ]);
    expect(codes(await at.holds.release('hld_no'))).toEqual(['holdId INVALID']);
    expect(codes(await at.holds.release(`hld_${'0'.repeat(26)}`))).toEqual(['holdId NOT_FOUND']);
    expect(codes(await at.holds.hold(good))).toEqual([]);
  });

  test('an older slot token is refused with its own code', async () => {
    const alice = await someone();
    const token = await at.holds.offered([alice], '02T10:00');
    at.world.graph.clock.now = Date.now() + 3_601_000;
    const refused = await at.holds.hold(token);
    at.world.graph.clock.now = null;
    expect(codes(refused)).toEqual(['slots.0.slotToken SLOT_TOKEN_EXPIRED']);
  });
});

test('a slot that was offered with notice is not too late for having waited', async () => {
  const alice = await someone();
  const start = Math.ceil(Date.now() / 1_800_000) * 1_800_000 + 7_200_000;
  const text = new Date(start).toISOString().replace('.000Z', 'Z');
  at.world.graph.clock.now = start - 7_200_000;
  const search = { search: { starts: [text] }, minimumNotice: 'PT2H' };
  const token = await at.holds.offered([alice], '02T10:00', search);
  at.world.graph.clock.now = start - 7_200_000 + 60_000;
  const answer = await at.holds.hold(token);
  at.world.graph.clock.now = null;
  expect(codes(answer)).toEqual([]);
});

test('of 200 who ask for one slot at once exactly one gets it, and nobody hears of a deadlock', async () => {
  const alice = await someone();
  const buffer = { buffer: { before: 'PT15M', after: 'PT15M' } };
  const tokens = [
    await at.holds.offered([alice], '05T10:00', buffer),
    await at.holds.offered([alice], '05T10:30', buffer),
  ];
  const answers = await Promise.all(Array.from({ length: 200 }, (_, call) => at.holds.hold(tokens[call % 2] ?? '')));
  expect(answers.filter(({ hold }) => hold !== null)).toHaveLength(1);
  expect(new Set(answers.flatMap(codes))).toEqual(new Set(['slots.0 SLOT_TAKEN']));
  const rows = await at.world.graph.fresh.superuser('select from hold_slot where account_id = $1', [alice.accountId]);
  expect(rows).toHaveLength(1);
});

test('periods that are not asked for stay as they were', async () => {
  const alice = await someone();
  alice.put('lunch', content('02T12:00', '02T13:00'));
  await alice.sync();
  await at.holds.hold(await at.holds.offered([alice], '02T10:00'));
  const found = await at.world.starts({
    ...all([alice]),
    search: { periods: [period('02T09:00', '02T14:00')] },
  });
  expect(found).toEqual(['02T09:00', '02T11:00', '02T13:00']);
});
