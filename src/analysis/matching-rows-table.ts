import type Database from 'better-sqlite3';
import { conjunctsOf, type Condition } from '../lists/listing.ts';
import { conditionSql, countQuery, rowsQuery, type Query, type Scan } from '../lists/sql/list-query.ts';
import type { ListDefinition } from '../lists/sql/list-definition.ts';
import { planList } from '../lists/sql/plan-list.ts';
import { fieldOfDimension } from './statistics/statistics.ts';

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

interface SliceRequest {
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
function* readSlice<Row>(db: Database.Database, { slice, columns, matches }: SliceRequest): Generator<Row[]> {
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

/**
 * Rows read at most by the index of a filter, whatever their time, instead of those of the window: 20 to 50 ms, the
 * longest that the thread may go without checking whether it must stop.
 */
const rowsOfFilterMax = 10_000;

interface MatchingRows {
  readonly list: ListDefinition;
  /** Any order of the list that has an index. */
  readonly by: string;
  readonly condition: Condition<string>;
  /** The columns to read of each row, as SQL. */
  readonly columns: readonly string[];
  /** Slices that together have the rows of the window, without overlap. */
  readonly slices: readonly Slice[];
  /** Called every few milliseconds; an error that it throws ends the read. */
  readonly assertGoesOn: () => void;
}

/** Every row that matches and is in one of the slices, each once. Other matching rows may be among them. */
export function* readMatching<Columns extends readonly unknown[]>(
  db: Database.Database,
  request: MatchingRows,
): Generator<Columns> {
  const found = readFound<Columns>(db, request);
  if (found === null) {
    yield* readSlices<Columns>(db, { ...request, columns: { sql: request.columns.join(', '), values: [] } });
    return;
  }
  yield* found;
  request.assertGoesOn();
}

/** Every row that matches, whatever its time, if an index of the filter finds few rows; null if it does not. */
export function readFound<Columns extends readonly unknown[]>(
  db: Database.Database,
  { list, by, condition, columns }: Omit<MatchingRows, 'slices' | 'assertGoesOn'>,
): readonly Columns[] | null {
  const scan = scanOfFilter(db, { list, by, condition });
  if (scan === null) return null;
  const { sql, values } = rowsQuery({ ...list, columnNames: columns.join(', ') }, scan, rowsOfFilterMax);
  // Selects the requested columns, then those of the order.
  return db
    .prepare<unknown[], Columns>(sql)
    .raw()
    .all(...values)
    .map((row) => row.slice(0, columns.length) as unknown as Columns);
}

/** The matching rows of each slice, in its order. The columns may contain parameters. */
export function* readSlices<Columns>(
  db: Database.Database,
  request: Omit<MatchingRows, 'by' | 'columns'> & { readonly columns: Query },
): Generator<Columns> {
  const { list, condition, columns, slices, assertGoesOn } = request;
  const matches = matchSql(list, condition);
  for (const slice of slices) {
    for (const rows of readSlice<Columns>(db, { slice, columns, matches })) {
      yield* rows;
      assertGoesOn();
    }
  }
}

/** The column of a dimension: that of the list's field with the same name. @throws TypeError - there is no such field */
export function columnOfDimension({ columnOf }: ListDefinition, dimension: string): string {
  const column = columnOf[fieldOfDimension(dimension)];
  if (typeof column !== 'string') throw new TypeError(`The list has no column for ${dimension}.`);
  return column;
}

function matchSql(list: ListDefinition, condition: Condition<string>): Query {
  return conjunctsOf(condition).length === 0 ? { sql: 'TRUE', values: [] } : conditionSql(list, condition);
}

/** Reads what an index of the filter finds, if that is little; null if it is not. */
function scanOfFilter(
  db: Database.Database,
  { list, by, condition }: Pick<MatchingRows, 'list' | 'by' | 'condition'>,
): Scan | null {
  const plans = planList(list, condition, { by, descending: false });
  const scans = plans
    .filter(({ seeks }) => seeks.length > 0)
    .map((plan): Scan => ({ plan, by, descending: false, from: null, until: null }));
  for (const scan of scans) {
    const { sql, values } = countQuery(list, scan, 'found', rowsOfFilterMax + 1);
    const count =
      db
        .prepare<unknown[], number>(sql)
        .pluck()
        .get(...values) ?? 0;
    if (count <= rowsOfFilterMax) return scan;
  }
  return null;
}
