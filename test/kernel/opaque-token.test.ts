import { expect, test } from '@jest/globals';
import { readToken, writeToken } from '../../src/kernel/encoding.ts';

test('a token reads back as the parts it was written from', () => {
  const parts = ['c1', 'a/b+c', 12, null, '日本'];
  expect(writeToken(parts)).toMatch(/^[\w-]+$/);
  expect(readToken(writeToken(parts))).toEqual(parts);
});

test.each(['', 'no token', Buffer.from('{"a":1}').toString('base64url'), Buffer.from('["a"').toString('base64url')])(
  '%j is not a token: it has no parts',
  (text) => {
    expect(readToken(text)).toEqual([]);
  },
);
