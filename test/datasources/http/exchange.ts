/** Fetches and servers of a test, closed after it. */
import { afterEach } from '@jest/globals';
import type { RequestFailure } from '../../../datasources/http/failures.ts';
import {
  createOutgoingFetch,
  type OutgoingFetch,
  type OutgoingFetchOptions,
} from '../../../datasources/http/outgoing-fetch.ts';
import { type ScriptedServer, startScripted } from '../../setup/servers/scripted.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

export function outgoing(options: OutgoingFetchOptions = { allowedNetworks: ['loopback'] }): OutgoingFetch {
  const fetch = createOutgoingFetch(options);
  closing.push(() => fetch.close());
  return fetch;
}

export async function scripted(...arguments_: Parameters<typeof startScripted>): Promise<ScriptedServer> {
  const server = await startScripted(...arguments_);
  closing.push(() => server.close());
  return server;
}

export async function failure(attempt: Promise<unknown>): Promise<{ kind: string; message: string }> {
  try {
    await attempt;
  } catch (error) {
    const { kind, message } = error as RequestFailure;
    return { kind, message };
  }
  throw new Error('there was an answer');
}

export const secret = 'correct-horse';
export const login = (origin: string, hosts: readonly string[] = []) => ({
  username: 'alice',
  password: secret,
  origin,
  hosts,
});
