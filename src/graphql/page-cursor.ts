import { LedgerError } from '../kernel/errors.ts';
import type { PageKey } from '../read-models/listing.ts';

/** Lists and the number of values that place a row in each. */
const keyLengths = { streamSessions: 2, relayTasks: 2, callbacks: 1, quarantine: 1 } as const;
export type ListName = keyof typeof keyLengths;

const version = 'p1';

/** A page cursor: the list with its order, and the values that place a row in it. Good for that list only. */
export function writePageCursor(list: ListName, key: PageKey): string {
  return Buffer.from(JSON.stringify([version, list, ...key.map(String)])).toString('base64url');
}

/** @throws LedgerError - CURSOR_INVALID */
export function readPageCursor(list: ListName, cursor: string): PageKey {
  const parts = parse(cursor);
  const [itsVersion, itsList, ...key] = parts;
  const fits = itsVersion === version && itsList === list && key.length === keyLengths[list];
  if (!fits || !key.every(isInteger64)) {
    throw new LedgerError('CURSOR_INVALID', 'The cursor is not one of this list. List again without a cursor.');
  }
  return key.map(BigInt);
}

function parse(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function isInteger64(value: unknown): value is string {
  return typeof value === 'string' && /^-?\d{1,19}$/.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value);
}
