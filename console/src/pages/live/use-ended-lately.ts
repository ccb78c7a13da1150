import { useEffect } from 'react';
import { useAsk } from '../../api/hooks.ts';
import { EndedLatelyDocument } from '../../api/operations.generated.ts';
import { useScopeFilter } from '../../api/use-param.ts';
import { useNow } from '../../parts/use-now.ts';
import { useThrottled } from '../../parts/hooks.ts';
import { causesOf } from './ended-causes.ts';

/** Milliseconds: the time range begins on a whole minute, and is 15 to 16 minutes long. */
const minuteMs = 60_000;
const latelyMs = 15 * minuteMs;

/** Milliseconds between two queries at least, however many pushes end: with thousands of streams some always do. */
const queryIntervalMs = 2_000;

/** Rows of the list that opens; Endings has more. */
const rowsMax = 10;

/**
 * What ended in the last quarter of an hour: the newest sessions, and the causes. Queried each minute, and when streams
 * have left.
 */
export function useEndedLately(left: number) {
  const scope = useScopeFilter();
  const toMs = Math.ceil(useNow() / minuteMs) * minuteMs;
  const fromMs = toMs - minuteMs - latelyMs;
  const filter = { endedAt: { gte: new Date(fromMs).toISOString() }, ...scope };
  const { data, error, refetch } = useAsk(EndedLatelyDocument, { filter }, { keep: true });
  const leftLately = useThrottled(left, queryIntervalMs);
  useEffect(() => {
    if (leftLately > 0) void refetch();
  }, [leftLately, refetch]);
  if (!data?.streamSessions) return { ended: undefined, error, refetch };
  const { nodes, totalCount, totalCountIsCapped } = data.streamSessions;
  const ended = {
    span: { fromMs, toMs },
    rows: nodes.slice(0, rowsMax),
    count: totalCount,
    isCapped: totalCountIsCapped,
    causes: causesOf(nodes),
    /** How many sessions the causes cover. */
    ofNewest: nodes.length,
  };
  return { ended, error, refetch };
}

export type Ended = NonNullable<ReturnType<typeof useEndedLately>['ended']>;
