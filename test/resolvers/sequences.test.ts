/** Several meetings in a row through the graph (semantics E12): which are found, with whom, and how they are held. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Loose } from '../setup/graph.ts';
import { content, instant, openWorld, type Person, period, upsert, type World } from './availability-world.ts';
import { holding } from './held.ts';

let world: World;
let holds: ReturnType<typeof holding>;
beforeAll(async () => {
  world = await openWorld();
  holds = holding(world.graph);
});
afterAll(() => world.close());

let made = 0;
async function someone(...busy: readonly (readonly [start: string, end: string])[]): Promise<Person> {
  const person = await world.person(`person${made++}`);
  for (const [at, [start, end]] of busy.entries()) person.put(`busy${at}`, content(start, end));
  await person.sync();
  return person;
}

const step = (key: string, people: readonly Person[], more: object = {}, member: object = {}) => ({
  key,
  participants: [{ members: people.map(({ accountId }) => ({ accountId, ...member })) }],
  requiredDuration: 'PT1H',
  ...more,
});
const query = (steps: readonly object[], more: object = {}) => ({
  steps,
  queryPeriods: [period('02T09:00', '02T12:00')],
  startInterval: 'PT1H',
  ...more,
});
const run = (input: object, fields = 'sequences { steps { key slot { start } } }', token?: string) =>
  world.graph.run(
    `query ($input: SequencedAvailabilityInput!) { sequencedAvailability(input: $input) { ${fields} } }`,
    { input },
    token,
  );

/** `a 09:00, b 10:00` for each sequence found. */
async function found(input: object): Promise<readonly string[]> {
  const { data, errors } = await run(input);
  expect(errors).toEqual([]);
  return data.sequencedAvailability.sequences.map(({ steps }: Loose) =>
    steps.map(({ key, slot }: Loose) => `${key} ${slot.start.slice(11, 16)}`).join(', '),
  );
}

