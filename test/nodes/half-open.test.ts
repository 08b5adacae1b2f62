/** What a node does whose database is gone without a word: the network between them takes everything and answers nothing. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startProxy, type TcpProxy } from '../ledger/proxy.ts';
import type { Service } from '../setup/service.ts';
import { type Cluster, createCluster, nodesMissing } from './cluster.ts';

const lacking = nodesMissing();
if (lacking !== null) console.warn(`left out: a node whose connections are half open, because ${lacking}`);
const several = lacking === null ? describe : describe.skip;

several('a node whose connections are half open', () => {
  let cluster: Cluster;
  let node: Service;
  let database: TcpProxy;
  beforeAll(async () => {
    cluster = await createCluster(1);
    [node] = cluster.nodes as [Service];
    database = await startProxy(() => cluster.postgres.server.login.port);
  }, 180_000);
  afterAll(async () => {
    await cluster?.close();
    await database?.close();
  });

  test('stops when it is told to, in its time and with 0, and says what it left', async () => {
    await cluster.start(node, { databasePort: database.port });
    database.freeze();
    expect(await node.stop()).toBe(0);
    expect(node.output()).toMatch(/^meridian: connections to the database: not closed within \d+ ms, left as it is$/m);
    expect(node.output()).not.toContain('what is left is cut');
  }, 90_000);
});
