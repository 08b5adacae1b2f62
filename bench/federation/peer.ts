/**
 * What somebody else's gateway is asked. It lives outside this repository (`--peer=/path/to/module.js`), in a module of its own:
 *
 *     export async function start({ supergraphSdl, accountsSdl, accounts }) {
 *       return { ask: async (query, variables) => ({ data: … }), stop: async () => {} };
 *     }
 *
 * `employees` is remote, at the address that the supergraph names; `accounts` may be answered in the peer's own process, from
 * `accountsSdl` and the function that gives the rows. Nothing of @apollo/gateway, whose licence is another, is installed here.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Account } from './graphs.ts';

export interface PeerGateway {
  ask(query: string, variables: Readonly<Record<string, unknown>>): Promise<unknown>;
  stop(): Promise<void>;
}

export interface PeerSetting {
  readonly supergraphSdl: string;
  readonly accountsSdl: string;
  readonly accounts: (first: number) => readonly Account[];
}

/** The peer that the command line names; null where it names none. */
export async function peerGateway(setting: PeerSetting): Promise<PeerGateway | null> {
  const path = process.argv.find((argument) => argument.startsWith('--peer='))?.slice('--peer='.length);
  if (path === undefined) return null;
  const module = (await import(pathToFileURL(resolve(path)).href)) as {
    readonly start?: (setting: PeerSetting) => Promise<PeerGateway>;
  };
  if (module.start === undefined) throw new Error(`expected ${path} to export start, got a module without`);
  return module.start(setting);
}