describe('the steps', () => {
  test('come in the order given, each when its own people are free, by the first start and then by the next', async () => {
    const [ann, ben] = [await someone(['02T10:00', '02T11:00']), await someone(['02T09:00', '02T09:30'])];
    expect(await found(query([step('a', [ann]), step('b', [ben])]))).toEqual(['a 09:00, b 10:00', 'a 09:00, b 11:00']);
    expect(await found(query([step('b', [ben]), step('a', [ann])]))).toEqual(['b 10:00, a 11:00']);
  });

  test('never overlap, also with different people', async () => {
    const [ann, ben] = [await someone(), await someone()];
    const queryPeriods = [period('02T09:00', '02T10:30')];
    expect(await found(query([step('a', [ann]), step('b', [ben])], { queryPeriods }))).toEqual([]);
  });

  test('of equal ordinals come in any order, those of lower ones before', async () => {
    const [ann, ben] = [await someone(), await someone()];
    const any = [step('a', [ann], { ordinal: 2 }), step('b', [ben], { ordinal: 2 }), step('c', [ann], { ordinal: 1 })];
    expect(await found(query(any))).toEqual(['c 09:00, a 10:00, b 11:00', 'c 09:00, b 10:00, a 11:00']);
    const last = [step('a', [ann], { ordinal: 1 }), step('b', [ben], { ordinal: 1 }), step('c', [ann])];
    expect(await found(query(last))).toEqual(['a 09:00, b 10:00, c 11:00', 'b 09:00, a 10:00, c 11:00']);
  });

  test('keep the least and the most time between them, by what both ask for', async () => {
    const ann = await someone();
    const asked = (gapAfter: object, gapBefore: object = {}) =>
      query([step('a', [ann], { gapAfter }), step('b', [ann], { gapBefore })], {
        queryPeriods: [period('02T09:00', '02T14:00')],
        maxResults: 100,
      });
    expect(await found(asked({ minimum: 'PT2H' }))).toEqual(['a 09:00, b 12:00', 'a 09:00, b 13:00', 'a 10:00, b 13:00']); // biome-ignore format: one line
    expect(await found(asked({ minimum: 'PT1H' }, { maximum: 'PT1H' }))).toEqual(['a 09:00, b 11:00', 'a 10:00, b 12:00', 'a 11:00, b 13:00']); // biome-ignore format: one line
    expect(await found(asked({ maximum: 'PT1H' }, { minimum: 'PT2H' }))).toEqual([]);
    expect(await found(asked({ minimum: null, maximum: 'PT0S' }, { maximum: null }))).toHaveLength(4);
  });

  test('have periods, a grid and a length of their own', async () => {
    const [ann, ben] = [await someone(), await someone()];
    const steps = [
      step('a', [ann], { requiredDuration: 'PT45M', startInterval: 'PT15M', queryPeriods: [period('02T11:00', '02T12:00')] }),
      step('b', [ben]),
    ]; // biome-ignore format: one list
    expect(await found(query(steps, { queryPeriods: [period('02T09:00', '02T14:00')] }))).toEqual([
      'a 11:00, b 12:00',
      'a 11:00, b 13:00',
      'a 11:15, b 12:00',
      'a 11:15, b 13:00',
    ]);
  });

  test('are on the grid of `timeZone`, and not before the notice', async () => {
    const ann = await someone();
    const one = query([step('a', [ann])]);
    expect(await found({ ...one, timeZone: 'Asia/Kathmandu' })).toEqual(['a 09:15', 'a 10:15']);
    world.graph.clock.now = Date.parse(instant('02T09:30'));
    expect(await found({ ...one, minimumNotice: 'PT30M' })).toEqual(['a 10:00', 'a 11:00']);
    expect(await found({ ...one, minimumNotice: 'PT30M1S' })).toEqual(['a 11:00']);
    world.graph.clock.now = null;
  });

  test('take the gap before the first and after the last as buffers, which a member’s own replace side by side', async () => {
    const ann = await someone(['02T08:00', '02T09:00'], ['02T12:00', '02T13:00']);
    const outside = { gapBefore: { minimum: 'PT1H', maximum: 'PT1H' }, gapAfter: { minimum: 'PT1H' } };
    const own = { buffer: { before: 'PT0S' } };
    expect(await found(query([step('a', [ann], outside)]))).toEqual(['a 10:00']);
    expect(await found(query([step('a', [ann], outside, own)]))).toEqual(['a 09:00', 'a 10:00']);
    // Between two steps they are nothing but time between these.
    const two = [step('a', [ann], { gapAfter: { minimum: 'PT1H' } }), step('b', [ann])];
    expect(await found(query(two))).toEqual(['a 09:00, b 11:00']);
  });

  test('leave a person its own buffer between two of its meetings, and its booking limits', async () => {
    const ann = await someone();
    const buffer = { buffer: { before: 'PT1H', after: 'PT30M' } };
    expect(await found(query([step('a', [ann], {}, buffer), step('b', [ann], {}, buffer)]))).toEqual(['a 09:00, b 11:00']); // biome-ignore format: one line
    const limits = { limits: [{ period: 'DAY', maximum: 1 }] };
    const days = { queryPeriods: [period('02T09:00', '02T11:00'), period('03T09:00', '03T10:00')] };
    const two = [step('a', [ann], {}, limits), step('b', [ann], {}, limits)];
    expect(await found(query(two, days))).toEqual(['a 09:00, b 09:00', 'a 10:00, b 09:00']);
  });

  test('leave excluded events out, and count by the busy rule', async () => {
    const ann = await someone();
    const id = await upsert(world.graph, ann.calendarIds[0] ?? '', 'moved', '02T09:00', '02T11:00');
    ann.put('maybe', content('02T11:00', '02T12:00', { busyStatus: 'TENTATIVE' }));
    await ann.sync();
    const one = query([step('a', [ann])]);
    expect(await found(one)).toEqual([]);
    expect(await found({ ...one, excludedEventIds: [id] })).toEqual(['a 09:00', 'a 10:00']);
    expect(await found({ ...one, busyRule: { tentative: false } })).toEqual(['a 11:00']);
  });
});

