import { useMemo } from 'react';
import { useAsk } from '../../api/hooks.ts';
import { LiveFiguresDocument } from '../../api/operations.generated.ts';
import { useScopeFilter } from '../../api/use-scope.ts';
import { useNow } from '../../parts/use-now.ts';
import { byStream } from './live-rows.ts';

/** Milliseconds: figures cover whole minutes, and are queried once in each. */
const minuteMs = 60_000;
const hourMs = 3_600_000;

/** Rows in one answer. The query contains the number. */
const rowsMax = 500;

/** How many streams were live in the last day, and how often each reconnected in the last hour. */
export function useFigures() {
  const filter = useScopeFilter();
  const minute = Math.ceil(useNow() / minuteMs) * minuteMs;
  const at = (ms: number) => new Date(ms).toISOString();
  const { data } = useAsk(
    LiveFiguresDocument,
    { filter, from: at(minute - 24 * hourMs), to: at(minute), lastHour: at(minute - hourMs) },
    { keep: true },
  );
  const rows = data?.streamSessionStatistics?.rows;
  const reconnects = useMemo(() => byStream(rows ?? []), [rows]);
  // The rows have the most reconnects: a stream that is not among them has at most as many as the last row.
  const isCut = rows === undefined || (rows.length >= rowsMax && rows.at(-1)?.reconnects !== 0);
  return { concurrency: data?.concurrency ?? null, reconnects, otherReconnects: isCut ? null : 0 };
}
