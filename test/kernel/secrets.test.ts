import { expect, test } from '@jest/globals';
import { equalSecrets } from '../../src/kernel/encoding.ts';

test.each([
  ['abc', 'abc', true],
  ['abc', 'abd', false],
  ['abc', 'abcd', false],
  ['', '', true],
  ['', 'a', false],
  ['ключ', 'ключ', true],
  ['abc', 'ABC', false],
])('compares %j with %j: %s', (one, other, equal) => {
  expect(equalSecrets(one, other)).toBe(equal);
});
