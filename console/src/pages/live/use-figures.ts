import { useMemo } from 'react';
import { useAsk } from '../../api/hooks.ts';
import { LiveFiguresDocument } from '../../api/operations.generated.ts';
import { useScopeFilter } from '../../api/use-scope.ts';
import { useNow } from '../../parts/use-now.ts';
import { byStream } from './live-rows.ts';

/** Milliseconds: figures are of whole minutes, and asked for once in each. */
const minuteMs = 60_000;
const hourMs = 3_600_000;

/** Rows in one answer: the number is in the query. */
const rowsMax = 500;

/** How many were live in the last day, and how often each stream came back in the last hour. */
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
  // The rows are those that came back most: what is not among them did so at most as often as the last of them.
  const isCut = rows === undefined || (rows.length >= rowsMax && rows.at(-1)?.reconnects !== 0);
  return { concurrency: data?.concurrency ?? null, reconnects, otherReconnects: isCut ? null : 0 };
}
