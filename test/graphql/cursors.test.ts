import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LedgerError } from '../../src/kernel/errors.ts';
import { readPageCursor, writePageCursor } from '../../src/graphql/page-cursor.ts';
import { writeLogCursor } from '../../src/live/log-cursor.ts';
import { readGolden } from '../support/golden.ts';

interface Golden {
  readonly pages: readonly { list: 'streamSessions' | 'callbacks'; key: string[]; cursor: string }[];
  readonly log: readonly { logId: string; epoch: number; position: string; ordinal: number | null; cursor: string }[];
}

const golden = readGolden<Golden>('cursors');

function codeOf(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof LedgerError) return error.code;
    throw error;
  }
}

describe('cursors that clients hold stay good', () => {
  test.each(golden.pages)('of a page of $list at $key', ({ list, key, cursor }) => {
    expect(writePageCursor(list, key.map(BigInt))).toBe(cursor);
    expect(readPageCursor(list, cursor)).toEqual(key.map(BigInt));
  });

  test.each(golden.log)('of the log at $position, $ordinal', ({ cursor, position, ...rest }) => {
    expect(writeLogCursor({ ...rest, position: BigInt(position) })).toBe(cursor);
  });
});

describe('any other text is CURSOR_INVALID', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  test.each([
    ['nothing', ''],
    ['no base64', '!!!'],
    ['no JSON', Buffer.from('hello').toString('base64url')],
    ['no list', encode({ p1: 1 })],
    ['null', encode(null)],
    ['another version', encode(['p0', 'streamSessions', '1', '2'])],
    ['another list', encode(['p1', 'callbacks', '1'])],
    ['too few values', encode(['p1', 'streamSessions', '1'])],
    ['too many values', encode(['p1', 'streamSessions', '1', '2', '3'])],
    ['numbers instead of digits', encode(['p1', 'streamSessions', 1, 2])],
    ['no digits', encode(['p1', 'streamSessions', 'x', '2'])],
    ['more than 64 bits', encode(['p1', 'streamSessions', '1', '9999999999999999999'])],
    ['a log cursor', golden.log[0]?.cursor ?? ''],
  ])('%s', (_name, cursor) => {
    expect(codeOf(() => readPageCursor('streamSessions', cursor))).toBe('CURSOR_INVALID');
  });

  test('property: no text makes the reader fail otherwise', () => {
    const anyCursor = fc.oneof(
      fc.string(),
      fc.base64String(),
      fc.json().map((text) => Buffer.from(text).toString('base64url')),
    );
    fc.assert(
      fc.property(anyCursor, (cursor) => {
        expect(codeOf(() => readPageCursor('callbacks', cursor))).toBe('CURSOR_INVALID');
      }),
    );
  });

  test('property: what is written is read back, for its own list only', () => {
    const value = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(value, value, (one, other) => {
        const cursor = writePageCursor('streamSessions', [one, other]);
        expect(readPageCursor('streamSessions', cursor)).toEqual([one, other]);
        expect(codeOf(() => readPageCursor('callbacks', cursor))).toBe('CURSOR_INVALID');
      }),
    );
  });
});
