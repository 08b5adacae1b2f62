/** The sockets: every address is judged at the moment of connecting, so that a name cannot change in between. */
import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { isIP } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { type AllowedNetworks, mayConnect } from './addresses.ts';
import { BlockedAddress } from './failures.ts';

export interface DispatcherOptions {
  readonly allowed: AllowedNetworks;
  /** Parallel connections to one origin; more requests wait. */
  readonly connections: number;
  /** Milliseconds until a connection stands. */
  readonly connectTimeout: number;
  /** Milliseconds without a byte: before the head of the answer … */
  readonly headTimeout: number;
  /** … and between two parts of its body. */
  readonly idleTimeout: number;
  /** PEM; trusted beside Node's own. */
  readonly certificateAuthorities: readonly string[];
  /** For tests: how names are resolved. */
  readonly resolve?: ResolveName;
}

export type ResolveName = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** undici's own Agent: Node's built-in fetch would not take it. */
export function guardedAgent(options: DispatcherOptions): Agent {
  const resolve: ResolveName = options.resolve ?? lookup;
  const connect = buildConnector({
    timeout: options.connectTimeout,
    allowH2: false,
    ...(options.certificateAuthorities.length > 0 ? { ca: [...options.certificateAuthorities] } : {}),
    lookup(hostname, lookupOptions, callback) {
      resolve(hostname, { ...lookupOptions, all: true }, (error, addresses) => {
        const first = addresses?.[0];
        if (error || first === undefined) {
          callback(error ?? Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 0);
          return;
        }
        // One private address among several is refused as a whole: which of them is dialled is not ours to choose.
        if (!addresses.every(({ address }) => mayConnect(address, options.allowed))) {
          callback(new BlockedAddress(), '', 0);
          return;
        }
        if (lookupOptions.all === true) callback(null, addresses);
        else callback(null, first.address, first.family);
      });
    },
  });
  return new Agent({
    connections: options.connections,
    pipelining: 1,
    headersTimeout: options.headTimeout,
    bodyTimeout: options.idleTimeout,
    maxHeaderSize: 32_768,
    keepAliveMaxTimeout: 60_000,
    connect(target, callback) {
      // A literal address is never looked up, so it is judged here.
      const literal = target.hostname.replace(/^\[|\]$/g, '');
      if (isIP(literal) !== 0 && !mayConnect(literal, options.allowed)) callback(new BlockedAddress(), null);
      else connect(target, callback);
    },
  });
}
