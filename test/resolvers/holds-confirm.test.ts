/** From holds to events (semantics E14, G8). */
import { describe, expect, test } from '@jest/globals';
import { all, content, instant } from './availability-world.ts';
import { codes, event, heldWorld, storedAt } from './held-world.ts';

const at = heldWorld();
const { held, someone } = at;
const invite = [{ email: 'guest@elsewhere.test' }];

describe('confirming', () => {
  test('writes every copy at the time of the slot, invites behind that, and ends the hold', async () => {
    const [alice, bob] = [await someone(), await someone()];
    const holdId = await held([alice, bob], '02T10:00');
    const attendees = { invite };
    const answer = await at.holds.confirm({ holdId, events: [event(alice, { attendees }), event(bob)] });
    expect(answer).toMatchObject({ hold: { status: 'CONFIRMED' }, userErrors: [] });
    expect(answer.results).toMatchObject([
      { created: true, operation: { status: 'APPLIED' }, userErrors: [] },
      { created: true, operation: { status: 'APPLIED' }, userErrors: [] },
    ]);
    for (const person of [alice, bob]) {
      expect(storedAt(person).map(({ object }) => [object.master?.start, object.master?.end])).toEqual([
        [expect.objectContaining({ instant: Date.parse(instant('02T10:00')) }), expect.objectContaining({ instant: Date.parse(instant('02T10:30')) })],
      ]); // biome-ignore format: one time
    }
    expect(alice.provider.invitations.map(({ email }) => email)).toEqual(['guest@elsewhere.test']);
    expect(await at.holds.read(holdId)).toMatchObject({ status: 'CONFIRMED' });
    expect(await at.world.graph.fresh.superuser('select from hold_slot where hold_id = $1', [holdId])).toEqual([]);
  });

  test('twice, also at once, is once', async () => {
    const alice = await someone();
    const holdId = await held([alice], '02T10:00');
    const input = { holdId, events: [event(alice, { attendees: { invite } })] };
    const [first, second] = await Promise.all([at.holds.confirm(input), at.holds.confirm(input)]);
    expect(first.userErrors).toEqual([]);
    expect(second).toEqual(first);
    expect(await at.holds.confirm(input)).toEqual(first);
    expect(storedAt(alice)).toHaveLength(1);
    expect(alice.provider.invitations).toHaveLength(1);
    const other = { holdId, events: [event(alice, { key: 'another' })] };
    expect(codes(await at.holds.confirm(other))).toEqual(['events IDEMPOTENCY_MISMATCH']);
  });

  test('keeps the buffers of what was booked: beside it is refused as BUFFER', async () => {
    const alice = await someone();
    const buffer = { buffer: { before: 'PT15M', after: 'PT15M' } };
    const holdId = await held([alice], '02T10:00', buffer);
    expect(codes(await at.holds.confirm({ holdId, events: [event(alice)] }))).toEqual([]);
    const asked = (start: string) => ({
      ...all([alice]),
      requiredDuration: 'PT30M',
      search: { starts: [instant(start)] },
    });
    expect(await at.world.reasons(asked('02T10:30'), '02T10:30')).toEqual(['BUFFER 02T10:30–02T10:45']);
    expect(await at.world.reasons(asked('02T10:45'), '02T10:45')).toEqual([]);
    expect(await at.world.reasons(asked('02T09:30'), '02T09:30')).toEqual(['BUFFER 02T09:45–02T10:00']);
  });

  test('is refused where a user has taken the time meanwhile, which only the provider knows; nothing is written', async () => {
    const [alice, bob] = [await someone(), await someone()];
    const buffer = { buffer: { before: 'PT15M', after: 'PT15M' } };
    const holdId = await held([alice, bob], '02T10:00', buffer);
    alice.put('from the phone', content('02T10:10', '02T10:20'));
    const before = [alice, bob].map(({ provider }) => provider.calls.get('write') ?? 0);
    const answer = await at.holds.confirm({ holdId, events: [event(alice, { attendees: { invite } }), event(bob)] });
    expect(answer.results).toBeNull();
    expect(codes(answer)).toEqual(['holdId SLOT_TAKEN']);
    const { account } = await at.world.graph.data(
      'query ($id: ID!) { account(id: $id) { events(filter: { from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z" }) { nodes { id } } } }',
      { id: alice.accountId },
    );
    expect(answer.userErrors[0].message).toContain(`BUSY for ${alice.accountId} from 2026-03-02T10:10:00Z`);
    expect(answer.userErrors[0].message).toContain(`(${account.events.nodes[0].id})`);
    expect([alice, bob].map(({ provider }) => provider.calls.get('write') ?? 0)).toEqual(before);
    expect(alice.provider.invitations).toEqual([]);
    expect(await at.holds.read(holdId)).toMatchObject({ status: 'HELD' });
    expect(await at.holds.release(holdId)).toMatchObject({ hold: { status: 'RELEASED' } });
  });

  test('that one provider refuses for good takes the others back, and nobody was told', async () => {
    const [alice, bob] = [await someone(), await someone()];
    const holdId = await held([alice, bob], '02T10:00');
    bob.provider.faults.add('write', { kind: 'rejected' }, 5);
    const answer = await at.holds.confirm({ holdId, events: [event(alice, { attendees: { invite } }), event(bob)] });
    expect(codes(answer)).toEqual(['events.1.event PROVIDER_REJECTED']);
    expect(answer).toMatchObject({ hold: { status: 'RELEASED' }, results: null });
    expect([...storedAt(alice), ...storedAt(bob)]).toEqual([]);
    expect(alice.provider.invitations).toEqual([]);
    bob.provider.faults.clear();
    // The time is free again.
    await held([alice, bob], '02T10:00');
  });

  test('asks for every provider, or says that one may be away', async () => {
    const [alice, bob] = [await someone(), await someone()];
    const holdId = await held([alice, bob], '02T10:00');
    const input = { holdId, events: [event(alice), event(bob)] };
    bob.provider.faults.add('*', { kind: 'unreachable' }, 100);
    expect(codes(await at.holds.confirm(input))).toEqual(['holdId PROVIDER_UNREACHABLE']);
    expect(storedAt(alice)).toEqual([]);
    expect(await at.holds.read(holdId)).toMatchObject({ status: 'HELD' });
    const answer = await at.holds.confirm({ ...input, allowUnreachable: true });
    expect(answer).toMatchObject({ hold: { status: 'CONFIRMED' }, userErrors: [] });
    expect(answer.results.map((result: { operation: { status: string } }) => result.operation.status)).toEqual([
      'APPLIED',
      'PENDING',
    ]);
    bob.provider.faults.clear();
  });

  test('of what is wrong with it tells everything, and writes nothing', async () => {
    const [alice, bob] = [await someone(), await someone()];
    const holdId = await held([alice], '02T10:00');
    expect(codes(await at.holds.confirm({ holdId, events: [] }))).toEqual(['events REQUIRED']);
    const wrong = [{ ...event(alice), slot: 1 }, event(bob), event(alice), event(alice, { key: 'second' })];
    expect(codes(await at.holds.confirm({ holdId, events: wrong }))).toEqual([
      'events.0.slot OUT_OF_RANGE',
      'events.1.event.calendarId NOT_FOUND',
      'events.3.event.calendarId DUPLICATE',
    ]);
    const times = { start: { timed: { dateTime: instant('02T10:15') } }, end: { date: '2026-03-03' } };
    const otherThanHeld = event(alice, { summary: null, recurrence: ['RRULE:FREQ=DAILY'], ...times });
    const told = await at.holds.confirm({ holdId, events: [otherThanHeld] });
    expect(told.userErrors).toEqual([
      {
        path: ['events', '0', 'event', 'start', 'timed', 'dateTime'],
        code: 'INVALID',
        message: 'Expected 2026-03-02T10:00:00Z, the start of the slot, or none, got 2026-03-02T10:15:00Z',
      },
      {
        path: ['events', '0', 'event', 'end'],
        code: 'INVALID',
        message: 'Expected 2026-03-02T10:30:00Z, the end of the slot, or none, got 2026-03-03',
      },
      {
        path: ['events', '0', 'event', 'recurrence'],
        code: 'INVALID',
        message: 'Expected none: the slot is held once, got a series',
      },
      expect.objectContaining({ path: ['events', '0', 'event', 'summary'], code: 'INVALID' }),
    ]);
    const shown = await at.holds.confirm({ holdId, events: [event(alice)], control: { dryRun: true } }, 'created');
    expect(shown).toMatchObject({ hold: { status: 'HELD' }, results: [{ created: true }], userErrors: [] });
    expect(storedAt(alice)).toEqual([]);
    await at.holds.expire(holdId);
    expect(codes(await at.holds.confirm({ holdId, events: [event(alice)] }))).toEqual(['holdId HOLD_EXPIRED']);
    expect(codes(await at.holds.confirm({ holdId: `hld_${'0'.repeat(26)}`, events: [event(alice)] }))).toEqual([
      'holdId NOT_FOUND',
    ]);
  });
});
