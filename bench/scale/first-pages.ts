import type Database from 'better-sqlite3';
import { performance } from 'node:perf_hooks';
import { operationRowsMax } from '../../src/lists/budgets.ts';
import { RowBudget, type Condition, type PageRequest } from '../../src/lists/listing.ts';
import type { ReadModelReader } from '../../src/projecting/file/read-model-reader.ts';
import { callbackList } from '../../src/callbacks/callback-list.ts';
import { conditionSql } from '../../src/lists/sql/list-query.ts';
import type { AccessPath, ListDefinition } from '../../src/lists/sql/list-definition.ts';
import { quarantineList } from '../../src/quarantine/quarantine-table.ts';
import { relayTaskList } from '../../src/relay/tables/relay-task-list.ts';
import { streamSessionList } from '../../src/sessions/stream-session-list.ts';
import { quantilesOf, type Quantiles } from '../measure.ts';

/** Rows of a GraphQL page if `first` is not given. */
const pageRows = 50;

/** Values tried for a filter in turn, from all over the table. */
const valuesMax = 20;

/** A documented filter, with the order it is served in, or its list's usual order. */
export interface DocumentedFilter {
  readonly name: string;
  readonly list: ListDefinition;
  readonly by: string;
  /** Whether an index gives exactly the rows of the page. */
  readonly isServed: boolean;
  /** The filter with different values from this ledger; empty if the ledger has no such rows. */
  conditions(db: Database.Database): readonly Condition<string>[];
}

const lists: readonly ListDefinition[] = [streamSessionList, relayTaskList, callbackList, quarantineList];

/** Each row of the table of served filters (docs/api.md), and each field that is not in it. */
export const documentedFilters: readonly DocumentedFilter[] = lists.flatMap((list) => [
  ...list.paths.map((path) => servedBy(list, path)),
  ...Object.keys(list.columnOf)
    .filter((field) => list.serverFields?.includes(field) !== true)
    .filter((field) => !list.paths.some(({ equal, when }) => equal.join() === field && when === undefined))
    .map((field) => examinedFor(list, field)),
]);

function servedBy(list: ListDefinition, { equal, order, when }: AccessPath): DocumentedFilter {
  const by = order ?? usualOrder(list);
  const fields = [
    ...equal,
    ...(when === undefined ? [] : [`${when.condition.field} ${when.sql.replace(/^\S+ /, '')}`]),
  ];
  return {
    name: `${list.name}: ${fields.join(', ') || 'all'}, ${by}`,
    list,
    by,
    isServed: true,
    conditions(db) {
      if (equal.length === 0) return [{ and: when === undefined ? [] : [when.condition] }];
      return equal
        .flatMap((field) => valuesOf(db, list, field).map((value) => ({ field, operator: 'eq', value }) as const))
        .map((condition) => ({ and: [condition, ...(when === undefined ? [] : [when.condition])] }));
    },
  };
}

/** Asks for times and numbers as a range, because hardly anybody asks for a single value of them. */
function examinedFor(list: ListDefinition, field: string): DocumentedFilter {
  const by = usualOrder(list);
  const column = list.columnOf[field];
  return {
    name: `${list.name}: ${field}, ${by}`,
    list,
    by,
    isServed: false,
    conditions(db) {
      if (typeof column === 'object' && 'whenNull' in column) return [{ field, operator: 'isNull', isNull: true }];
      if (typeof column === 'object' && 'columnOf' in column) {
        const members = { ...list, table: column.table, columnOf: column.columnOf };
        return valuesOf(db, members, 'exitCode').map((value) => ({
          someOf: field,
          meets: { field: 'exitCode', operator: 'eq', value },
        }));
      }
      return valuesOf(db, list, field).map((value) => ({
        field,
        operator: typeof value === 'number' && /At$|Ms$/.test(field) ? 'gte' : 'eq',
        value,
      }));
    },
  };
}

function usualOrder({ orders }: ListDefinition): string {
  return Object.keys(orders)[0] ?? '';
}

