import type { OrderBy, Orders } from '../../order.ts';

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

/**
 * What live streams can be ordered by, named as its column is. All of them are in the page, so each is an order of the whole
 * list, also where the API has none.
 */
export const liveOrders = {
  uptime: 'ASC',
  stream: 'ASC',
  target: 'ASC',
  reconnects: 'DESC',
  relay: 'ASC',
  heard: 'DESC',
} as const satisfies Orders<string>;
export type LiveField = keyof typeof liveOrders;

interface OrderedRow extends StreamKeyParts {
  readonly id: string;
  readonly startedAt?: string | null | undefined;
  readonly firstReceivedAt: string;
  readonly lastReceivedAt: string;
  readonly silentSince: string | undefined;
  readonly reconnects: number | null;
  readonly task: { readonly taskId: string } | undefined;
}

const beganAt = ({ startedAt, firstReceivedAt }: OrderedRow) => Date.parse(startedAt ?? firstReceivedAt);

/** What a row has for each order; null is last in both directions. */
const valueOf: Readonly<Record<LiveField, (row: OrderedRow) => string | number | null>> = {
  uptime: (row) => -beganAt(row),
  stream: ({ streamId }) => streamId ?? null,
  target: ({ domain, path, streamId }) => `${domain ?? ''}/${path ?? ''} ${streamId ?? ''}`,
  // Where it is not known, others have come back at least as often.
  reconnects: ({ reconnects }) => reconnects ?? -1,
  relay: ({ task }) => task?.taskId ?? null,
  heard: ({ silentSince, lastReceivedAt }) => Date.parse(silentSince ?? lastReceivedAt),
};

/** The rows in order; of equal ones the newest first, then by their id, so that none jumps. */
export function orderRows<Row extends OrderedRow>(
  rows: readonly Row[],
  { field, direction }: OrderBy<LiveField>,
): Row[] {
  const sign = direction === 'ASC' ? 1 : -1;
  return rows
    .map((row) => ({ row, value: valueOf[field](row), began: beganAt(row) }))
    .sort((a, b) => {
      if (a.value === b.value) return b.began - a.began || (a.row.id < b.row.id ? -1 : 1);
      if (a.value === null || b.value === null) return a.value === null ? 1 : -1;
      return a.value < b.value ? -sign : sign;
    })
    .map(({ row }) => row);
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
