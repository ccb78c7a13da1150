import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BlockList, isIP } from 'node:net';
import { addressKey, networkKeys } from '../../src/kernel/addresses.ts';

describe('one address has one key', () => {
  test.each([
    ['10.0.0.1', '::ffff:10.0.0.1', '::FFFF:a00:1', '0:0:0:0:0:ffff:0a00:0001', '010.0.0.001'],
    ['2001:db8::1', '2001:DB8::1', '2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8:0::0:1', '2001:db8::0.0.0.1'],
    ['::', '0::0', '0:0:0:0:0:0:0:0'],
    ['fe80::1', 'fe80::1%eth0'],
  ])('%s', (first, ...others) => {
    expect(new Set([first, ...others].map(addressKey)).size).toBe(1);
    expect(addressKey(first)).toMatch(/^[0-8][0-9a-f]*$/);
  });

  test.each(['unknown', '', '10.0.0', '10.0.0.256', '1::2::3', '1:2:3', '12345::', '10.0.0.1:80', '2001:db8::/32'])(
    '%j is none: its key is its own, and in no network',
    (text) => {
      expect(addressKey(text)).not.toBe(addressKey(`${text} `));
      expect(addressKey(text) > (networkKeys('::/0')?.last ?? '')).toBe(true);
    },
  );
});

const addresses = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  // Near each other, so that they are often of one network.
  fc.tuple(fc.constantFrom('10.0', '10.255', '11.0'), fc.nat(255), fc.nat(255)).map((parts) => parts.join('.')),
  fc.nat(0xffff).map((group) => `2001:db8::${group.toString(16)}`),
);

test('property: a key is in the range of a network where Node says that the address is in it', () => {
  fc.assert(
    fc.property(addresses, addresses, fc.nat(128), (network, address, length) => {
      const family = isIP(network) === 4 ? 'ipv4' : 'ipv6';
      const bits = family === 'ipv4' ? length % 33 : length;
      const list = new BlockList();
      list.addSubnet(network, bits, family);
      const keys = networkKeys(`${network}/${bits}`);
      const [key, first, last] = [addressKey(address), keys?.first ?? '', keys?.last ?? ''];
      // For Node, an IPv4 address is in no network of IPv6.
      fc.pre(family === 'ipv4' || isIP(address) === 6);
      expect(first <= key && key <= last).toBe(list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6'));
    }),
    { numRuns: 2_000 },
  );
});

test.each(['10.0.0.1', '10.0.0.0/33', '::/129', '10.0.0/8', '/8', '10.0.0.0/', '10.0.0.0/-1', 'fe80::1%a/64', 'x/8'])(
  '%j is no network',
  (text) => {
    expect(networkKeys(text)).toBeNull();
  },
);
