import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allowedNetworks, mayConnect } from '../../../datasources/http/addresses.ts';

const nothing = allowedNetworks([]);

describe('public addresses', () => {
  test.each(['1.1.1.1', '8.8.8.8', '93.184.216.34', '172.15.255.255', '172.32.0.0', '100.63.255.255', '100.128.0.0'])(
    '%s may be contacted',
    (address) => {
      expect(mayConnect(address, nothing)).toBe(true);
    },
  );
  test.each(['2606:4700:4700::1111', '2a00:1450:4001:81b::200e', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'])(
    '%s may be contacted',
    (address) => {
      expect(mayConnect(address, nothing)).toBe(true);
    },
  );
});

describe('everything else', () => {
  test.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.254',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::a00:1',
    '64:ff9b:1::8.8.8.8',
    '100::1',
    '2001::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '2001:db8::1',
    '2002:7f00:1::',
    '2002:808:808::1',
    '2a00::5efe:10.0.0.1',
    '2a00::200:5efe:a00:1',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd12:3456:789a::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '2606:4700::1%1',
    '',
    'localhost',
    '1.2.3',
    '1.2.3.4.5',
    '01.02.03.04',
    '0x7f.0.0.1',
  ])('%j may not', (address) => {
    expect(mayConnect(address, nothing)).toBe(false);
  });
});

describe('allowed networks', () => {
  test('open exactly what they name', () => {
    const allowed = allowedNetworks(['loopback', '10.1.0.0/16', '192.168.7.7', 'fd00:1::/32']);
    for (const address of [
      '127.0.0.1',
      '127.9.9.9',
      '::1',
      '::ffff:127.0.0.1',
      '10.1.2.3',
      '192.168.7.7',
      'fd00:1::9',
    ]) {
      expect([address, mayConnect(address, allowed)]).toEqual([address, true]);
    }
    for (const address of ['10.2.0.1', '192.168.7.8', 'fd00:2::9', '::', '0.0.0.0', '169.254.169.254', '8.8.8.8%1']) {
      expect([address, mayConnect(address, allowed)]).toEqual([address, false]);
    }
  });

  test('`private` leaves the metadata services, loopback and the shared space closed', () => {
    const allowed = allowedNetworks(['private']);
    expect(mayConnect('172.20.0.5', allowed)).toBe(true);
    for (const address of ['169.254.169.254', '127.0.0.1', '100.64.0.1', 'fe80::1']) {
      expect([address, mayConnect(address, allowed)]).toEqual([address, false]);
    }
  });

  test.each([
    '',
    'lan',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '::1/129',
    '10.0.0.0/',
    'http://10.0.0.1',
  ])('%j is refused by name', (entry) => {
    expect(() => allowedNetworks([entry])).toThrow(`got ${JSON.stringify(entry)}`);
  });
});

test('an IPv4 address is judged the same however it is written into IPv6', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const expected = mayConnect(address, nothing);
      expect(mayConnect(`::ffff:${address}`, nothing)).toBe(expected);
      expect(mayConnect(`64:ff9b::${address}`, nothing)).toBe(expected);
      const hex = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
      expect(mayConnect(`0:0:0:0:0:ffff:${hex[0]}${hex[1]}:${hex[2]}${hex[3]}`, nothing)).toBe(expected);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test('any text gets an answer', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.ipV6()), (address) => {
      expect(typeof mayConnect(address, nothing)).toBe('boolean');
    }),
    { seed: 2, numRuns: 2000 },
  );
});
