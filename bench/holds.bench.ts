/**
 * 10,000 holds of a pool of 20, asked of several nodes by many at once in random order of the members, while one node after the other
 * is killed: no two overlap, nobody hears of a deadlock, none is made twice, and after their time nothing of them is left.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, createCluster, nodesMissing } from '../test/nodes/cluster.ts';
import type { Loose } from '../test/setup/graph.ts';
import type { Service } from '../test/setup/service.ts';
import { report, tiny } from './measure.ts';

const calls = tiny ? 40 : Number(process.env['HOLD_CALLS'] ?? 10_000);
const pool = 20;
const nodes = tiny ? 2 : 3;
/** Who asks at the same time; each waits for its answer. */
const askers = tiny ? 24 : 64;
/** Answers between two kills. */
const killedAfter = tiny ? 20 : 1_000;
/** Slots that everybody wants, half an hour long: with their buffers a member can be at one of them. */
const starts = Array.from({ length: 2 }, (_, at) =>
  new Date(Date.UTC(2030, 2, 4, 9) + at * 1_800_000).toISOString().replace('.000Z', 'Z'),
);
/** Tokens of each start, each with the pool in another order. */
const orders = tiny ? 4 : 32;
/** The shortest that there is, in seconds: whoever is not given back is waited for. */
const ttl = 60;
/** Milliseconds that a hold is kept before it is given back. */
const longest = 2_000;
/** How many of the holds are left to expire. */
const forgotten = 0.02;
/** Seconds in which a node has to notice that a hold is over. */
const notice = 15;

interface Outcome {
  readonly code: string;
  readonly id: string | null;
}

const reason = nodesMissing();
if (reason !== null) console.log(`left out: ${reason}`);
else await race();

async function race(): Promise<void> {
  const cluster = await createCluster(nodes, { MERIDIAN_RATE_PER_SECOND: '0', MERIDIAN_RATE_PER_MINUTE: '0' });
  try {
    for (const node of cluster.nodes) await start(cluster, node);
    const tokens = await offers(cluster.nodes[0] as Service);
    const told = new Map<string, number>();
    const ids = new Set<string>();
    const twice: string[] = [];
    const alive = new Set(cluster.nodes);
    let asked = 0;
    let answers = 0;
    let again = 0;
    let kills = 0;
    let overlapping = 0;
    let looks = 0;
    let restarting: Promise<void> = Promise.resolve();
    const begun = performance.now();

    const ask = async (): Promise<void> => {
      const key = `ask ${asked}`;
      const { slotToken, accountIds } = drawn(tokens);
      const named = Math.random() < 0.3 ? { accountIds: shuffled(accountIds).slice(0, 3) } : {};
      const input = { slots: [{ slotToken, ...named }], ttl: `PT${ttl}S`, idempotencyKey: key };
      for (;;) {
        const node = drawn([...alive]);
        const outcome = await hold(node, input).catch(() => null);
        // Cut off by a kill: the same call to whoever is there, which must not make another hold.
        if (outcome === null) {
          again += 1;
          await sleep(50);
          continue;
        }
        told.set(outcome.code, (told.get(outcome.code) ?? 0) + 1);
        if (outcome.id === null) return;
        if (ids.has(outcome.id)) twice.push(outcome.id);
        ids.add(outcome.id);
        if (Math.random() < forgotten) return;
        await sleep(Math.random() * longest);
        while (!(await release(drawn([...alive]), outcome.id).catch(() => false))) {
          again += 1;
          await sleep(50);
        }
        return;
      }
    };
    const kill = (): void => {
      restarting = restarting.then(async () => {
        const node = drawn([...alive]);
        kills += 1;
        alive.delete(node);
        await node.kill();
        if (tiny) return;
        await start(cluster, node);
        alive.add(node);
      });
    };
    let running = true;
    const watching = (async () => {
      while (running) {
        overlapping += await overlaps(cluster);
        looks += 1;
        await sleep(1_000);
      }
    })();
    await Promise.all(
      Array.from({ length: askers }, async () => {
        while (asked < calls) {
          asked += 1;
          await ask();
          answers += 1;
          if (answers % killedAfter === 0 && answers < calls) kill();
        }
      }),
    );
    const seconds = (performance.now() - begun) / 1000;
    running = false;
    await Promise.all([watching, restarting]);
    overlapping += await overlaps(cluster);
    const stored = await count(cluster, 'from hold');
    const others = [...told].filter(([code]) => code !== 'HELD' && code !== 'SLOT_TAKEN');
    report('calls', answers);
    report(`… a second, at ${askers} askers on ${nodes} nodes`, Math.round(answers / seconds));
    report('nodes killed in between', kills, '≥ 1', kills >= 1);
    report('calls cut off by it, and made again', again);
    report('holds made', ids.size, '≥ 1', ids.size >= 1);
    report('told SLOT_TAKEN', told.get('SLOT_TAKEN') ?? 0);
    report(`overlaps, in ${looks + 1} looks`, overlapping, '0', overlapping === 0);
    report('deadlocks and other failures told', others.map(([code, times]) => `${times} ${code}`).join('; ') || 0, '0', others.length === 0); // biome-ignore format: one figure
    report('deadlocks that the database ended', await deadlocks(cluster));
    report('holds made twice by one call, or that nobody was told of', twice.length + stored - ids.size, '0', twice.length + stored === ids.size); // biome-ignore format: one figure
    if (tiny) return;
    const waiting = await count(cluster, "from hold where status = 'HELD'");
    await sleep((ttl + notice) * 1000);
    const rows = (await count(cluster, 'from hold_slot')) + (await count(cluster, "from hold where status = 'HELD'"));
    report(`left to expire, ${waiting} still in force at the end: left after their time`, rows, '0', rows === 0);
    const ended = await count(cluster, "from change_log where kind = 'HOLD_ENDED'");
    const held = await count(cluster, 'from hold cross join unnest(account_ids)');
    report('ends told, of the accounts of all holds', `${ended} of ${held}`, 'all', ended === held);
  } finally {
    await cluster.close();
  }
}

