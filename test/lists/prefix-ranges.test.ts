import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isIP } from 'node:net';
import { addressKey } from '../../src/kernel/addresses.ts';
import { addressPrefixRanges } from '../../src/lists/conditions.ts';
import { prefixRange, type TextRange } from '../../src/lists/listing.ts';

const isIn = (text: string, { from, before }: TextRange) => text >= from && (before === null || text < before);
const isFound = (text: string, prefix: string) =>
  addressPrefixRanges(prefix).some((range) => isIn(addressKey(text), range));

const addresses = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.ipV4().map((address) => `::ffff:${address}`),
  fc.ipV4().map((address) => `64:ff9b:0:0:0:0:${address}`),
  fc.ipV4().map((address) => address.replace(/\d+/g, (byte) => byte.padStart(3, '0'))),
  fc.ipV6().map((address) => address.toUpperCase()),
  fc.ipV6().map((address) => `${address}%eth0`),
);
const others = fc.oneof(
  fc.ipV4().map((address) => `${address}:1935`),
  fc.constantFrom('unknown', '', '10.0.0', '~', '1::2::3', '%', ':'),
  fc.string(),
);

test('property: every text with a prefix has a key in its ranges, in any notation', () => {
  fc.assert(
    fc.property(fc.oneof(addresses, others), fc.nat(50), (text, length) => {
      expect(isFound(text, text.slice(0, length))).toBe(true);
    }),
    { numRuns: 5_000 },
  );
});

describe('the ranges are narrow', () => {
  test.each([
    ['10.0.0.', '10.0.1.0'],
    ['10.0.1', '10.0.2.0'],
    ['10.0.1', '10.0.20.0'],
    ['2001:db8:', '2001:db9::'],
    ['2001:db8', '2001:db9::'],
    ['2001:db8::5', '2001:db9::5'],
    ['10.0.0.1:', '10.0.0.1'],
  ])('%s does not find %s', (prefix, address) => {
    expect(isIP(address)).not.toBe(0);
    expect(isFound(address, prefix)).toBe(false);
  });
});

test('a prefix of the last characters has a range without an end', () => {
  expect(prefixRange('\u{10ffff}')).toEqual({ from: '\u{10ffff}', before: null });
  expect(prefixRange('a\u{10ffff}')).toEqual({ from: 'a\u{10ffff}', before: 'b' });
  expect(prefixRange('\ud7ff')).toEqual({ from: '\ud7ff', before: '\ue000' });
});
