/** Pages that fail: the user is told which request it was, the operator why. */
import { expect, test } from '@jest/globals';
import Fastify from 'fastify';
import { addConnectPages, type ConnectPages } from '../../server/connect-routes.ts';

test.each(['/connect/abc', '/connect/permission/abc'])(
  'a failure on %s reaches the log, and tells the user nothing',
  async (url) => {
    const failure = new Error('no database at secret.example');
    const failing = async () => {
      throw failure;
    };
    const heard: unknown[] = [];
    const app = Fastify({ genReqId: () => 'r-1' });
    addConnectPages(app, {
      oauth: { pending: failing },
      store: { asWorker: failing },
      onError: (error: unknown, requestId: string) => heard.push(error, requestId),
    } as unknown as ConnectPages);
    const answer = await app.inject({ method: 'GET', url });
    expect([answer.statusCode, answer.body]).toEqual([500, 'Internal error, request r-1']);
    expect(heard).toEqual([failure, 'r-1']);
    await app.close();
  },
);
