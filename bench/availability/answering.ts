/** The service as one process whose accounts are busy: the real graph behind the real HTTP server, over a database of its own. */
import { credentialCache } from '../../auth/credential-cache.ts';
import { createMembersReader } from '../../scheduling/busy/reader.ts';
import { createApp } from '../../server/http/app.ts';
import { createLog } from '../../server/log.ts';
import { answerWith } from '../live/child.ts';
import { figure } from '../measure.ts';
import { plantCalendars, plantEvents, settle } from '../planted.ts';
import { openBench } from '../setup.ts';

const bench = await openBench();
const { store, graph, actor, key, zones } = bench;
const app = await createApp({
  mode: 'development',
  publicUrl: new URL('http://127.0.0.1:4000/'),
  log: createLog('warn'),
  seam: graph.seam,
  sdl: null,
  hideSuggestions: false,
  authenticate: credentialCache(graph.authenticate).authenticate,
  createContext: graph.createContext,
  limiter: bench.services.limiter,
  checks: {},
});
const { port } = await app.listen({ host: '127.0.0.1', port: 0 });
const members = createMembersReader({ store, zones });

const answers = {
  address: () => ({ port, authorization: `Bearer ${key}` }),
  /**
   * Accounts with a calendar each. Of each person: a hundred days of events, fifty in a month, one of them an endless weekly series;
   * each at other times.
   */
  async plant(people: number, from: string): Promise<readonly string[]> {
    const accountIds: string[] = [];
    for (let person = 0; person < people; person++) {
      const place = await plantCalendars(bench, `person ${person}`, 0);
      const first = new Date(Date.parse(from) + person * 1_800_000).toISOString();
      await plantEvents(bench, place, { count: 170, from: first, every: 50_000, series: 1 });
      accountIds.push(place.accountId);
    }
    await settle(bench);
    return accountIds;
  },
  /** Milliseconds of an answer's one statement with what is made of it, nothing else beside it: the median. */
  async reading(accountIds: readonly string[], window: { from: number; to: number }, times: number): Promise<number> {
    const taken: number[] = [];
    for (let time = 0; time < times; time++) {
      const begun = performance.now();
      await members.readMembers(actor, { accountIds, ...window });
      taken.push(performance.now() - begun);
    }
    return figure(taken).median;
  },
};

export type Answering = typeof answers;

answerWith(answers, async () => {
  await app.drain(100);
  await bench.close();
});
