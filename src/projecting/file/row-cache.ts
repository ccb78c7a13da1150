/** Combines two key parts into one text, equal only if both parts are. */
export function cacheKey(one: string | number, other: string): string {
  const first = String(one);
  return `${first.length}:${first}${other}`;
}

/** A row that the file does not have yet: known only by the event it began with. */
interface NotStored {
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
    /** Finds a row by another key from now on. */
    rename(cached: CachedRow<Row, Stored>, key: string): void {
      byKey.delete(keyOf(cached.row));
      byKey.set(key, cached);
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

/** A set of keys that never misses a noted key but may report one that was never noted. */
interface BloomFilter {
  note(key: string): void;
  mayHave(key: string): boolean;
}

/** 8 MB for one table. With ten million keys, one in seven unknown keys causes a needless look-up; more keys only make it slower. */
const keyBits = 2 ** 26;

/** 4 KB segments, allocated with their first key: allocating 8 MB at once makes the garbage collector work for every small read model. */
const segmentShift = 15;
const segmentBits = 2 ** segmentShift;

/**
 * Notes the keys of a table that began empty, so that missing keys are not looked up: while a read model is built, most look-ups are for
 * new keys. After a rollback, the filter may report keys that do not exist.
 */
export function emptyBloomFilter(): BloomFilter {
  const segments = new Array<Uint32Array | undefined>(keyBits / segmentBits);
  return {
    note(key) {
      const bit = bitOf(key);
      const words = (segments[bit >>> segmentShift] ??= new Uint32Array(segmentBits / 32));
      const word = (bit & (segmentBits - 1)) >>> 5;
      words[word] = (words[word] ?? 0) | (1 << (bit & 31));
    },
    mayHave(key) {
      const bit = bitOf(key);
      const words = segments[bit >>> segmentShift];
      return (((words?.[(bit & (segmentBits - 1)) >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
    },
  };
}

/** For a table that was not empty: any key may exist. */
export const fullBloomFilter: BloomFilter = { note: () => undefined, mayHave: () => true };

/** FNV-1a over UTF-16 code units. */
function bitOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  // The last character changes the high bits least, so they are mixed into the low bits, which are used.
  hash ^= hash >>> 15;
  return (Math.imul(hash, 0x2c1b3c6d) >>> 0) % keyBits;
}
