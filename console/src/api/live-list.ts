import { isPassing, needsNewList, type ApiError } from './api-error.ts';
import { createStore, type Store } from './store.ts';

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

/**
 * Milliseconds for which changes are collected before they are shown: the eye sees no difference, and the page draws
 * once.
 */
const gatherMs = 250;

/** Rows that a list keeps at most, so that a page that stays open for days stays small. */
const rowsMax = 20_000;

/** Milliseconds before a list that could not be read is read again. */
const retryMs = 2_000;

export interface LivePage<Row> {
  readonly rows: readonly Row[];
  readonly liveFrom: string;
  /** The cursor of the next page; null after the last one. */
  readonly next: string | null;
}

/** A list and the subscription that continues it. */
export interface LiveSource<Row> {
  readPage(after: string | null): Promise<LivePage<Row>>;
  /**
   * Subscribes after this cursor, and resumes by itself after a connection loss. Returns a function that ends the
   * subscription.
   */
  subscribe(after: string, sink: { next(change: RowChange<Row>): void; error(error: ApiError): void }): () => void;
}

export interface LiveList<Row> {
  readonly rows: LiveRows<Row>;
  /** `listing` until all pages are read. */
  readonly state: 'listing' | 'live' | 'failed';
  readonly error: unknown;
  /** The number of messages that said that a row left. */
  readonly left: number;
}

/**
 * Reads a list page by page, then follows its changes. After RESYNC it reads the list again, and shows the old rows
 * meanwhile.
 */
export function openLiveList<Row extends { readonly id: string }>(source: LiveSource<Row>) {
  const list: Store<LiveList<Row>> = createStore<LiveList<Row>>({
    rows: new Map(),
    state: 'listing',
    error: null,
    left: 0,
  });
  const lifetime = new AbortController();
  const isClosed = () => lifetime.signal.aborted;
  let end: () => void = () => undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const show = (change: Partial<LiveList<Row>>) => {
    if (!isClosed()) list.set({ ...list.get(), ...change });
  };
  const readAll = async (): Promise<void> => {
    const gone = new Set<string>();
    const gathered = gather<RowChange<Row>>((changes) => {
      for (const { matches, row } of changes) {
        if (matches) gone.delete(row.id);
        else gone.add(row.id);
      }
      const left = list.get().left + changes.filter(({ matches }) => !matches).length;
      show({ rows: mergeChanges(list.get().rows, changes), left });
    });
    const first = await source.readPage(null);
    if (isClosed()) return;
    show({ rows: addPage(new Map<string, Row>(), first.rows, gone), state: 'listing', error: null });
    end = source.subscribe(first.liveFrom, {
      next: gathered.add,
      error(error) {
        if (needsNewList(error)) start();
        else fail(error);
      },
    });
    for (let { next } = first; next !== null && list.get().rows.size < rowsMax;) {
      const page = await source.readPage(next);
      if (isClosed()) return;
      show({ rows: addPage(list.get().rows, page.rows, gone) });
      next = page.next;
    }
    show({ state: 'live' });
  };
  const fail = (error: unknown) => {
    show({ state: 'failed', error });
    if (isPassing(error) && !isClosed()) retry = setTimeout(start, retryMs);
  };
  const start = () => {
    end();
    clearTimeout(retry);
    readAll().catch(fail);
  };
  start();
  return {
    list,
    close() {
      lifetime.abort();
      clearTimeout(retry);
      end();
    },
  };
}

/** Collects items for a moment, and passes them on together. */
function gather<Item>(handOver: (items: readonly Item[]) => void) {
  let items: Item[] = [];
  return {
    add: (item: Item) => {
      if (items.push(item) > 1) return;
      setTimeout(() => {
        const all = items;
        items = [];
        handOver(all);
      }, gatherMs);
    },
  };
}
