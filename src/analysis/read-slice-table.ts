import type Database from 'better-sqlite3';
import type { Query } from '../lists/sql/condition-sql.ts';

/** Rows read at a time: a few milliseconds. */
const entriesPerRead = 4_096;

/** A range of an index whose columns are `column` and `position`, or of a table by its row number. */
export interface Slice {
  readonly table: string;
  /** Null: the table itself. */
  readonly index: string | null;
  /** The condition of the index, if it is partial. */
  readonly when?: string;
  readonly column: string;
  /** The column that distinguishes rows with the same value. It holds positions of events, which are never negative. */
  readonly position: string;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** A condition on rows besides the range. */
  readonly also?: Query;
}

export interface SliceRequest {
  readonly slice: Slice;
  /** The columns to read of each row, as SQL. */
  readonly columns: Query;
  readonly matches: Query;
}

type Key = readonly [value: bigint, firstPosition: bigint];

/** Before the position of any event: with a value, this is the beginning of all its rows. */
const noPosition = -1n;

/**
 * The matching rows of a slice. Reads a bounded number of index entries at a time, so that each step takes milliseconds
 * whatever matches.
 */
export function* readSlice<Row>(db: Database.Database, { slice, columns, matches }: SliceRequest): Generator<Row[]> {
  const { table, index, when = 'TRUE', column, position, from, to, also = { sql: 'TRUE', values: [] } } = slice;
  const key = `(${column}, ${position})`;
  const by = index === null ? 'NOT INDEXED' : `INDEXED BY ${index}`;
  const source = `FROM ${table} ${by} WHERE ${when} AND ${key} > (?, ?) AND ${key} <= (?, ?)`;
  const lastOf = db
    .prepare<bigint[], [bigint, bigint]>(
      `SELECT ${column}, ${position} ${source} ORDER BY ${column}, ${position} LIMIT 1 OFFSET ${entriesPerRead - 1}`,
    )
    .raw()
    .safeIntegers();
  const rows = db
    .prepare<unknown[], Row>(
      `SELECT ${columns.sql} ${source} AND (${also.sql}) IS TRUE AND (${matches.sql}) IS TRUE
       ORDER BY ${column}, ${position}`,
    )
    .raw();
  const end: Key = [BigInt(to), noPosition];
  let after: Key = [BigInt(from), noPosition];
  for (;;) {
    const last: Key | undefined = lastOf.get(...after, ...end);
    yield rows.all(...columns.values, ...after, ...(last ?? end), ...also.values, ...matches.values);
    if (last === undefined) return;
    after = last;
  }
}
