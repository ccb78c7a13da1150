import { expect, test } from '@jest/globals';
import { isLongInteger, quoteNumbers } from '../../src/kernel/encoding.ts';

test.each([
  ['0', false],
  ['-1', false],
  ['9007199254740991', false],
  ['9007199254740992', true],
  ['-9007199254740993', true],
  ['1e30', false],
  ['9007199254740993.5', false],
])('%s is an integer beyond 2^53: %s', (number, isLong) => {
  expect(isLongInteger(number)).toBe(isLong);
});

test('quotes the chosen numbers of a JSON text, and nothing inside its strings', () => {
  const json = '{"9007199254740993":"a \\" 9007199254740993","b":[9007199254740993,1.5,-2e3]}';
  expect(quoteNumbers(json, isLongInteger)).toBe(
    '{"9007199254740993":"a \\" 9007199254740993","b":["9007199254740993",1.5,-2e3]}',
  );
});
