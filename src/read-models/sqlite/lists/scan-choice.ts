import type { PageKey, RowBudget } from '../../listing.ts';
import { rowsExaminedMax, type PageStart, type Scan } from './list-query.ts';
import type { ListPlan } from './plan-list.ts';

/** Index entries that are counted in the time in which one row is examined, where rows are all over the file. */
const entriesPerRowMax = 10;

/** What reading a list costs, all of it in rows of the operation's budget; work that turned out to be of no use too. */
export type ScanCosts = ReturnType<typeof createScanCosts>;

export function createScanCosts(budget: RowBudget) {
  // Each entry of another table's index leads to a row of the list.
  const entriesPerRow = ({ member, path }: ListPlan) =>
    member === null && path.rowsSql === undefined ? entriesPerRowMax : 1;
  const payRows = (rows: number) => budget.spend(Math.min(rows, budget.rowsLeft));
  return {
    payRows,
    /** Pays for index entries that were counted, and a row for each value that was sought. */
    payEntries(plan: ListPlan, entries: number): void {
      const sought = plan.seeks.map((seek) => ('values' in seek ? seek.values.length : 1));
      payRows(Math.max(1, ...sought) + Math.ceil(entries / entriesPerRow(plan)));
    },
    /** Rows that may be examined now. */
    rowsMax: () => Math.min(rowsExaminedMax, budget.rowsLeft),
    /** Index entries of a plan that may be counted now. */
    entriesMax: (plan: ListPlan) => budget.rowsLeft * entriesPerRow(plan),
    /** The same, where as many rows must remain as entries are counted. */
    entriesBeforeRowsMax(plan: ListPlan): number {
      const share = entriesPerRow(plan) / (entriesPerRow(plan) + 1);
      return Math.min(rowsExaminedMax, Math.floor(budget.rowsLeft * share));
    },
  };
}

/** What to read where no index gives just what is asked for. */
export interface ScanChoice {
  readonly scan: Scan;
  /** Rows that reading all of it examines, at most. */
  readonly rowsMax: number;
}

/** How a choice measures a list; both pay for the index entries that they count. */
export interface ScanMeasures {
  readonly of: (plan: ListPlan, start: PageStart) => Scan;
  /** How many rows a scan's index finds, up to a limit. */
  readonly countFound: (scan: Scan, limit: number) => number;
  /** The key of the row that the index finds after so many others; null where there are fewer. */
  readonly keyAfter: (scan: Scan, rowsBefore: number) => PageKey | null;
}

/**
 * Chooses what to read from a start on: the plan that finds the fewest rows, if they are few enough to examine all of them;
 * else the rows in order, as many as may be examined. Null where neither is possible. Nothing is counted twice: the count of
 * a list begins where its first page does.
 */
export function createScanChoice(
  plans: readonly ListPlan[],
  scans: ScanMeasures,
  costs: ScanCosts,
): (start: PageStart) => ScanChoice | null {
  const counts = new Map<ListPlan, Map<string, { readonly rows: number; readonly isAll: boolean }>>();
  const choices = new Map<string, ScanChoice>();

  function narrowest(start: PageStart): ScanChoice | null {
    // Without another one, it is read in order, however many rows it finds.
    if (plans.length === 1 && plans[0]?.inOrder === true) return null;
    let best: { plan: ListPlan; rows: number } | null = null;
    for (const plan of plans) {
      const fewer: number = best === null ? costs.rowsMax() : best.rows - 1;
      if (fewer < 0) break;
      const { rows, isAll } = count(plan, start, fewer);
      if (isAll && rows <= fewer) best = { plan, rows };
    }
    // Counting has used up a part of what there was to examine them with.
    return best === null || best.rows > costs.rowsMax()
      ? null
      : { scan: scans.of(best.plan, start), rowsMax: best.rows };
  }

  /** The rows that a plan finds: all, or one more than asked for. */
  function count(plan: ListPlan, start: PageStart, rowsMax: number) {
    const ofPlan = counts.get(plan) ?? new Map<string, { rows: number; isAll: boolean }>();
    counts.set(plan, ofPlan);
    // What is not in order is found as a whole, wherever the page begins.
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
    const rowsMax = costs.entriesBeforeRowsMax(plan);
    const until = scans.keyAfter(scan, rowsMax);
    return { scan: { ...scan, until }, rowsMax: until === null ? count(plan, start, rowsMax).rows : rowsMax };
  }

  return (start) => {
    const name = nameOf(start);
    const known = choices.get(name);
    if (known !== undefined && known.rowsMax <= costs.rowsMax()) return known;
    const choice = narrowest(start) ?? inOrder(start);
    if (choice !== null) choices.set(name, choice);
    return choice;
  };
}

function nameOf({ descending, from }: PageStart): string {
  return [descending, from?.inclusive, ...(from?.key ?? [])].join();
}
