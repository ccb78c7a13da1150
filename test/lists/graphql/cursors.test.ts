import 'reflect-metadata';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LedgerError } from '../../../src/kernel/errors.ts';
import { readPageCursor, writePageCursor, type OrderedList } from '../../../src/lists/connect-resolver.ts';
import { readLogCursor, writeLogCursor } from '../../../src/live/log-cursor.ts';
import { readGolden } from '../../support/golden.ts';

interface Golden {
  readonly pages: readonly { list: string; by: string; descending: boolean; key: string[]; cursor: string }[];
  readonly log: readonly (GoldenLogCursor & { event: string | null })[];
  /** Of earlier versions: read, and no longer written. */
  readonly logWithoutEvent: readonly GoldenLogCursor[];
}

interface GoldenLogCursor {
  readonly logId: string;
  readonly epoch: number;
  readonly position: string;
  readonly ordinal: number | null;
  readonly projectionVersion: number | null;
  readonly cursor: string;
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

describe('cursors of clients stay valid', () => {
  test.each(golden.pages)('of a page of $list by $by at $key', ({ list: name, by, descending, key, cursor }) => {
    const list: OrderedList = { name, order: { by, descending } };
    expect(writePageCursor(list, key.map(BigInt))).toBe(cursor);
    expect(readPageCursor(list, cursor)).toEqual(key.map(BigInt));
  });

  test.each(golden.log)('of the log at $position, $ordinal', ({ cursor, position, ...rest }) => {
    const cursorParts = { ...rest, position: BigInt(position) };
    expect(writeLogCursor(cursorParts)).toBe(cursor);
    expect(readLogCursor(cursor, cursorParts)).toEqual(cursorParts);
  });

  test.each(golden.logWithoutEvent)('of the log at $position, as earlier versions wrote it', ({ cursor, ...parts }) => {
    const read = { ...parts, position: BigInt(parts.position), event: null };
    expect(readLogCursor(cursor, read)).toEqual(read);
  });
});

const sessions: OrderedList = {
  name: 'streamSessions',
  order: { by: 'STARTED_AT', descending: true },
};
const callbacks: OrderedList = { name: 'callbacks', order: { by: 'RECORDED', descending: true } };

describe('any other text is CURSOR_INVALID', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const tag = ['streamSessions', 'STARTED_AT', 'DESC'];

  test.each([
    ['nothing', ''],
    ['no base64', '!!!'],
    ['no JSON', Buffer.from('hello').toString('base64url')],
    ['no list', encode({ p1: 1 })],
    ['null', encode(null)],
    ['an older version', encode(['p1', 'streamSessions', '1', '2'])],
    ['a later version', encode(['p3', ...tag, '1', '2'])],
    ['another list', encode(['p2', 'relayTasks', 'STARTED_AT', 'DESC', '1', '2'])],
    ['another order', encode(['p2', 'streamSessions', 'ENDED_AT', 'DESC', '1', '2'])],
    ['the other direction', encode(['p2', 'streamSessions', 'STARTED_AT', 'ASC', '1', '2'])],
    ['too few values', encode(['p2', ...tag, '1'])],
    ['too many values', encode(['p2', ...tag, '1', '2', '3'])],
    ['numbers instead of digits', encode(['p2', ...tag, 1, 2])],
    ['no digits', encode(['p2', ...tag, 'x', '2'])],
    ['more than 64 bits', encode(['p2', ...tag, '1', '9999999999999999999'])],
    ['a log cursor', golden.log[0]?.cursor ?? ''],
  ])('%s', (_name, cursor) => {
    expect(codeOf(() => readPageCursor(sessions, cursor))).toBe('CURSOR_INVALID');
  });

  test('property: no text makes the reader fail otherwise', () => {
    const anyCursor = fc.oneof(
      fc.string(),
      fc.base64String(),
      fc.json().map((text) => Buffer.from(text).toString('base64url')),
    );
    fc.assert(
      fc.property(anyCursor, (cursor) => {
        expect(codeOf(() => readPageCursor(callbacks, cursor))).toBe('CURSOR_INVALID');
      }),
    );
  });

  test('property: what is written is read back, for its own list and order only', () => {
    const value = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(value, value, (one, other) => {
        const cursor = writePageCursor(sessions, [one, other]);
        expect(readPageCursor(sessions, cursor)).toEqual([one, other]);
        expect(codeOf(() => readPageCursor(callbacks, cursor))).toBe('CURSOR_INVALID');
        const upwards = { ...sessions, order: { ...sessions.order, descending: false } };
        expect(codeOf(() => readPageCursor(upwards, cursor))).toBe('CURSOR_INVALID');
      }),
    );
  });
});

test('a cursor consists of numbers: no order is by a text that a viewer may not read', () => {
  for (const { cursor } of golden.pages) {
    const [, , , , ...key] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as string[];
    expect(key.every((value) => /^-?\d+$/.test(value))).toBe(true);
  }
});
