import { describe, expect, test } from '@jest/globals';
import { writeToken } from '../../src/kernel/encoding.ts';
import {
  assertSameEvent,
  cursorAt,
  positionOfCursor,
  readLogCursor,
  writeLogCursor,
  type CursorLog,
} from '../../src/live/log-cursor.ts';
import { lastOrdinal } from '../../src/projecting/changes.ts';

const log = { logId: 'a', epoch: 2 };

/** The log with these events, by position; null: removed. */
const logOf = (events: ReadonlyMap<bigint, string | null>): CursorLog => ({
  ...log,
  eventIdAt: (position) => events.get(position) ?? null,
  hasRemoved: (position) => events.get(position) === null,
});

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
  ['a part too few, with an event', ['c3', 'a', '5', null, 4]],
  ['a part too many, with an event', ['c3', 'a', '5', null, 4, 'name', 1]],
  ['an event that is a number', ['c3', 'a', '5', null, 4, 7]],
  ['a projection that is a text, with an event', ['c3', 'a', '5', null, '4', 'name']],
  ['a version of no projection', ['c2', 'a', 2, '5', null, null]],
])('is refused as damaged: %s', (_name, parts) => {
  expect(() => readLogCursor(writeToken(parts), log)).toThrow(/^The cursor is damaged/);
});

test.each([
  ['another log', ['c1', 'b', 2, '5', null]],
  ['another epoch', ['c1', 'a', 1, '5', null]],
])('is refused by its log: %s', (_name, parts) => {
  expect(() => readLogCursor(writeToken(parts), log)).toThrow(/^The cursor is from another log/);
});

test.each([{ logId: 'b' }, { epoch: 1 }])('with an event, it is refused by its log: %j', (other) => {
  const parts = { ...log, position: 5n, ordinal: null, projectionVersion: 4, event: 'name' };
  expect(() => readLogCursor(writeLogCursor({ ...parts, ...other }), log)).toThrow(/^The cursor is from another log/);
});

test('fits into the reason of a close frame, whatever it says', () => {
  const [logId, position] = ['6f1c2c52-3f0e-4f6b-9a53-6d9f2a1b7c10', 2n ** 63n - 1n];
  const longest = { logId, epoch: 2 ** 50, position, ordinal: 99_999, projectionVersion: 999, event: '12345678' };
  expect(writeLogCursor(longest).length).toBeLessThanOrEqual(93);
});

test.each([0n, 5n, 2n ** 63n - 1n])('leads back to where it was made: %s', (position) => {
  for (const ordinal of [0, 3, lastOrdinal]) {
    for (const projectionVersion of [null, 4]) {
      const cursor = cursorAt({ position, ordinal }, logOf(new Map([[position, 'an id']])), projectionVersion);
      const read = readLogCursor(cursor, log);
      expect(read).toMatchObject({ ...log, projectionVersion, ordinal: ordinal === lastOrdinal ? null : ordinal });
      expect(positionOfCursor(read)).toEqual({ position, ordinal });
    }
  }
});

describe('a cursor names the event at its position', () => {
  const original = logOf(new Map([[5n, 'an id']]));
  const cursor = readLogCursor(cursorAt({ position: 5n, ordinal: lastOrdinal }, original, null), log);
  const restored = /^The cursor is from this log before it was restored\. List again/;

  test('and never its id, which may be a secret', () => {
    expect(cursor.event).toMatch(/^[\w-]{8}$/);
    expect(cursor.event).not.toContain('an id');
  });

  test.each<readonly [string, CursorLog]>([
    ['the log has that event there', original],
    ['the event was removed on purpose', logOf(new Map([[5n, null]]))],
  ])('and is taken where %s', (_where, taking) => {
    expect(() => assertSameEvent(cursor, taking)).not.toThrow();
  });

  test.each<readonly [string, CursorLog]>([
    ['the log has another event there', logOf(new Map([[5n, 'another id']]))],
    ['the log has no event there', logOf(new Map([[4n, 'an id']]))],
  ])('and is refused where %s', (_where, refusing) => {
    expect(() => assertSameEvent(cursor, refusing)).toThrow(restored);
  });

  test('unless there was none, or it is of a version that names none', () => {
    const empty = readLogCursor(cursorAt({ position: 0n, ordinal: lastOrdinal }, original, 4), log);
    for (const event of [empty.event, readLogCursor(writeToken(['c1', 'a', 2, '5', null]), log).event]) {
      expect(() => assertSameEvent({ position: 5n, event }, original)).not.toThrow();
    }
  });
});
