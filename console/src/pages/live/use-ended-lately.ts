import { useEffect } from 'react';
import { useAsk } from '../../api/hooks.ts';
import { EndedLatelyDocument } from '../../api/operations.generated.ts';
import { useScopeFilter } from '../../api/use-scope.ts';
import { useNow } from '../../parts/use-now.ts';
import { useThrottled } from '../../parts/use-throttled.ts';
import { causesOf } from './ended-causes.ts';

/** Milliseconds: the time begins at a whole minute, and is a quarter of an hour or up to a minute more. */
const minuteMs = 60_000;
const latelyMs = 15 * minuteMs;

/** Milliseconds between two questions at least, however many end: with thousands of streams some always do. */
const askAgainMs = 2_000;

/** Rows of the list that opens: more are in Endings. */
const rowsMax = 10;

/** What ended in the last quarter of an hour: the newest, and by what; asked for each minute, and when streams have left. */
export function useEndedLately(left: number) {
  const scope = useScopeFilter();
  const toMs = Math.ceil(useNow() / minuteMs) * minuteMs;
  const fromMs = toMs - minuteMs - latelyMs;
  const filter = { endedAt: { gte: new Date(fromMs).toISOString() }, ...scope };
  const { data, refetch } = useAsk(EndedLatelyDocument, { filter }, { keep: true });
  const leftLately = useThrottled(left, askAgainMs);
  useEffect(() => {
    if (leftLately > 0) void refetch();
  }, [leftLately, refetch]);
  if (!data?.streamSessions) return undefined;
  const { nodes, totalCount, totalCountIsCapped } = data.streamSessions;
  return {
    span: { fromMs, toMs },
    rows: nodes.slice(0, rowsMax),
    count: totalCount,
    isCapped: totalCountIsCapped,
    causes: causesOf(nodes),
    /** Of how many these are the causes. */
    ofNewest: nodes.length,
  };
}

export type Ended = NonNullable<ReturnType<typeof useEndedLately>>;
