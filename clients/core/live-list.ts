import { isPassing, needsNewList, retryMs, type LedgerError } from './errors.ts';

/** The rows of a list that a subscription keeps up to date, by id. */
export type LiveRows<Row> = ReadonlyMap<string, Row>;

/** A change as a subscription sends it: the row as it is now, and whether it still belongs to the list. */
export interface RowChange<Row> {
  readonly matches: boolean;
  readonly row: Row;
}

/** Rows that a list keeps at most, so that a page that stays open for days stays small: the newest ones stay. */
const rowsMax = 20_000;

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
  for (const id of merged.keys()) {
    if (merged.size <= rowsMax) break;
    merged.delete(id);
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

/** Milliseconds for which changes are collected before they are shown: the eye sees no difference. */
const gatherMs = 250;

export interface LivePage<Row> {
  readonly rows: readonly Row[];
  readonly liveFrom: string;
  /** The cursor of the next page; null after the last one. */
  readonly next: string | null;
}

/** A list and the subscription that continues it. */
export interface LiveSource<Row> {
  readPage(after: string | null): Promise<LivePage<Row>>;
  /** Subscribes after this cursor, and resumes by itself. Returns a function that ends the subscription. */
  subscribe(after: string, sink: { next(change: RowChange<Row>): void; error(error: LedgerError): void }): () => void;
}

export interface LiveList<Row> {
  readonly rows: LiveRows<Row>;
  /** `listing` until all pages are read; after `failed` it begins again if the error passes. */
  readonly state: 'listing' | 'live' | 'failed';
  readonly error: unknown;
  /** Whether the rows are all of the list: not while its pages are being read, nor after that has failed. */
  readonly isWhole: boolean;
  /** The number of messages that said that a row left. */
  readonly left: number;
}

/**
 * Reads a list page by page, then follows its changes. After RESYNC it reads the list again, and shows the old rows
 * until the first page is there. Returns a function that ends it.
 */
export function openLiveList<Row extends { readonly id: string }>(
  source: LiveSource<Row>,
  show: (list: LiveList<Row>) => void,
): () => void {
  let list: LiveList<Row> = { rows: new Map(), state: 'listing', error: null, isWhole: false, left: 0 };
  let failures = 0;
  /** The attempt that is under way; what comes of an earlier one counts no more. */
  let current = {};
  let end: () => void = () => undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const readAll = async (attempt: object): Promise<void> => {
    const change = (changed: Partial<LiveList<Row>>) => {
      if (attempt === current) show((list = { ...list, ...changed }));
    };
    const gone = new Set<string>();
    const gathered = gather<RowChange<Row>>((changes) => {
      for (const { matches, row } of changes) gone[matches ? 'delete' : 'add'](row.id);
      failures = 0;
      const left = list.left + changes.filter(({ matches }) => !matches).length;
      change({ rows: mergeChanges(list.rows, changes), left });
    });
    const first = await source.readPage(null);
    if (attempt !== current) return;
    change({ rows: addPage(new Map<string, Row>(), first.rows, gone), state: 'listing', error: null, isWhole: false });
    end = source.subscribe(first.liveFrom, { next: gathered, error: (error) => fail(attempt, error) });
    for (let { next } = first; next !== null && list.rows.size < rowsMax;) {
      const page = await source.readPage(next);
      if (attempt !== current) return;
      change({ rows: addPage(list.rows, page.rows, gone) });
      next = page.next;
    }
    change({ state: 'live', isWhole: true });
  };
  const fail = (attempt: object, error: unknown) => {
    if (attempt !== current) return;
    close();
    if (needsNewList(error) && failures++ === 0) {
      start();
      return;
    }
    show((list = { ...list, state: 'failed', error }));
    if (needsNewList(error) || isPassing(error)) retry = setTimeout(start, retryMs(failures++, error));
  };
  const start = () => {
    const attempt = (current = {});
    readAll(attempt).catch((error: unknown) => fail(attempt, error));
  };
  const close = () => {
    current = {};
    clearTimeout(retry);
    end();
  };
  start();
  return close;
}

/** Collects items for a moment, and passes them on together. */
function gather<Item>(handOver: (items: readonly Item[]) => void): (item: Item) => void {
  let items: Item[] = [];
  return (item) => {
    if (items.push(item) > 1) return;
    setTimeout(() => {
      const all = items;
      items = [];
      handOver(all);
    }, gatherMs);
  };
}
