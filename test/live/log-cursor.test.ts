import { expect, test } from '@jest/globals';
import { writeToken } from '../../src/kernel/encoding.ts';
import { cursorAt, positionOfCursor, readLogCursor } from '../../src/live/log-cursor.ts';
import { lastOrdinal } from '../../src/projecting/changes.ts';

const log = { logId: 'a', epoch: 2 };

test.each([
  ['of a page', ['p2', 'a', 2, '5', null]],
  ['a part too few', ['c1', 'a', 2, '5']],
  ['a part too many', ['c1', 'a', 2, '5', null, 4]],
  ['a projection left out', ['c2', 'a', 2, '5', null]],
  ['a projection that is a text', ['c2', 'a', 2, '5', null, '4']],
  ['a part too many, with a projection', ['c2', 'a', 2, '5', null, 4, 4]],
  ['a position that is a number', ['c1', 'a', 2, 5, null]],
  ['a position below 0', ['c1', 'a', 2, '-5', null]],
  ['a position that ends in a letter', ['c1', 'a', 2, '5x', null]],
  ['a position that begins with a letter', ['c1', 'a', 2, 'x5', null]],
  ['a position beyond 64 bits', ['c1', 'a', 2, '9223372036854775808', null]],
  ['an ordinal below 0', ['c1', 'a', 2, '5', -1]],
  ['an ordinal with a fraction', ['c1', 'a', 2, '5', 0.5]],
  ['an ordinal that is a text', ['c1', 'a', 2, '5', '1']],
])('is refused as damaged: %s', (_name, parts) => {
  expect(() => readLogCursor(writeToken(parts), log)).toThrow(/^The cursor is damaged/);
});

test.each([
  ['another log', ['c1', 'b', 2, '5', null]],
  ['another epoch', ['c1', 'a', 1, '5', null]],
])('is refused by its log: %s', (_name, parts) => {
  expect(() => readLogCursor(writeToken(parts), log)).toThrow(/^The cursor is from another log/);
});

test.each([0n, 5n, 2n ** 63n - 1n])('leads back to where it was made: %s', (position) => {
  for (const ordinal of [0, 3, lastOrdinal]) {
    for (const projectionVersion of [null, 4]) {
      const read = readLogCursor(cursorAt({ position, ordinal }, log, projectionVersion), log);
      expect(read).toMatchObject({ ...log, projectionVersion, ordinal: ordinal === lastOrdinal ? null : ordinal });
      expect(positionOfCursor(read)).toEqual({ position, ordinal });
    }
  }
});
