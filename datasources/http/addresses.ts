/**
 * Which network addresses we connect to on a user's behalf: the public ones, and what the configuration allows on top
 * (`MERIDIAN_ALLOWED_NETWORKS`). Judged on the resolved address, when the socket is opened; never on the name.
 */
import { BlockList, isIP, isIPv4 } from 'node:net';

/** IANA IPv4 Special-Purpose Address Registry (RFC 6890): whatever is not globally reachable, and multicast. */
const refusedIPv4 = blockList('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10', // shared address space, carrier-grade NAT (RFC 6598)
  '127.0.0.0/8',
  '169.254.0.0/16', // link-local; the clouds' metadata services
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24', // documentation (RFC 5737)
  '192.88.99.0/24', // 6to4 relays (RFC 7526)
  '192.168.0.0/16',
  '198.18.0.0/15', // benchmarking (RFC 2544)
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
]);

/** Global unicast (RFC 4291 §2.4) is the only part of IPv6 that the internet routes … */
const globalIPv6 = blockList('ipv6', ['2000::/3']);

/** … less these: protocol assignments with Teredo (RFC 4380), 6to4 (RFC 3056) and documentation. */
const refusedIPv6 = blockList('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);

const keywords: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** Networks that are allowed although they are not public. */
export interface AllowedNetworks {
  contains(address: string): boolean;
}

/**
 * Reads a list of networks: CIDR (`10.1.0.0/16`, `fd00::/8`), single addresses, and the words `loopback` and `private`.
 *
 * @throws Error that names the entry which is none of these.
 */
export function allowedNetworks(entries: readonly string[]): AllowedNetworks {
  const list = new BlockList();
  for (const entry of entries) {
    for (const network of keywords[entry.toLowerCase()] ?? [entry]) addNetwork(list, network);
  }
  return {
    contains(address) {
      const family = isIP(address);
      return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

/** Whether a socket may be opened to `address`, as the resolver gave it: an IPv4 or IPv6 literal without brackets. */
export function mayConnect(address: string, allowed: AllowedNetworks): boolean {
  if (isIPv4(address)) return allowed.contains(address) || !refusedIPv4.check(address, 'ipv4');
  const bytes = parseIPv6(address);
  if (bytes === null) return false;
  const mapped = embeddedIn(bytes, '00000000000000000000ffff');
  if (mapped !== null) return mayConnect(mapped, allowed);
  if (allowed.contains(address)) return true;
  // NAT64 (RFC 6052) reaches exactly the IPv4 address inside it.
  const translated = embeddedIn(bytes, '0064ff9b0000000000000000');
  if (translated !== null) return mayConnect(translated, allowed);
  // ISATAP (RFC 5214) carries an IPv4 address in an interface identifier that any prefix may have.
  if (bytes.subarray(8, 12).equals(isatap) || bytes.subarray(8, 12).equals(isatapUniversal)) return false;
  return globalIPv6.check(address, 'ipv6') && !refusedIPv6.check(address, 'ipv6');
}

const isatap = Buffer.from('00005efe', 'hex');
const isatapUniversal = Buffer.from('02005efe', 'hex');

/** The IPv4 address after a 96-bit prefix, given in hexadecimal; null when the prefix is another. */
function embeddedIn(bytes: Buffer, prefix: string): string | null {
  return bytes.toString('hex', 0, 12) === prefix ? bytes.subarray(12).join('.') : null;
}

/** RFC 4291 §2.2. Null for anything else, a scope (`fe80::1%eth0`) among it. */
function parseIPv6(text: string): Buffer | null {
  if (isIP(text) !== 6 || text.includes('%')) return null;
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const [high, low] = dotted === null ? ['', ''] : [hexPair(dotted[2], dotted[3]), hexPair(dotted[4], dotted[5])];
  const plain = dotted === null ? text : `${dotted[1]}${high}:${low}`;
  const [head = '', tail] = plain.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const middle = new Array<string>(8 - front.length - back.length).fill('0');
  return Buffer.from([...front, ...middle, ...back].map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function hexPair(first = '0', second = '0'): string {
  return (Number(first) * 256 + Number(second)).toString(16);
}

function blockList(family: 'ipv4' | 'ipv6', networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix = ''] = network.split('/');
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

function addNetwork(list: BlockList, network: string): void {
  const [address = '', prefix, ...rest] = network.split('/');
  const family = isIP(address);
  const bits = family === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (family === 0 || rest.length > 0 || !(length <= bits)) {
    throw new Error(`expected a network such as 10.0.0.0/8, "loopback" or "private", got ${JSON.stringify(network)}`);
  }
  list.addSubnet(address, length, family === 4 ? 'ipv4' : 'ipv6');
}