describe('the answer', () => {
  test('says whether there are more', async () => {
    const ann = await someone();
    const asked = async (maxResults: number) => {
      const { data } = await run(query([step('a', [ann])], { maxResults }), 'truncated sequences { steps { key } }');
      return [data.sequencedAvailability.sequences.length, data.sequencedAvailability.truncated];
    };
    expect([await asked(1), await asked(2), await asked(3)]).toEqual([[1, true], [2, true], [3, false]]); // biome-ignore format: one line
  });

  test('says that the search was cut off, and answers what it found by then', async () => {
    const [ann, ben] = [await someone(), await someone()];
    // Two of the three in the middle are as many as a day allows, and there is no night between them and the last: no way to begin
    // leads to an end, and there are hundreds of thousands.
    const limits = { limits: [{ period: 'DAY', maximum: 2 }] };
    const near = { requiredDuration: 'PT5M', gapAfter: { maximum: 'PT1H' } };
    const steps = ['a', 'b', 'c', 'd', 'e'].map((key) => step(key, [ben], near));
    const hopeless = ['x', 'y', 'z'].map((key) => step(key, [ann], near, limits));
    const long = { queryPeriods: [period('02T08:00', '02T18:00')], startInterval: 'PT5M' };
    const { data, errors } = await run(query([...steps, ...hopeless], long), 'truncated sequences { steps { key } }');
    expect([errors, data.sequencedAvailability]).toEqual([[], { truncated: true, sequences: [] }]);
  });

  test('tells who comes: of all with whom the whole sequence can be held those who are preferred', async () => {
    const [ann, ben] = [await someone(), await someone(['02T10:00', '02T11:00'])];
    const any = (key: string) => ({
      ...step(key, [], { gapAfter: { maximum: 'PT0S' } }),
      participants: [{ required: 1, members: [ann, ben].map(({ accountId }) => ({ accountId, buffer: { after: 'PT30M' } })) }],
    }); // biome-ignore format: one record
    // Ann comes first, but then nobody has time for the second: Ben is busy then, and Ann needs half an hour.
    const { data } = await run(
      query([any('a'), any('b')], { queryPeriods: [period('02T09:00', '02T11:00')] }),
      'sequences { steps { slot { participants { account { id } group preferred } } } }',
    );
    const told = data.sequencedAvailability.sequences.map(({ steps }: Loose) =>
      steps.map(({ slot }: Loose) => slot.participants.map((one: Loose) => [one.account.id, one.group, one.preferred])),
    );
    expect(told).toEqual([]);
    const { data: later } = await run(
      query([any('a'), any('b')], { queryPeriods: [period('02T11:00', '02T13:00')] }),
      'sequences { steps { slot { participants { account { id } group preferred } } } }',
    );
    const people = later.sequencedAvailability.sequences[0].steps.map(({ slot }: Loose) =>
      slot.participants.map((one: Loose) => [one.account.id, one.preferred]),
    );
    expect(people).toEqual([
      [[ann.accountId, true], [ben.accountId, false]],
      [[ben.accountId, true], [ann.accountId, false]],
    ]); // biome-ignore format: one list
  });

  test('tells how far each member could be trusted, once, and how current it is', async () => {
    const ann = await someone();
    const ben = await world.person(`person${made++}`);
    const fields = 'members { accountId status precision account { id } } freshness { stale { reason } }';
    const { data } = await run(query([step('a', [ann]), step('b', [ann, ben])]), fields);
    expect(data.sequencedAvailability).toEqual({
      members: [
        { accountId: ann.accountId, status: 'ACTIVE', precision: 'EVENTS', account: { id: ann.accountId } },
        { accountId: ben.accountId, status: 'PENDING', precision: 'EVENTS', account: { id: ben.accountId } },
      ],
      freshness: { stale: [{ reason: 'NEVER_SYNCED' }] },
    });
  });

  test('reads all steps in one statement, warm or cold, also who comes, and asks nobody', async () => {
    const people = [await someone(), await someone(), await someone()];
    const steps = ['a', 'b', 'c'].map((key, at) => step(key, people.slice(at)));
    const asked = query(steps, { maxResults: 5 });
    const cost = async (input: object, fields?: string) => {
      const { sqlQueries, providerCalls, errors } = await run(input, fields);
      expect(errors).toEqual([]);
      return [sqlQueries, providerCalls];
    };
    expect(await cost(asked)).toEqual([1, 0]);
    expect(await cost(asked)).toEqual([1, 0]);
    const who = 'sequences { steps { slot { token participants { account { id } preferred bookings } } } }';
    expect(await cost(asked, who)).toEqual([1, 0]);
    // The counts of all steps at once; who was away is known.
    const fair = { ...asked, distribution: { strategy: 'LEAST_BOOKED' } };
    await cost(fair, who);
    const [statements] = await cost(fair, who);
    const { sqlQueries: ofOne } = await world.run(
      { participants: steps[0]?.participants, requiredDuration: 'PT1H', search: { periods: asked.queryPeriods }, distribution: fair.distribution },
      'slots { token participants { account { id } preferred bookings } }',
    ); // biome-ignore format: one call
    expect(statements).toBe(ofOne);
  });

  test('asks providers again where it is older than `maxStaleness`, each home once for all steps', async () => {
    const ann = await someone();
    const asked = query([step('a', [ann]), step('b', [ann])], { maxStaleness: 'PT0S' });
    ann.put('new', content('02T09:00', '02T10:00'));
    const { data } = await run(asked);
    expect(data.sequencedAvailability.sequences.map(({ steps }: Loose) => steps[0].slot.start)).toEqual([instant('02T10:00')]); // biome-ignore format: one line
    // What is new was fetched as well; from now on nothing is.
    const again = await run(asked);
    const { providerCalls: ofOne } = await world.run({ participants: asked.steps.map(() => ({ members: [{ accountId: ann.accountId }] })), requiredDuration: 'PT1H', search: { periods: asked.queryPeriods }, maxStaleness: 'PT0S' }); // biome-ignore format: one call
    expect(again.providerCalls).toBe(ofOne);
    expect(again.providerCalls).toBe(1);
  });
});

