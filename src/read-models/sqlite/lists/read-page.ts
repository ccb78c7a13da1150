import type Database from 'better-sqlite3';
import { LedgerError } from '../../../kernel/errors.ts';
import type { Page, PageKey, PageRequest, Total } from '../../listing.ts';
import type { Query } from './condition-sql.ts';
import type { ListDefinition, ReadableList } from './list-definition.ts';
import { countQuery, keyQuery, rowsQuery, type PageStart, type Scan } from './list-query.ts';
import { isServed, planList, tooCostly, type ListPlan } from './plan-list.ts';
import { createScanChoice, createScanCosts, type ScanChoice, type ScanCosts } from './scan-choice.ts';

/**
 * Reads one page, whether there is more on either side, and the count of the list where it is asked for; to be called
 * inside a transaction. What an index serves is read from it alone. Otherwise rows are examined, at most `rowsExaminedMax`
 * and no more than the budget has left. Every row examined and every entry counted is paid for, whatever the outcome; the
 * rows of a page that an index serves are free.
 * @throws LedgerError - OPERATION_TOO_COSTLY
 */
export function readPage<Field extends string, Order extends string, Columns extends object, Row>(
  db: Database.Database,
  list: ReadableList<Field, Order, Columns, Row>,
  request: PageRequest<Field, Order>,
): Omit<Page<Row>, 'checkpoint'> {
  const { direction, rowsMax, from, order, countMax } = request;
  const reading = createListReading(db, list, request);
  const isForwards = direction === 'forwards';
  const found = reading.rows(
    { descending: order.descending === isForwards, from: from === null ? null : { key: from, inclusive: false } },
    rowsMax + 1,
  );
  const hasMore = found.length > rowsMax;
  const rows = found.slice(0, rowsMax).map(({ columns, key }) => ({ row: list.toRow(columns as Columns), key }));
  // What matches between the cursor and the page is the page: so what is behind it is at the cursor or before it.
  const behind = { descending: order.descending !== isForwards, from: from && { key: from, inclusive: true } };
  const hasBehind = from !== null && reading.rows(behind, 1).length > 0;
  const total = countMax === null ? null : reading.total(countMax);
  if (isForwards) return { rows, hasNextPage: hasMore, hasPreviousPage: hasBehind, total };
  return { rows: rows.reverse(), hasNextPage: hasBehind, hasPreviousPage: hasMore, total };
}

type Columns = Readonly<Record<string, unknown>>;

/** What can be asked of a list under one condition and order. */
function createListReading(
  db: Database.Database,
  list: ListDefinition,
  { condition, order, budget }: Pick<PageRequest<string, string>, 'condition' | 'order' | 'budget'>,
) {
  const plans = planList(list, condition, order);
  const served = plans.find(isServed);
  const costs = createScanCosts(budget);
  const scans = createScans(db, list, order.by, costs);
  const choice = createScanChoice(plans, scans, costs);

  function choose(start: PageStart): ScanChoice {
    const chosen = choice(start);
    if (chosen === null) throw refused();
    return chosen;
  }

  /** Other lists of the operation need not try either: what is left is used up. */
  function refused(): LedgerError {
    costs.payRows(costs.rowsMax());
    return tooCostly(list, condition, order);
  }

  return {
    /** @throws LedgerError - OPERATION_TOO_COSTLY where there may be more rows beyond those examined */
    rows(start: PageStart, limit: number): readonly { columns: Columns; key: PageKey }[] {
      if (served !== undefined) return scans.rows(scans.of(served, start), limit);
      const { scan, rowsMax } = choose(start);
      const found = scans.rows(scan, limit);
      if (scan.until === null) {
        costs.payRows(rowsMax);
        return found;
      }
      const last = found.length < limit ? undefined : found.at(-1);
      if (last === undefined) throw refused();
      costs.payRows(scans.countFound({ ...scan, until: last.key }, rowsMax));
      return found;
    },

    /**
     * Counts the whole list; rows that can't be examined are not counted, and the total is capped.
     * @throws LedgerError - OPERATION_TOO_COSTLY where the budget is used up
     */
    total(countMax: number): Total {
      if (budget.rowsLeft === 0) throw budgetUsedUp();
      const start: PageStart = { descending: order.descending, from: null };
      if (served !== undefined) {
        const rowsMax = Math.min(countMax, costs.entriesMax(served));
        const rows = scans.countFound(scans.of(served, start), rowsMax + 1);
        return { rows: Math.min(rowsMax, rows), isCapped: rows > rowsMax };
      }
      const { scan, rowsMax } = choose(start);
      costs.payRows(rowsMax);
      const rows = scans.countMatching(scan, countMax + 1);
      return { rows: Math.min(countMax, rows), isCapped: rows > countMax || scan.until !== null };
    },
  };
}

/** Runs scans in the order of this name. Index entries that are counted are paid for here, rows by who examines them. */
function createScans(db: Database.Database, list: ListDefinition, by: string, costs: ScanCosts) {
  const prepare = ({ sql }: Query) => db.prepare<unknown[], Columns>(sql);
  const count = (query: Query): number =>
    Number(
      prepare(query)
        .pluck()
        .get(...query.values),
    );
  return {
    of: (plan: ListPlan, { descending, from }: PageStart): Scan => ({ plan, by, descending, from, until: null }),
    rows(scan: Scan, limit: number): readonly { columns: Columns; key: PageKey }[] {
      const query = rowsQuery(list, scan, limit);
      const found = prepare(query).all(...query.values);
      return found.map((columns) => ({ columns, key: keyOf(columns) }));
    },
    countMatching: (scan: Scan, limit: number): number => count(countQuery(list, scan, 'matching', limit)),
    countFound(scan: Scan, limit: number): number {
      const entries = count(countQuery(list, scan, 'found', limit));
      costs.payEntries(scan.plan, entries);
      return entries;
    },
    keyAfter(scan: Scan, rowsBefore: number): PageKey | null {
      costs.payEntries(scan.plan, rowsBefore);
      const query = keyQuery(list, scan, rowsBefore);
      const columns = prepare(query).get(...query.values);
      return columns === undefined ? null : keyOf(columns);
    },
  };
}

function budgetUsedUp(): LedgerError {
  return new LedgerError(
    'OPERATION_TOO_COSTLY',
    'The lists of this operation have counted and examined as many rows as one operation may. Ask for fewer lists or counts at a time.',
  );
}

function keyOf(columns: Columns): PageKey {
  const key: bigint[] = [];
  for (let text = columns['key_0']; typeof text === 'string'; text = columns[`key_${key.length}`])
    key.push(BigInt(text));
  return key;
}
