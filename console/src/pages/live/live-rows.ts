/** What names a stream, as sessions, tasks and statistics have it. */
export interface StreamKeyParts {
  readonly appId?: string | null | undefined;
  readonly domain?: string | null | undefined;
  readonly path?: string | null | undefined;
  readonly streamId?: string | null | undefined;
}

/** One text for the name of a stream within its account. */
export function streamKey({ appId, domain, path, streamId }: StreamKeyParts): string {
  return JSON.stringify([appId, domain, path, streamId]);
}

/** Rows by the stream that they name; of several the first. */
export function byStream<Row extends StreamKeyParts>(rows: Iterable<Row>): ReadonlyMap<string, Row> {
  const found = new Map<string, Row>();
  for (const row of rows) {
    const key = streamKey(row);
    if (!found.has(key)) found.set(key, row);
  }
  return found;
}

/** What live streams can be ordered by. All of them are in the page, so each is an order of the whole list. */
export const liveOrders = ['newest', 'oldest', 'name', 'domain', 'reconnects'] as const;
export type LiveOrder = (typeof liveOrders)[number];

interface OrderedRow extends StreamKeyParts {
  readonly id: string;
  readonly startedAt?: string | null | undefined;
  readonly firstReceivedAt: string;
}

/** The rows in order; equal ones by their id, so that none jumps. */
export function orderRows<Row extends OrderedRow>(
  rows: Iterable<Row>,
  order: LiveOrder,
  reconnectsOf: (row: Row) => number,
): Row[] {
  const parsed = new Map<Row, number>();
  const began = (row: Row) => {
    const known = parsed.get(row) ?? Date.parse(row.startedAt ?? row.firstReceivedAt);
    parsed.set(row, known);
    return known;
  };
  const byText = (a: string, b: string) => (a < b ? -1 : Number(a > b));
  const name = (row: Row) => row.streamId ?? '';
  const target = (row: Row) => `${row.domain ?? ''}/${row.path ?? ''}`;
  const compare: Record<LiveOrder, (a: Row, b: Row) => number> = {
    newest: (a, b) => began(b) - began(a),
    oldest: (a, b) => began(a) - began(b),
    name: (a, b) => byText(name(a), name(b)),
    domain: (a, b) => byText(target(a), target(b)) || byText(name(a), name(b)),
    reconnects: (a, b) => reconnectsOf(b) - reconnectsOf(a) || began(b) - began(a),
  };
  return [...rows].sort((a, b) => compare[order](a, b) || (a.id < b.id ? -1 : 1));
}

/** Whether a row's names begin with what was typed, in any case, or contain it. */
export function matchesText(row: StreamKeyParts, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return wanted === '' || [row.streamId, row.domain, row.path].some((each) => each?.toLowerCase().includes(wanted));
}

/**
 * The rows as they stay while the pointer is over them: none moves, those that left stay as they were, and new ones wait.
 * `frozen` is what was shown when the pointer came.
 */
export function holdStill<Row extends { readonly id: string }>(
  frozen: readonly Row[],
  current: ReadonlyMap<string, Row>,
): { readonly rows: readonly Row[]; readonly waiting: number; readonly left: ReadonlySet<string> } {
  const left = new Set(frozen.filter(({ id }) => !current.has(id)).map(({ id }) => id));
  const waiting = current.size - (frozen.length - left.size);
  return { rows: frozen.map((row) => current.get(row.id) ?? row), waiting, left };
}