function valuesOf(
  db: Database.Database,
  { table, columnOf }: Pick<ListDefinition, 'table' | 'columnOf'>,
  field: string,
): readonly (string | number)[] {
  const column = columnOf[field];
  const [source, value] =
    typeof column === 'object' && 'column' in column
      ? [column.table, column.column]
      : [table, typeof column === 'string' ? column : 'NULL'];
  const many = db.prepare<[], number>(`SELECT count(*) FROM ${source}`).pluck().get() ?? 0;
  const every = Math.max(1, Math.floor(many / (10 * valuesMax)));
  const found = db
    .prepare<[number], string | number>(
      `SELECT DISTINCT value FROM (SELECT ${value} AS value, row_number() OVER () AS number FROM ${source})
       WHERE value IS NOT NULL AND number % ? = 0 LIMIT ${valuesMax}`,
    )
    .pluck()
    .all(every);
  return found;
}

type AnyRequest = PageRequest<never, never>;

function ask(reader: ReadModelReader, { list, by }: DocumentedFilter, condition: Condition<string>) {
  const request: PageRequest<string, string> = {
    condition,
    order: { by, descending: true },
    direction: 'forwards',
    from: null,
    rowsMax: pageRows,
    countMax: null,
    budget: new RowBudget(operationRowsMax),
  };
  switch (list.table) {
    case 'stream_sessions':
      return reader.streamSessions(request as AnyRequest);
    case 'relay_tasks':
      return reader.relayTasks(request as AnyRequest);
    case 'callbacks':
      return reader.callbacks(request as AnyRequest);
    default:
      return reader.quarantined(request as AnyRequest);
  }
}

/** Compares each first page with a read of the whole table. @throws Error - they differ */
export function checkFirstPages(db: Database.Database, reader: ReadModelReader): void {
  for (const filter of documentedFilters) {
    const { list, by } = filter;
    const columns = list.orders[by]?.columns ?? [];
    for (const condition of filter.conditions(db).slice(0, 2)) {
      const { rows, stoppedAt } = ask(reader, filter, condition);
      const { sql, values } = conditionSql(list, condition);
      const expected = db
        .prepare<unknown[], string>(
          `SELECT ${columns.map((column) => `CAST(${column} AS TEXT)`).join(` || ',' || `)} FROM ${list.table} NOT INDEXED
           WHERE (${sql}) IS TRUE ORDER BY ${columns.map((column) => `${column} DESC`).join(', ')} LIMIT ${pageRows}`,
        )
        .pluck()
        .all(...values);
      const found = rows.map(({ key }) => key.join());
      // A page that the budget ends is the beginning of the whole page.
      const isRight =
        stoppedAt === null ? found.join(';') === expected.join(';') : expected.join(';').startsWith(found.join(';'));
      if (!isRight) throw new Error(`The first page of ${filter.name} is wrong.`);
    }
  }
}

/** Milliseconds that first pages of a filter took, and their rows; CPU and rows are averages. */
export interface FirstPages extends Quantiles {
  readonly cpuMs: number;
  readonly rows: number;
}

/** Asks each ledger with each of its values in turn. Null: one of them has no such rows. */
export function timeFirstPages(
  ledgers: readonly { readonly db: Database.Database; readonly reader: ReadModelReader }[],
  filter: DocumentedFilter,
  times: number,
): readonly FirstPages[] | null {
  const asked = ledgers.map(({ db, reader }) => ({
    reader,
    conditions: filter.conditions(db),
    taken: [] as number[],
    cpuMicroseconds: 0,
    rows: 0,
  }));
  if (asked.some(({ conditions }) => conditions.length === 0)) return null;
  // The first runs prepare statements and compile code.
  for (let nth = -2 * valuesMax; nth < times; nth += 1) {
    for (const one of asked) {
      const condition = one.conditions[(nth + 2 * valuesMax) % one.conditions.length] ?? { and: [] };
      const [begun, before] = [performance.now(), process.cpuUsage()];
      const page = ask(one.reader, filter, condition);
      const [ms, { user, system }] = [performance.now() - begun, process.cpuUsage(before)];
      if (nth < 0) continue;
      one.taken.push(ms);
      one.cpuMicroseconds += user + system;
      one.rows += page.rows.length;
    }
  }
  return asked.map(({ taken, cpuMicroseconds, rows }) => ({
    ...quantilesOf(taken),
    cpuMs: cpuMicroseconds / 1_000 / times,
    rows: rows / times,
  }));
}
