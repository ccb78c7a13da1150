import type { OrderBy, Orders } from '../../order.ts';

/** The parts of a stream's name that sessions, tasks and statistics share. */
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

/** The first row of each stream, by the stream's name. */
export function byStream<Row extends StreamKeyParts>(rows: Iterable<Row>): ReadonlyMap<string, Row> {
  const found = new Map<string, Row>();
  for (const row of rows) {
    const key = streamKey(row);
    if (!found.has(key)) found.set(key, row);
  }
  return found;
}

/**
 * The orders of live streams, each named like its column. All rows are in the page, so each order covers the whole
 * list, even if the API has no such order.
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

/** A row's value in each order; null is last in both directions. */
const valueOf: Readonly<Record<LiveField, (row: OrderedRow) => string | number | null>> = {
  uptime: (row) => -beganAt(row),
  stream: ({ streamId }) => streamId ?? null,
  target: ({ domain, path, streamId }) => `${domain ?? ''}/${path ?? ''} ${streamId ?? ''}`,
  // If unknown, other streams have reconnected at least as often.
  reconnects: ({ reconnects }) => reconnects ?? -1,
  relay: ({ task }) => task?.taskId ?? null,
  heard: ({ silentSince, lastReceivedAt }) => Date.parse(silentSince ?? lastReceivedAt),
};

/** The rows in order. Ties are ordered by start, the newest first, then by id, so that no row jumps. */
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

/** Whether one of a row's names begins with or contains the typed text, case-insensitively. */
export function matchesText(row: StreamKeyParts, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return wanted === '' || [row.streamId, row.domain, row.path].some((each) => each?.toLowerCase().includes(wanted));
}

/**
 * The rows as they stay while the pointer is over them: none moves, those that left stay as they were, and new ones
 * wait. `frozen`: the rows shown when the pointer came.
 */
export function holdStill<Row extends { readonly id: string }>(
  frozen: readonly Row[],
  current: ReadonlyMap<string, Row>,
): { readonly rows: readonly Row[]; readonly waiting: number; readonly left: ReadonlySet<string> } {
  const left = new Set(frozen.filter(({ id }) => !current.has(id)).map(({ id }) => id));
  const waiting = current.size - (frozen.length - left.size);
  return { rows: frozen.map((row) => current.get(row.id) ?? row), waiting, left };
}
