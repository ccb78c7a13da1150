/** Combines two key parts into one text, equal only if both parts are. */
export function cacheKey(one: string | number, other: string): string {
  const first = String(one);
  return `${first.length}:${first}${other}`;
}

/** A row that the file does not have yet: known only by the event it began with. */
export interface NotStored {
  readonly firstPosition: bigint;
}

/** A row that the transaction has read or written; one object represents it, however often it is found. */
export interface CachedRow<Row, Stored> {
  row: Row;
  /** The row as stored in the file. */
  stored: Stored | NotStored;
}

/** Rows of one table within one transaction, in memory from first use on; `flush` calls `write` once for each. */
export function createRowCache<Row extends { readonly id: number }, Stored extends object>(
  keyOf: (row: Row) => string,
  write: (cached: CachedRow<Row, Stored>) => void,
) {
  const byId = new Map<number, CachedRow<Row, Stored>>();
  const byKey = new Map<string, CachedRow<Row, Stored>>();
  const dirty = new Set<CachedRow<Row, Stored>>();
  return {
    byId: (id: number) => byId.get(id),
    byKey: (key: string) => byKey.get(key),
    add(row: Row, stored: Stored | NotStored): CachedRow<Row, Stored> {
      const cached = { row, stored };
      byId.set(row.id, cached);
      byKey.set(keyOf(row), cached);
      if (isNew(cached)) dirty.add(cached);
      return cached;
    },
    change(cached: CachedRow<Row, Stored>, row: Row): void {
      cached.row = row;
      dirty.add(cached);
    },
    /** Writes one row now, if it has changed. */
    store(cached: CachedRow<Row, Stored>): void {
      if (dirty.delete(cached)) write(cached);
    },
    /** Writes the changed rows, in the order of the table. */
    flush: (): void => {
      for (const cached of [...dirty].sort((one, other) => one.row.id - other.row.id)) write(cached);
      dirty.clear();
    },
    /** Forgets everything, written or not. */
    forget(): void {
      for (const all of [byId, byKey, dirty]) all.clear();
    },
  };
}

/** Whether the row is not in the file yet: it is inserted when it is flushed. */
export function isNew<Row, Stored extends object>(
  cached: CachedRow<Row, Stored>,
): cached is CachedRow<Row, Stored> & { readonly stored: NotStored } {
  return 'firstPosition' in cached.stored;
}