/** On a machine that others use a node takes longer than a test would wait for. */
async function start(cluster: Cluster, node: Service): Promise<void> {
  const late = await cluster.start(node).then(
    () => null,
    (error: unknown) => error,
  );
  const end = performance.now() + 240_000;
  while (late !== null && (await fetch(`${node.address}/readyz`).catch(() => null))?.ok !== true) {
    if (performance.now() > end) throw late;
    await sleep(250);
  }
}

/** Tokens of slots: one member of the pool, in many orders, or all of three of them. */
async function offers(node: Service) {
  const accountIds: string[] = [];
  for (let at = 0; at < pool; at += 1) {
    const { upsertApplicationCalendar: made } = await node.graph(
      'mutation ($input: UpsertApplicationCalendarInput!) { upsertApplicationCalendar(input: $input) { account { id } userErrors { message } } }',
      { input: { key: `host ${at}`, timeZone: 'Europe/London' } },
    );
    accountIds.push(made.account.id);
  }
  const tokens: { readonly slotToken: string; readonly accountIds: readonly string[] }[] = [];
  for (let order = 0; order < orders; order += 1) {
    const members = shuffled(accountIds).map((accountId) => ({ accountId }));
    const { availability } = await node.graph(
      'query ($input: AvailabilityInput!) { availability(input: $input) { slots { token } } }',
      {
        input: {
          participants: [{ members, required: 1 }],
          requiredDuration: 'PT30M',
          buffer: { before: 'PT15M', after: 'PT15M' },
          search: { starts },
        },
      },
    );
    for (const { token } of availability.slots) tokens.push({ slotToken: token, accountIds });
  }
  return tokens;
}

async function hold(node: Service, input: object): Promise<Outcome> {
  const answer = await post(
    node,
    'mutation ($input: CreateHoldInput!) { createHold(input: $input) { hold { id } userErrors { code } } }',
    { input },
  );
  const { hold: made, userErrors } = answer.createHold;
  return made === null ? { code: userErrors[0]?.code ?? 'NOTHING', id: null } : { code: 'HELD', id: made.id };
}

async function release(node: Service, holdId: string): Promise<boolean> {
  const document =
    'mutation ($id: ID!) { releaseHold(input: { holdId: $id }) { hold { status } userErrors { code } } }';
  const { releaseHold } = await post(node, document, { id: holdId });
  return releaseHold.userErrors.length === 0;
}

/** What a node answered; throws where it was killed meanwhile. Errors of the graph are answers, too. */
async function post(node: Service, query: string, variables: object): Promise<Loose> {
  const response = await fetch(`${node.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${node.key()}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as Loose;
  if (errors === undefined) return data;
  const failed = { hold: null, userErrors: [{ code: JSON.stringify(errors).slice(0, 200) }] };
  return { createHold: failed, releaseHold: failed };
}

/** Pairs of times that touch, in one account. */
function overlaps(cluster: Cluster): Promise<number> {
  return count(
    cluster,
    'from hold_slot a join hold_slot b on a.account_id = b.account_id and a.ctid < b.ctid and a.during && b.during',
  );
}

async function count(cluster: Cluster, from: string): Promise<number> {
  const [row] = await cluster.query<{ found: number }>(`select count(*)::int as found ${from}`);
  return row?.found ?? 0;
}

async function deadlocks(cluster: Cluster): Promise<number> {
  const [row] = await cluster.query<{ deadlocks: string }>(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  return Number(row?.deadlocks ?? 0);
}

function drawn<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)] as T;
}

function shuffled<T>(list: readonly T[]): readonly T[] {
  return list
    .map((one) => ({ one, by: Math.random() }))
    .sort((left, right) => left.by - right.by)
    .map(({ one }) => one);
}
