import { expect, test } from '@jest/globals';
import { isAllowedAddress } from '../../src/forwarding/post.ts';

const none = { loopback: false, private: false };
const all = { loopback: true, private: true };

const loopback = ['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1'];
const privateOnes = ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fd00::1', '::ffff:10.1.2.3'];
const never = [
  ...['0.0.0.0', '0.1.2.3', '::', '255.255.255.255', '224.0.0.1', 'ff02::1', '240.0.0.1'],
  // Link-local: credentials of the machine at most clouds.
  ...['169.254.169.254', '169.254.0.23', 'fe80::1', 'fe80::1%eth0', '::ffff:169.254.169.254'],
  ...['100.64.0.1', '100.100.100.200', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '192.0.0.1'],
  // IPv4 inside of IPv6: translated, tunnelled, or the deprecated form.
  ...[
    '64:ff9b::7f00:1',
    '64:ff9b:1::a00:1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    '::127.0.0.1',
    '::7f00:1',
    '::A9fe:a9fe',
    '::808:808',
    '::8.8.8.8',
    '::ffff:0:7f00:1',
  ],
  ...['fec0::1', '100::1', '2001:db8::1'],
  ...['', 'localhost', '1.2.3', '256.1.1.1', 'fe80::g'],
];

test.each(['8.8.8.8', '1.1.1.1', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is public', (address) => {
  expect([isAllowedAddress(address, none), isAllowedAddress(address, all)]).toEqual([true, true]);
});

test.each(loopback)('%s needs loopback to be allowed', (address) => {
  expect(isAllowedAddress(address, { ...all, loopback: false })).toBe(false);
  expect(isAllowedAddress(address, { ...none, loopback: true })).toBe(true);
});

test.each(privateOnes)('%s needs private addresses to be allowed', (address) => {
  expect(isAllowedAddress(address, { ...all, private: false })).toBe(false);
  expect(isAllowedAddress(address, { ...none, private: true })).toBe(true);
});

test.each(never)('"%s" is never allowed', (address) => {
  expect([isAllowedAddress(address, none), isAllowedAddress(address, all)]).toEqual([false, false]);
});
