import type { RowBudget } from '../../listing.ts';
import type { FieldColumn } from './list-definition.ts';
import type { BoundPath } from './plan-list.ts';

/**
 * Rows that are looked at for one answer about a list (its page, what lies before it, its count), where no index gives just
 * what is asked for. They take about as long as the largest page (`npm run bench:lists`); nothing else runs meanwhile.
 */
export const rowsExaminedMax = 10_000;

/** Entries of an index that are counted in the time that one row is looked at, where rows lie all over the file. */
const entriesPerRow = 10;

/** What reading a list costs of an operation's budget, in rows; also what turned out to be of no use. */
export interface ListSpending {
  /** Rows that may be looked at now. */
  rowsMax(): number;
  /** Entries of a path that may be counted now. */
  entriesMax(bound: BoundPath<string, string>): number;
  /** The same, where as many rows must be left as entries are counted. */
  rowsAfterEntriesMax(bound: BoundPath<string, string>): number;
  spendRows(rows: number): void;
  /** Entries of a path that were counted, and one place in it for each value that was sought. */
  spendEntries(bound: BoundPath<string, string>, entries: number): void;
}

export function createListSpending(columnOf: Readonly<Record<string, FieldColumn>>, budget: RowBudget): ListSpending {
  const perRow = ({ path }: BoundPath<string, string>) => {
    const [field] = path.equal;
    // Of members, each entry leads to a row of the list.
    return field !== undefined && typeof columnOf[field] === 'object' ? 1 : entriesPerRow;
  };
  const spendRows = (rows: number) => {
    budget.spend(Math.min(rows, budget.rowsLeft));
  };
  return {
    rowsMax: () => Math.min(rowsExaminedMax, budget.rowsLeft),
    entriesMax: (bound) => budget.rowsLeft * perRow(bound),
    rowsAfterEntriesMax(bound) {
      const share = perRow(bound) / (perRow(bound) + 1);
      return Math.min(rowsExaminedMax, Math.floor(budget.rowsLeft * share));
    },
    spendRows,
    spendEntries(bound, entries) {
      const sought = bound.seeks.map((seek) => ('values' in seek ? seek.values.length : 1));
      spendRows(Math.max(1, ...sought) + Math.ceil(entries / perRow(bound)));
    },
  };
}