describe('a sequence that is held', () => {
  const tokensOf = async (input: object): Promise<readonly string[]> => {
    const { data, errors } = await run(input, 'sequences { steps { slot { token } } }');
    expect(errors).toEqual([]);
    return data.sequencedAvailability.sequences[0].steps.map(({ slot }: Loose) => slot.token);
  };
  const create = (tokens: readonly string[]) => holds.create({ slots: tokens.map((slotToken) => ({ slotToken })) });
  const codes = ({ userErrors }: { readonly userErrors: readonly { readonly path: readonly string[]; readonly code: string }[] }) =>
    userErrors.map(({ path, code }) => `${path.join('.')} ${code}`); // biome-ignore format: one thought

  test('has all of its steps or none, and of two who want it at once one gets it', async () => {
    const [ann, ben] = [await someone(), await someone()];
    const tokens = await tokensOf(query([step('a', [ann]), step('b', [ann, ben])]));
    const both = await Promise.all([create(tokens), create(tokens)]);
    expect(both.map(({ hold }) => hold !== null).sort()).toEqual([false, true]);
    expect(both.flatMap(codes).every((code) => code.endsWith(' SLOT_TAKEN'))).toBe(true);
    const held = both.find(({ hold }) => hold !== null)?.hold;
    expect(held?.slots.map(({ start, accounts }) => [start, accounts.map((account) => account?.id)])).toEqual([
      [instant('02T09:00'), [ann.accountId]],
      [instant('02T10:00'), [ann.accountId, ben.accountId]],
    ]);
    expect(await found(query([step('a', [ann]), step('b', [ben])]))).toEqual([]);
    await holds.release(held?.id ?? '');
    const [ahead] = await tokensOf(query([step('b', [ben])], { queryPeriods: [period('02T10:00', '02T11:00')] }));
    await create([ahead ?? '']);
    expect(codes(await create(tokens))).toEqual(['slots.1 SLOT_TAKEN']);
    expect(await found(query([step('a', [ann])]))).toHaveLength(3);
  });

  test('keeps the buffers that its ends ask for, and those of its people between', async () => {
    const ann = await someone();
    const outside = { gapBefore: { minimum: 'PT15M' }, gapAfter: { minimum: 'PT30M' } };
    const inner = { buffer: { after: 'PT1H' } };
    const [ben] = [await someone()];
    const tokens = await tokensOf(query([step('a', [ann], outside), step('b', [ben], { ...outside, gapBefore: null }, inner)])); // biome-ignore format: one call
    expect(codes(await create(tokens))).toEqual([]);
    const { rows } = await heldTimes(ann, ben);
    expect(rows).toEqual([
      [ann.accountId, instant('02T08:45'), instant('02T10:00')],
      [ben.accountId, instant('02T11:00'), instant('02T13:00')],
    ]);
  });

  test('takes people with whom all of it can be held, as the answer preferred them', async () => {
    const [ann, ben] = [await someone(), await someone()];
    const any = {
      ...step('a', []),
      participants: [{ required: 1, members: [ann, ben].map(({ accountId }) => ({ accountId, buffer: { after: 'PT30M' } })) }],
    }; // biome-ignore format: one record
    // Ann is listed first for the first step too: were she taken for it, she would not have her half hour before the second.
    const asked = query([any, step('b', [ann])], { queryPeriods: [period('02T09:00', '02T11:00')] });
    const { data } = await run(
      asked,
      'sequences { steps { slot { token participants { account { id } preferred } } } }',
    );
    const [first, second] = data.sequencedAvailability.sequences[0].steps.map(({ slot }: Loose) => slot);
    expect(first.participants).toEqual([
      { account: { id: ben.accountId }, preferred: true },
      { account: { id: ann.accountId }, preferred: false },
    ]);
    const { hold } = await create([first.token, second.token]);
    const held = hold?.slots.map(({ accounts }) => accounts.map((account) => account?.id));
    expect(held).toEqual([[ben.accountId], [ann.accountId]]);
    await holds.release(hold?.id ?? '');
    // With Ben gone nobody is left for the first; whoever names people gets these or none.
    const named = { slots: [{ slotToken: first.token, accountIds: [ann.accountId] }, { slotToken: second.token }] };
    expect(codes(await holds.create(named))).toEqual(['slots.1 SLOT_TAKEN']);
    await upsert(world.graph, ben.calendarIds[0] ?? '', 'dentist', '02T09:00', '02T10:00');
    expect(codes(await create([first.token, second.token]))).toEqual(['slots.1 SLOT_TAKEN']);
    expect((await run(asked)).data.sequencedAvailability.sequences).toEqual([]);
  });

  async function heldTimes(...people: readonly Person[]) {
    const rows = await world.graph.fresh.superuser<{ account_id: string; lower: Date; upper: Date }>(
      'select account_id, lower(during) as lower, upper(during) as upper from hold_slot where account_id = any($1) order by lower(during)',
      [people.map(({ accountId }) => accountId)],
    );
    const shown = (at: Date) => new Date(at).toISOString().replace('.000Z', 'Z');
    return { rows: rows.map(({ account_id, lower, upper }) => [account_id, shown(lower), shown(upper)]) };
  }
});
