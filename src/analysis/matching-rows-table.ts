import type Database from 'better-sqlite3';
import { fieldOfDimension } from './statistics/dimensions.ts';
import { conjunctsOf } from '../lists/conditions.ts';
import type { Condition } from '../lists/listing.ts';
import { conditionSql, type Query } from '../lists/sql/condition-sql.ts';
import type { ListDefinition } from '../lists/sql/list-definition.ts';
import { countQuery, rowsQuery, type Scan } from '../lists/sql/list-query.ts';
import { planList } from '../lists/sql/plan-list.ts';
import { readSlice, type Slice } from './read-slice-table.ts';

/**
 * Rows read at most by the index of a filter, whatever their time, instead of those of the window: 20 to 50 ms, the
 * longest that the thread may go without checking whether it must stop.
 */
const rowsOfFilterMax = 10_000;

export interface MatchingRows {
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
