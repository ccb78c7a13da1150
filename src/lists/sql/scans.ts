import type Database from 'better-sqlite3';
import type { PageKey, RowBudget } from '../listing.ts';
import {
  type PageStart,
  type Scan,
  countQuery,
  keyQuery,
  rowsExaminedMax,
  rowsQuery,
  type Query,
} from './list-query.ts';
import type { ListPlan } from './plan-list.ts';
import { prepareOnce, type Columns as FoundColumns } from '../../projecting/file/statements.ts';
import type { ListDefinition } from './list-definition.ts';

/** The scan to read if no index gives exactly the rows asked for. */
export interface ScanChoice {
  readonly scan: Scan;
  /** The most rows that reading the whole scan examines. */
  readonly rowsMax: number;
}

/**
 * Chooses the scan from a given start: the plan that finds the fewest rows, if all of them may be examined; otherwise the rows in order, as
 * many as may be examined. Null if neither is possible. Nothing is counted twice: the count of a list begins where its first page does.
 */
export function createScanChoice(
  plans: readonly ListPlan[],
  scans: ReturnType<typeof createScans>,
): (start: PageStart) => ScanChoice | null {
  const counts = new Map<ListPlan, Map<string, { readonly rows: number; readonly isAll: boolean }>>();
  const choices = new Map<string, ScanChoice>();

  function narrowest(start: PageStart): ScanChoice | null {
    // The only plan is read in order, however many rows it finds.
    if (plans.length === 1 && plans[0]?.inOrder === true) return null;
    let best: { plan: ListPlan; rows: number } | null = null;
    for (const plan of plans) {
      const fewer: number = best === null ? scans.rowsMax() : best.rows - 1;
      if (fewer < 0) break;
      const { rows, isAll } = count(plan, start, fewer);
      if (isAll && rows <= fewer) best = { plan, rows };
    }
    // Counting has used up part of the budget for examining them.
    return best === null || best.rows > scans.rowsMax()
      ? null
      : { scan: scans.of(best.plan, start), rowsMax: best.rows };
  }

  /** Counts the rows that a plan finds, stopping at one more than asked for. */
  function count(plan: ListPlan, start: PageStart, rowsMax: number) {
    const ofPlan = counts.get(plan) ?? new Map<string, { rows: number; isAll: boolean }>();
    counts.set(plan, ofPlan);
    // A plan that is not in order finds all its rows, wherever the page begins.
    const from = plan.inOrder ? start.from : null;
    const name = from === null ? '' : nameOf(start);
    const known = ofPlan.get(name);
    if (known !== undefined && (known.isAll || known.rows > rowsMax)) return known;
    const rows = scans.countFound(scans.of(plan, { ...start, from }), rowsMax + 1);
    const counted = { rows, isAll: rows <= rowsMax };
    ofPlan.set(name, counted);
    return counted;
  }

  function inOrder(start: PageStart): ScanChoice | null {
    const plan = plans.find((one) => one.inOrder);
    if (plan === undefined) return null;
    const scan = scans.of(plan, start);
    const rowsMax = scans.entriesBeforeRowsMax(plan);
    const until = scans.keyAfter(scan, rowsMax);
    return { scan: { ...scan, until }, rowsMax: until === null ? count(plan, start, rowsMax).rows : rowsMax };
  }

  return (start) => {
    const name = nameOf(start);
    const known = choices.get(name);
    if (known !== undefined && known.rowsMax <= scans.rowsMax()) return known;
    const choice = narrowest(start) ?? inOrder(start);
    if (choice !== null) choices.set(name, choice);
    return choice;
  };
}

function nameOf({ descending, from }: PageStart): string {
  return [descending, from?.inclusive, ...(from?.key ?? [])].join();
}

/** Index entries counted in the time that examining one row takes when rows are spread over the file. */
const entriesPerRowMax = 10;

/** Each entry of another table's index leads to a row of the list. */
function entriesPerRow({ member, path }: ListPlan): number {
  return member === null && path.rowsSql === undefined ? entriesPerRowMax : 1;
}

/**
 * Runs scans in the named order. All costs, including those of work that proved useless, are in rows of the operation's budget. Index
 * entries counted here are paid for here, with one row for each value sought; whoever examines rows pays for those.
 */
export function createScans(db: Database.Database, list: ListDefinition, by: string, budget: RowBudget) {
  const payRows = (rows: number) => budget.spend(Math.min(rows, budget.rowsLeft));
  const payEntries = (plan: ListPlan, entries: number) => {
    const sought = plan.seeks.map((seek) => ('values' in seek ? seek.values.length : 1));
    payRows(Math.max(1, ...sought) + Math.ceil(entries / entriesPerRow(plan)));
  };
  const prepare = ({ sql }: Query) => prepareOnce(db, sql);
  const count = (query: Query): number => Number(prepare(query).all(query.values)[0]?.['count']);
  return {
    payRows,
    of: (plan: ListPlan, { descending, from }: PageStart): Scan => ({ plan, by, descending, from, until: null }),
    rows(scan: Scan, limit: number): readonly FoundColumns[] {
      const query = rowsQuery(list, scan, limit);
      return prepare(query).all(query.values);
    },
    countMatching: (scan: Scan, limit: number): number => count(countQuery(list, scan, 'matching', limit)),
    /** Rows that a scan's index finds, counted up to a limit. */
    countFound(scan: Scan, limit: number): number {
      const entries = count(countQuery(list, scan, 'found', limit));
      payEntries(scan.plan, entries);
      return entries;
    },
    /** The key of the row that the index finds after `rowsBefore` others; null if there are fewer. */
    keyAfter(scan: Scan, rowsBefore: number): PageKey | null {
      const query = keyQuery(list, scan, rowsBefore);
      const [columns] = prepare(query).all(query.values);
      // If there are fewer rows, counting or examining them pays for them.
      if (columns === undefined) return null;
      payEntries(scan.plan, rowsBefore);
      return keyOf(columns);
    },
    /** Rows that the bound and the budget allow to be examined now. */
    rowsMax: () => Math.min(rowsExaminedMax, budget.rowsLeft),
    /** Index entries of a plan that the budget allows to be counted now. */
    entriesMax: (plan: ListPlan) => budget.rowsLeft * entriesPerRow(plan),
    /** The same, if the budget must keep as many rows as entries are counted. */
    entriesBeforeRowsMax(plan: ListPlan): number {
      const share = entriesPerRow(plan) / (entriesPerRow(plan) + 1);
      return Math.min(rowsExaminedMax, Math.floor(budget.rowsLeft * share));
    },
  };
}

export function keyOf(columns: FoundColumns): PageKey {
  const key: bigint[] = [];
  for (let text = columns['key_0']; typeof text === 'string'; text = columns[`key_${key.length}`])
    key.push(BigInt(text));
  return key;
}
