import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { senderOf, senderPattern, unknownSender } from '../../src/quarantine/quarantine.ts';

test.each([
  ['an IPv4 address as an IPv6 one', '192.0.2.7', '::ffff:192.0.2.7'],
  ['an IPv4 address as the groups of an IPv6 one', '192.0.2.7', '::FFFF:c000:0207'],
  ['another address of the same 64 bits', '2001:db8:1:2::7', '2001:0DB8:1:2:3:4:5:6'],
  ['an address with the zone that it was received in', 'fe80::1', 'fe80::1%eth0'],
])('%s is the same sender', (_what, one, other) => {
  expect(senderOf(other)).toBe(senderOf(one));
});

test('other networks are other senders', () => {
  const addresses = ['192.0.2.7', '192.0.2.8', '2001:db8:1:2::7', '2001:db8:1:3::7', '::1'];
  expect(new Set(addresses.map(senderOf)).size).toBe(5);
});

test.each(['', 'unix:', '256.0.0.1', '1.2.3', '1:2:3', '1::2::3', '12345::', '1:2:3:4:5:6:7:8:9', '::1.2.3', ':1::2'])(
  'what is no address has the one sender of all these: %j',
  (address) => {
    expect(senderOf(address)).toBe(unknownSender);
  },
);

test('property: every text has a sender that a stream may be named after, and that does not show it', () => {
  const addresses = fc.oneof(fc.string(), fc.ipV4(), fc.ipV6());
  fc.assert(
    fc.property(addresses, (address) => {
      const sender = senderOf(address);
      expect(sender).toMatch(senderPattern);
      if (address.includes('.') || address.includes(':')) expect(sender).not.toContain(address);
    }),
  );
});

test('property: every address that Node takes for one has a sender of its own network', () => {
  fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => senderOf(address) !== unknownSender));
});
