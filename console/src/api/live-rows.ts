/** The rows of a list that a subscription keeps up to date, by their id. */
export type LiveRows<Row> = ReadonlyMap<string, Row>;

/** A change as a subscription sends it: the row as it is now, and whether it still belongs to the list. */
export interface RowChange<Row> {
  readonly matches: boolean;
  readonly row: Row;
}

/**
 * The rows after these changes, in their order; the same map where nothing changed. What no longer matches leaves, what is
 * new comes last.
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
 * A page read after the first one, below what a subscription may have changed since: what is there already is newer.
 * `gone` are the ids of rows that have left meanwhile.
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
