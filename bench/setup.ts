/** A database, services and a graph of a bench's own; nothing of an operator's is touched. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { parse } from 'graphql';
import { ensureDevelopmentApplication } from '../auth/development.ts';
import { createRequestLimiter } from '../auth/limits/request-limiter.ts';
import { createOutgoingFetch } from '../datasources/http/outgoing-fetch.ts';
import { icalendarParser } from '../datasources/parsing/parser.ts';
import { keyRingFromFile } from '../datasources/secrets/key-source.ts';
import { startEmbedded } from '../datasources/store/embedded/start.ts';
import { createIdSource } from '../datasources/store/ids.ts';
import { openStore } from '../datasources/store/open.ts';
import { systemZones } from '../domain/time/system-zones.ts';
import { createConnectors } from '../server/connectors.ts';
import { createGraph } from '../server/graph.ts';
import { createExecutor } from '../server/graphql/execution/executor.ts';
import { createServices } from '../server/services.ts';
import { createWakeUps } from '../subscriptions/wake-up.ts';

const key = 'the-key-of-a-bench-which-nobody-else-uses-0123456789';

export interface Answered {
  // biome-ignore lint/suspicious/noExplicitAny: a bench reads what it asked for
  readonly data: any;
  readonly sqlQueries: number;
}

export async function openBench() {
  const dataDir = mkdtempSync(join(tmpdir(), 'meridian-bench-'));
  const keyRing = keyRingFromFile(dataDir);
  const embedded = await startEmbedded({ dataDir });
  const ids = createIdSource();
  const zones = systemZones(process.versions['tz'] ?? '');
  const store = await openStore({ database: embedded.connection, ids, keyRing, zoneDataVersion: zones.version });
  await ensureDevelopmentApplication(store, ids, key);
  const wakeUps = createWakeUps({ store });
  const woken = new Set<() => void>();
  const telling = {
    ...wakeUps,
    wake: () => {
      wakeUps.wake();
      for (const hear of woken) hear();
    },
  };
  const clock = () => Date.now();
  const parser = icalendarParser({ zoneDataVersion: zones.version });
  const fetch = createOutgoingFetch({ allowedNetworks: ['loopback'] });
  const draining = new AbortController();
  const { services, engine } = createServices({
    store,
    keyRing,
    zones,
    ids,
    clock,
    connectors: createConnectors({ fetch, parser, zones, clock }),
    parser,
    wakeUps: telling,
    log: { info: () => {}, warn: () => {}, error: (fields, message) => console.error(message, fields) },
    limiter: createRequestLimiter({ limitsOf: () => ({ perSecond: 0, perMinute: 0 }), redis: null }),
    publicUrl: () => new URL('http://localhost:4000/'),
    serviceMode: 'development',
    draining: draining.signal,
    soleProcess: true,
    settings: { pollFloor: 1_000 },
  });
  const graph = createGraph(services, store, {
    isDevelopment: true,
    onInternalError: (error) => console.error(error.text),
  });
  const execute = createExecutor(graph.seam.schema);
  const actor = await graph.authenticate(`Bearer ${key}`);
  if (actor === null) throw new Error('the bench has no credential');
  return {
    dataDir,
    key,
    store,
    keyRing,
    graph,
    services,
    engine,
    embedded,
    zones,
    actor,
    /** To be called after a commit that wrote to the change log. */
    wake: telling.wake,
    /** Settles once `holds` answers true, asked whenever something was written to the change log: nobody polls meanwhile. */
    async until(holds: () => Promise<boolean>): Promise<void> {
      while (!(await holds())) {
        await new Promise<void>((hear) => {
          // Should the last wake-up have come while we asked.
          const late = setTimeout(heard, 2_000);
          function heard() {
            clearTimeout(late);
            woken.delete(heard);
            hear();
          }
          woken.add(heard);
        });
      }
    },
    async run(document: ReturnType<typeof parse>, variables: Record<string, unknown> = {}): Promise<Answered> {
      const context = graph.createContext({ actor, requestId: 'bench', signal: draining.signal });
      const result = await graph.seam.execute({ document, variables, context });
      if (result.errors !== undefined) throw new Error(JSON.stringify(result.errors));
      return { data: result.data, sqlQueries: context.counter.sqlQueries };
    },
    /** As `run`, past every check of the seam. */
    async runUnchecked(document: ReturnType<typeof parse>, variableValues: Record<string, unknown>) {
      const contextValue = graph.createContext({ actor, requestId: 'bench', signal: draining.signal });
      const result = await execute({ document, variableValues, contextValue });
      if (result.errors !== undefined) throw new Error(JSON.stringify(result.errors));
      return result;
    },
    async close(): Promise<void> {
      draining.abort();
      await wakeUps.close();
      await engine.stop();
      await parser.close();
      await fetch.close();
      await store.close();
      await embedded.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
