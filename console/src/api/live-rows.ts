/** The rows of a list that a subscription keeps up to date, by id. */
export type LiveRows<Row> = ReadonlyMap<string, Row>;

/** A change as a subscription sends it: the row as it is now, and whether it still belongs to the list. */
export interface RowChange<Row> {
  readonly matches: boolean;
  readonly row: Row;
}

/**
 * Applies changes to the rows, in their order. Rows that no longer match leave; new ones come last. Returns the same
 * map if nothing changed.
 */
export function mergeChanges<Row extends { readonly id: string }>(
  rows: LiveRows<Row>,
  changes: readonly RowChange<Row>[],
): LiveRows<Row> {
  const merged = new Map(rows);
  let changed = false;
  for (const { matches, row } of changes) {
    if (matches) merged.set(row.id, row);
    changed = matches || merged.delete(row.id) || changed;
  }
  return changed ? merged : rows;
}

/**
 * Adds a later page below the rows that a subscription may have changed since; rows already there are newer. `gone`:
 * ids of rows that have left meanwhile.
 */
export function addPage<Row extends { readonly id: string }>(
  rows: LiveRows<Row>,
  page: readonly Row[],
  gone: ReadonlySet<string>,
): LiveRows<Row> {
  const merged = new Map(rows);
  for (const row of page) if (!merged.has(row.id) && !gone.has(row.id)) merged.set(row.id, row);
  return merged;
}
