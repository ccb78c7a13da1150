import type Database from 'better-sqlite3';
import { LedgerError } from '../../kernel/errors.ts';
import { type Columns as FoundColumns } from '../../projecting/file/statements.ts';
import {
  conjunctsOf,
  fieldsOf,
  type Condition,
  type ListOrder,
  type Page,
  type PageKey,
  type PageRequest,
  type Total,
} from '../listing.ts';
import { rowsExaminedFirst, rowsExaminedMax, withAlways, type PageStart } from './list-query.ts';
import type { AccessPath, ListDefinition, ReadableList } from './list-definition.ts';
import { columnNamesFor } from './listed-row.ts';
import { isServed, planList, type ListPlan } from './plan-list.ts';
import { createScanChoice, type ScanChoice, createScans, keyOf } from './scans.ts';

/** The refusal if no index has the order of a list and too many rows would have to be sorted; names the missing index. */
export function tooCostly(list: ListDefinition, condition: Condition<string>, { by }: ListOrder<string>): LedgerError {
  const fields = askable(list, fieldsOf(conjunctsOf(condition)));
  const missing = fields.length === 0 ? `in the order ${by}` : `by ${fields.join(' and ')} in the order ${by}`;
  return new LedgerError(
    'OPERATION_TOO_COSTLY',
    `No index serves ${list.name} ${missing}, and there are more than the ${rowsExaminedMax} rows that may be sorted. ${adviceFor(list, by)}; docs/api.md lists what is served.`,
    { missingIndex: { list: list.name, fields, order: by } },
  );
}

/** The refusal if other lists of the operation have left too few rows in the budget for this one. */
function budgetUsedUp(): LedgerError {
  return new LedgerError(
    'OPERATION_TOO_COSTLY',
    'The lists of this operation have counted and examined as many rows as one operation may. Ask for fewer lists or counts at a time.',
  );
}

/** Names only what the caller can ask for: not the rows of other tables, which find lists inside a session or a task. */
function adviceFor(list: ListDefinition, by: string): string {
  const namesOf = (paths: readonly AccessPath[]) => [
    ...new Set(paths.flatMap(({ equal, when }) => [...equal, ...(when === undefined ? [] : [when.condition.field])])),
  ];
  const orders = new Set(
    list.paths.flatMap(({ equal, when, order }) => (equal.length > 0 || when ? [] : (order ?? []))),
  );
  const inOrder = list.paths.filter(({ order }) => order === by).flatMap(({ when }) => when ?? []);
  const served = inOrder.map(({ condition, includesKnown }) =>
    [`${condition.field} ${'value' in condition ? condition.value : ''}`.trim(), includesKnown]
      .filter(Boolean)
      .join(' or '),
  );
  const fields = askable(list, namesOf(list.paths));
  const first = served.length > 0 ? `Filter by ${served.join(', ')}` : `Narrow the filter by ${fields.join(', ')}`;
  return `${first}, or order by ${[...orders].join(' or ')}`;
}

/** The fields as clients name them, each once, without those that they cannot ask for. */
function askable({ serverFields = [], askedAs = {} }: ListDefinition, fields: readonly string[]): string[] {
  return [...new Set(fields.map((field) => askedAs[field] ?? field))].filter((field) => !serverFields.includes(field));
}

/**
 * Reads one page, whether there are rows on either side, and the count of the list if requested. Must be called inside a transaction. If an
 * index serves the request, only the index's rows are read. Otherwise rows are examined, at most `rowsExaminedMax` and no more than the
 * budget has left; a page that ends there is shorter and says where it stopped. Every row examined and every entry counted is paid for,
 * whatever the outcome; the rows of a page that an index serves are free.
 * @throws LedgerError - OPERATION_TOO_COSTLY: no index has the order, and there are too many rows to sort
 */
export function readPage<Field extends string, Order extends string, Columns extends object, Row>(
  db: Database.Database,
  list: ReadableList<Field, Order, Columns, Row>,
  request: PageRequest<Field, Order>,
): Omit<Page<Row>, 'checkpoint'> {
  const { direction, rowsMax, from, order, countMax, shown = null } = request;
  const columnNames = list.columns === undefined ? list.columnNames : columnNamesFor(list.columns, shown);
  const condition = withAlways(list, request.condition);
  const reading = createListReading(db, { ...list, columnNames }, { ...request, condition });
  const isForwards = direction === 'forwards';
  const found = reading.rows(
    { descending: order.descending === isForwards, from: from === null ? null : { key: from, inclusive: false } },
    rowsMax + 1,
  );
  const { stoppedAt } = found;
  const hasMore = stoppedAt !== null || found.rows.length > rowsMax;
  const rows = found.rows.slice(0, rowsMax).map((one) => new ReadRow(one, list.toRow(one as Columns)));
  // All matching rows between the cursor and the page are the page itself, so rows behind it are at the cursor or before it.
  const behind = { descending: order.descending !== isForwards, from: from && { key: from, inclusive: true } };
  const hasBehind = from !== null && reading.mayHaveRows(behind);
  const total = countMax === null ? null : reading.total(countMax, rows.length);
  if (isForwards) return { rows, hasNextPage: hasMore, hasPreviousPage: hasBehind, stoppedAt, total };
  return { rows: rows.reverse(), hasNextPage: hasBehind, hasPreviousPage: hasMore, stoppedAt, total };
}

