/** What becomes of holds of several accounts when one of these ends its authorization. */
import { describe, expect, test } from '@jest/globals';
import { all, instant, type Person } from './availability-world.ts';
import { codes, event, heldWorld, stalled, storedAt, unfinished } from './held-world.ts';

const at = heldWorld();
const { leave, takenOver, endUnfinished, nothingStored } = unfinished(at);
const { someone } = at;

async function revoke({ accountId }: Person, more: object = {}): Promise<void> {
  const { revokeAuthorization } = await at.world.graph.data(
    'mutation ($input: RevokeAuthorizationInput!) { revokeAuthorization(input: $input) { revokedAccountIds userErrors { code } } }',
    { input: { authorization: { accountId }, ...more } },
  );
  expect(revokeAuthorization).toEqual({ revokedAccountIds: [accountId], userErrors: [] });
}

const cursorNow = async (): Promise<string> => (await at.world.graph.data('{ changes { cursor } }')).changes.cursor;
async function changesSince(after: string): Promise<readonly string[]> {
  const { changes } = await at.world.graph.data(
    `query ($after: String) { changes(after: $after) {
      changes { kind account { id } subjectId subject { ... on Hold { id status } } } } }`,
    { after },
  );
  return changes.changes
    .filter(({ kind }: { kind: string }) => kind === 'HOLD_ENDED')
    .map((one: { kind: string; account: { id: string }; subject: { id: string; status: string } | null }) =>
      [one.account.id, one.subject?.id, one.subject?.status].join(' '),
    );
}
const isFree = async (person: Person, start: string): Promise<boolean> =>
  (await at.world.starts({ ...all([person]), search: { starts: [instant(start)] } })).length === 1;
const heldTimes = (holdId: string) =>
  at.world.graph.fresh.superuser('select account_id from hold_slot where hold_id = $1', [holdId]);

/** Alice's guests are being told of her meeting with Bob, who ends his authorization. */
async function revokedWhileInviting() {
  const [alice, bob] = [await someone(), await someone()];
  const holdId = await at.held([alice, bob], '02T10:00');
  const { reached, go } = stalled(alice, 2);
  const attendees = { invite: [{ email: 'guest@elsewhere.test' }] };
  const confirming = at.holds.confirm({ holdId, events: [event(alice, { attendees }), event(bob)] });
  await reached;
  await revoke(bob);
  return { alice, holdId, confirming, go };
}

describe('the end of an authorization', () => {
  test('ends the holds of several: the others are free, and the application is told of each of them', async () => {
    const [alice, bob, carol] = [await someone(), await someone(), await someone()];
    const holdId = await at.held([alice, bob, carol], '02T10:00');
    const without = await at.held([alice], '02T14:00');
    expect(await isFree(alice, '02T10:00')).toBe(false);
    const cursor = await cursorNow();
    await revoke(bob);
    expect(await heldTimes(holdId)).toEqual([]);
    expect(await isFree(alice, '02T10:00')).toBe(true);
    expect((await changesSince(cursor)).toSorted()).toEqual(
      [alice, carol].map(({ accountId }) => `${accountId} ${holdId} RELEASED`).sort(),
    );
    const hold = await at.holds.read(holdId);
    expect(hold).toMatchObject({ id: holdId, status: 'RELEASED' });
    expect(hold?.slots[0]?.accounts.map((account) => account?.id ?? null).toSorted()).toEqual(
      [alice.accountId, carol.accountId, null].toSorted(),
    );
    expect(codes(await at.holds.confirm({ holdId, events: [event(alice)] }))).toEqual(['holdId FORBIDDEN']);
    expect(await at.holds.read(without)).toMatchObject({ status: 'HELD' });
  });

  test('ends those of the account alone without a trace, and erases what named it', async () => {
    const [alice, bob] = [await someone(), await someone()];
    const alone = await at.held([bob], '02T10:00');
    const together = await at.held([alice, bob], '02T11:00');
    const cursor = await cursorNow();
    await revoke(bob, { erase: true });
    expect(await at.holds.read(alone)).toBeNull();
    expect(await at.holds.read(together)).toBeNull();
    expect(await changesSince(cursor)).toEqual([`${alice.accountId}  `]);
    expect(
      await at.world.graph.fresh.superuser('select from hold where account_ids @> array[$1]::text[]', [bob.accountId]),
    ).toEqual([]);
  });

  test('while copies are written takes them back from the others', async () => {
    const [alice, bob] = [await someone(), await someone()];
    const holdId = await at.held([alice, bob], '02T10:00');
    const { reached, go } = stalled(alice, 1);
    const confirming = at.holds.confirm({ holdId, events: [event(alice), event(bob)] });
    await reached;
    const cursor = await cursorNow();
    await revoke(bob);
    go();
    expect(codes(await confirming)).toEqual(['holdId HOLD_EXPIRED']);
    await nothingStored(alice);
    expect(await at.holds.read(holdId)).toMatchObject({ status: 'RELEASED' });
    expect(await heldTimes(holdId)).toEqual([]);
    expect(await changesSince(cursor)).toEqual([]); // It was this application's own call that ended it.
  });

  test('while copies are written by who is gone has them taken back by another', async () => {
    const [alice, bob] = [await someone(), await someone()];
    const holdId = await at.held([alice, bob], '02T10:00');
    const { reached, go } = stalled(bob, 1);
    const confirming = at.holds.confirm({ holdId, events: [event(alice), event(bob)] });
    await reached;
    while (storedAt(alice).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await revoke(bob);
    // Whoever is at it has a minute to find out by itself.
    expect(await endUnfinished()).toBe(0);
    await leave(holdId);
    expect(await endUnfinished()).toBe(1);
    await nothingStored(alice);
    expect(await at.holds.read(holdId)).toMatchObject({ status: 'RELEASED' });
    expect(await heldTimes(holdId)).toEqual([]);
    go();
    expect(codes(await confirming)).toEqual(['holdId HOLD_EXPIRED']);
  });

  test('while guests are told of it leaves the others their meeting', async () => {
    const { alice, holdId, confirming, go } = await revokedWhileInviting();
    go();
    expect(await confirming).toMatchObject({ hold: { status: 'CONFIRMED' }, userErrors: [] });
    expect(storedAt(alice)).toHaveLength(1);
    expect(alice.provider.invitations.map(({ email }) => email)).toEqual(['guest@elsewhere.test']);
    expect(await heldTimes(holdId)).toEqual([]);
  });

  test('while guests are told of it by who is gone leaves the others their meeting', async () => {
    const { alice, holdId, confirming, go } = await revokedWhileInviting();
    await leave(holdId);
    const ending = endUnfinished();
    await takenOver(holdId);
    go();
    expect(await ending).toBe(1);
    expect(await at.holds.read(holdId)).toMatchObject({ status: 'CONFIRMED' });
    expect(storedAt(alice)).toHaveLength(1);
    expect(alice.provider.invitations.map(({ email }) => email)).toEqual(['guest@elsewhere.test']);
    await confirming;
  });
});
