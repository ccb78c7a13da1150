/** One text for two, to find cached rows by: equal only where both are. */
export function cacheKey(one: string | number, other: string): string {
  const first = String(one);
  return `${first.length}:${first}${other}`;
}

/** What is known of a row that the file does not have yet: the event that it began with. */
export interface NotStored {
  readonly firstPosition: bigint;
}

/** A row that the transaction has read or written: one object for it, however often it is found. */
export interface CachedRow<Row, Stored> {
  row: Row;
  /** The row as it is in the file. */
  stored: Stored | NotStored;
}

/** Rows of one table within one transaction: in memory from the first use on; `flush` writes each once, by `write`. */
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
    /** Writes what has changed, in the order of the table. */
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

export function isNew<Row, Stored extends object>(
  cached: CachedRow<Row, Stored>,
): cached is CachedRow<Row, Stored> & { readonly stored: NotStored } {
  return 'firstPosition' in cached.stored;
}