interface FoundRows {
  readonly rows: readonly FoundColumns[];
  /** The last row examined, if more rows may match. */
  readonly stoppedAt: PageKey | null;
}

/** The reads of a list under one condition and order. */
function createListReading(
  db: Database.Database,
  list: ListDefinition,
  { condition, order, budget }: Pick<PageRequest<string, string>, 'condition' | 'order' | 'budget'>,
) {
  const plans = planList(list, condition, order);
  const served = plans.find(isServed);
  const scans = createScans(db, list, order.by, budget);
  let choose: ReturnType<typeof createScanChoice> | null = null;
  const choice = (start: PageStart) => (choose ??= createScanChoice(plans, scans))(start);
  const refusal = budget.rowsLeft < rowsExaminedMax ? budgetUsedUp : () => tooCostly(list, condition, order);

  /** Returns the first matching rows of a scan and pays for the rows examined. */
  function examine({ scan, rowsMax }: ScanChoice, limit: number): FoundRows {
    const rows = scans.rows(scan, limit);
    const last = rows.length < limit ? undefined : rows.at(-1);
    if (scan.until === null || last === undefined) {
      scans.payRows(rowsMax);
      return { rows, stoppedAt: scan.until };
    }
    scans.payRows(scans.countFound({ ...scan, until: keyOf(last) }, rowsMax));
    return { rows, stoppedAt: null };
  }

  /** The part of a page found in the first rows in order; null if other rows must be examined at once. */
  function firstRows(start: PageStart, limit: number): FoundRows | null {
    const plan = planOfFirstRows(plans);
    if (plan === undefined || scans.entriesBeforeRowsMax(plan) < rowsExaminedMax) return null;
    const scan = { ...scans.of(plan, start), until: scans.keyAfter(scans.of(plan, start), rowsExaminedFirst) };
    return examine({ scan, rowsMax: rowsExaminedFirst }, limit);
  }

  return {
    /** @throws LedgerError - OPERATION_TOO_COSTLY */
    rows(start: PageStart, limit: number): FoundRows {
      if (served !== undefined) return { rows: scans.rows(scans.of(served, start), limit), stoppedAt: null };
      const first = firstRows(start, limit);
      if (first?.stoppedAt === null) return first;
      const chosen = choice(start);
      if (chosen === null) throw refusal();
      if (first === null) return examine(chosen, limit);
      // Continues after the first rows, so that no row is examined twice.
      const scan = { ...chosen.scan, from: { key: first.stoppedAt, inclusive: false } };
      const rowsMax = Math.max(0, chosen.rowsMax - rowsExaminedFirst);
      const others = examine({ scan, rowsMax }, limit - first.rows.length);
      return { rows: [...first.rows, ...others.rows], stoppedAt: others.stoppedAt };
    },

    /** Whether any row matches; true if the budget does not allow finding out. */
    mayHaveRows(start: PageStart): boolean {
      if (served !== undefined) return scans.rows(scans.of(served, start), 1).length > 0;
      const chosen = choice(start);
      if (chosen === null) return true;
      const { rows, stoppedAt } = examine(chosen, 1);
      return rows.length > 0 || stoppedAt !== null;
    },

    /** Counts the whole list. Rows that cannot be examined are not counted, but known rows always are. */
    total(countMax: number, rowsKnown: number): Total {
      const start: PageStart = { descending: order.descending, from: null };
      if (served !== undefined) {
        const rowsMax = Math.min(countMax, scans.entriesMax(served));
        return totalOf(scans.countFound(scans.of(served, start), rowsMax + 1), rowsMax);
      }
      const chosen = choice(start);
      if (chosen === null) return { rows: rowsKnown, cappedBy: 'ROW_BUDGET' };
      scans.payRows(chosen.rowsMax);
      const rows = scans.countMatching(chosen.scan, countMax + 1);
      return chosen.scan.until === null || rows > countMax
        ? totalOf(rows, countMax)
        : { rows: Math.max(rows, rowsKnown), cappedBy: 'ROW_BUDGET' };

      function totalOf(found: number, limit: number): Total {
        if (found <= limit) return { rows: found, cappedBy: null };
        return limit === countMax
          ? { rows: countMax, cappedBy: 'COUNT_LIMIT' }
          : { rows: Math.max(limit, rowsKnown), cappedBy: 'ROW_BUDGET' };
      }
    },
  };
}

/** Rows are first examined in order, unless requested values lead to few others. */
function planOfFirstRows(plans: readonly ListPlan[]): ListPlan | undefined {
  const leadsToFew = plans.some(({ inOrder, seeks }) => !inOrder && seeks.length > 0);
  return leadsToFew ? undefined : plans.find(({ inOrder }) => inOrder);
}

/** A row that creates its key only if a cursor needs it. */
class ReadRow<Row> {
  constructor(
    private readonly columns: FoundColumns,
    readonly row: Row,
  ) {}

  get key(): PageKey {
    return keyOf(this.columns);
  }
}
