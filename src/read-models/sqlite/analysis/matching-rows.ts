import type Database from 'better-sqlite3';
import { fieldOfDimension } from '../../analysis/dimensions.ts';
import { conjunctsOf } from '../../conditions.ts';
import type { Condition } from '../../listing.ts';
import { conditionSql, type Query } from '../lists/condition-sql.ts';
import type { ListDefinition } from '../lists/list-definition.ts';
import { countQuery, rowsQuery, type Scan } from '../lists/list-query.ts';
import { planList } from '../lists/plan-list.ts';
import { readSlice, type Slice } from './read-slice.ts';

/**
 * Rows that are read by the index of a filter, whatever their time, instead of those of the window: 20 to 50 ms, the most
 * for which the thread does not learn that it is to stop.
 */
const rowsOfFilterMax = 10_000;

export interface MatchingRows {
  readonly list: ListDefinition;
  /** An order of the list that has an index: any will do. */
  readonly by: string;
  readonly condition: Condition<string>;
  /** What is read of each row, as SQL. */
  readonly columns: readonly string[];
  /** Where the rows of the window are: no row is in two of these. */
  readonly slices: readonly Slice[];
  /** Called every few milliseconds; what it throws ends the reading. */
  readonly assertGoesOn: () => void;
}

/** Every row that matches and is in one of the slices, each once. Others that match may be among them. */
export function* readMatching<Columns extends readonly unknown[]>(
  db: Database.Database,
  { list, by, condition, columns, slices, assertGoesOn }: MatchingRows,
): Generator<Columns> {
  const selected = columns.join(', ');
  const found = scanOfFilter(db, { list, by, condition });
  if (found !== null) {
    const { sql, values } = rowsQuery({ ...list, columnNames: selected }, found, rowsOfFilterMax);
    // After the columns that were asked for, it selects those of the order.
    for (const row of db
      .prepare<unknown[], Columns>(sql)
      .raw()
      .all(...values)) {
      yield row.slice(0, columns.length) as unknown as Columns;
    }
    assertGoesOn();
    return;
  }
  const matches = matchSql(list, condition);
  for (const slice of slices) {
    for (const rows of readSlice<Columns>(db, { slice, columns: selected, matches })) {
      yield* rows;
      assertGoesOn();
    }
  }
}

/** The column of a dimension: that of the field of the list with the same name. @throws TypeError - it has none */
export function columnOfDimension({ columnOf }: ListDefinition, dimension: string): string {
  const column = columnOf[fieldOfDimension(dimension)];
  if (typeof column !== 'string') throw new TypeError(`The list has no column for ${dimension}.`);
  return column;
}

function matchSql(list: ListDefinition, condition: Condition<string>): Query {
  return conjunctsOf(condition).length === 0 ? { sql: 'TRUE', values: [] } : conditionSql(list, condition);
}

/** Reads what an index of the filter finds, where that is little; null where it is not. */
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
