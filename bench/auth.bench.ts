/**
 * What it costs to know who asks and what they may: one warm nested list, with and without authentication, limits, scopes and
 * cost, answered from memory and from the database.
 */
import { parse } from 'graphql';
import { authenticate } from '../auth/authenticate.ts';
import { credentialCache } from '../auth/credential-cache.ts';
import { applicationLimits } from '../auth/limits/application-limits.ts';
import { createRequestLimiter } from '../auth/limits/request-limiter.ts';
import type { Actor } from '../domain/actor.ts';
import { resolvers } from '../resolvers/index.ts';
import { createExecutor } from '../server/graphql/execution/executor.ts';
import { buildPublicSchema } from '../server/graphql/schema.ts';
import { createSeam } from '../server/graphql/seam.ts';
import { limitHeaders } from '../server/http/rate-limit.ts';
import { interleaved, report, reportFigure, tiny } from './measure.ts';
import { openBench } from './setup.ts';

const accounts = tiny ? 3 : 20;
const calendars = 10;
const bench = await openBench();
try {
  const header = `Bearer ${bench.key}`;
  let questions = 0;
  const credentials = credentialCache((authorization) => {
    questions++;
    return authenticate(bench.store, authorization);
  });
  const limiter = createRequestLimiter({
    limitsOf: applicationLimits(bench.store, { perSecond: 1_000_000, perMinute: 1_000_000 }),
    redis: null,
  });
  /** As the HTTP side does it, for each request. */
  const identify = async (): Promise<Actor> => {
    const actor = await credentials.authenticate(header);
    if (actor === null) throw new Error('the bench has no credential');
    limitHeaders(await limiter.take(actor.applicationId));
    return actor;
  };
  const repeat = (times: number, work: () => Promise<unknown>) => async () => {
    for (let time = 0; time < times; time++) await work();
  };

  // From memory: the schema as it is, what it answers with made once.
  const tree = {
    nodes: Array.from({ length: accounts }, (_, account) => ({
      id: `acc_${account}`,
      name: `Account ${account}`,
      profiles: [
        {
          id: `pro_${account}`,
          name: 'Profile',
          calendars: Array.from({ length: calendars }, (_, calendar) => ({
            id: `cal_${account}_${calendar}`,
            name: `Calendar ${calendar}`,
            readOnly: false,
          })),
        },
      ],
    })),
    pageInfo: { hasNextPage: false, endCursor: null },
  };
  // Of the real resolvers only what tells the types of an interface apart: the rest would ask the store.
  const abstract = Object.entries<object>(resolvers).filter(([, fields]) => '__resolveType' in fields);
  const schema = buildPublicSchema({ ...Object.fromEntries(abstract), Query: { accounts: () => tree } });
  const seam = createSeam<{ actor: Actor; requestId: string }>({
    schema,
    introspection: true,
    hideSuggestions: false,
    onInternalError: (error) => console.error(error.text),
  });
  const nested = `query ($first: Int) { accounts(first: $first) { nodes { id name profiles { id name calendars { id name readOnly } } }
    pageInfo { hasNextPage endCursor } } }`;
  const document = parse(nested);
  const execute = createExecutor(schema);
  const variables = { first: accounts };
  const bare = async () =>
    JSON.stringify(
      await execute({
        document,
        variableValues: variables,
        contextValue: { actor: bench.actor, requestId: '' },
      }),
    );
  const guarded = async () => {
    const actor = await identify();
    const answer = await seam.execute({ document, variables, context: { actor, requestId: 'bench' } });
    if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
    return JSON.stringify(answer);
  };
  const times = tiny ? 2 : 100;
  await repeat(times, bare)();
  await repeat(times, guarded)();
  questions = 0;
  const begun = performance.now();
  const memory = await interleaved(tiny ? 1 : 61, {
    bare: repeat(times, bare),
    guarded: repeat(times, guarded),
    identified: repeat(times, identify),
  });
  const seconds = Math.ceil((performance.now() - begun) / 1000);
  report('fields of the answer', accounts * (calendars * 3 + 5));
  reportFigure(`CPU of ${times} from memory, bare, ms`, memory.bare.cpu);
  reportFigure(`CPU of ${times} from memory, authenticated and checked, ms`, memory.guarded.cpu);
  const ratio = memory.guarded.cpu.median / memory.bare.cpu.median;
  report('ratio from memory', ratio, '≤ 1.10', ratio <= 1.1);
  // The rest is the seam's: scopes, variables, cost, what of an error is answered.
  report('of it credential and limits alone', memory.identified.cpu.median / memory.bare.cpu.median);
  report('questions to the database a second', questions / seconds, '≤ 1', questions <= seconds + 1);

  // From the database: the graph as it is run.
  for (let at = 0; at < accounts; at++) {
    await bench.services.applicationCalendars.upsert(bench.actor, { key: `bench ${at}`, timeZone: 'Europe/London' });
  }
  const plain = async () => JSON.stringify((await bench.runUnchecked(document, variables)).data);
  const whole = async (remembered: boolean) => {
    if (!remembered) credentials.clear();
    await identify();
    return JSON.stringify((await bench.run(document, variables)).data);
  };
  const reads = tiny ? 2 : 20;
  await repeat(reads, plain)();
  await repeat(reads, () => whole(true))();
  const stored = await interleaved(tiny ? 1 : 45, {
    bare: repeat(reads, plain),
    remembered: repeat(reads, () => whole(true)),
    asked: repeat(reads, () => whole(false)),
  });
  reportFigure(`CPU of ${reads} from the database, bare, ms`, stored.bare.cpu);
  reportFigure(`CPU of ${reads}, authenticated and checked, ms`, stored.remembered.cpu);
  reportFigure(`CPU of ${reads}, the credential asked for each time, ms`, stored.asked.cpu);
  const remembered = stored.remembered.cpu.median / stored.bare.cpu.median;
  report('ratio from the database', remembered, '≤ 1.25', remembered <= 1.25);
  report('ratio, the credential asked for each time', stored.asked.cpu.median / stored.bare.cpu.median);
} finally {
  await bench.close();
}
