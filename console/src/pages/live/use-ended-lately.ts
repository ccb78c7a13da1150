import { useEffect } from 'react';
import { useAsk } from '../../api/hooks.ts';
import { EndedLatelyDocument, type StreamSessionFilter } from '../../api/operations.generated.ts';
import { useScopeFilter } from '../../api/use-scope.ts';
import { endTones, sidesOfTone } from '../../parts/tones.ts';
import { useNow } from '../../parts/use-now.ts';
import { useThrottled } from '../../parts/use-throttled.ts';

/** Milliseconds: the time begins at a whole minute, and is a quarter of an hour or up to a minute more. */
const minuteMs = 60_000;
const latelyMs = 15 * minuteMs;

/** Milliseconds between two questions at least, however many end: with thousands of streams some always do. */
const askAgainMs = 2_000;

/** What ended in the last quarter of an hour: the newest, and how many by tone; asked for each minute, and when streams have left. */
export function useEndedLately(left: number) {
  const scope = useScopeFilter();
  const toMs = Math.ceil(useNow() / minuteMs) * minuteMs;
  const fromMs = toMs - minuteMs - latelyMs;
  const all: StreamSessionFilter = { endedAt: { gte: new Date(fromMs).toISOString() }, ...scope };
  const of = (tone: 'client' | 'other') => ({ ...all, endSide: { in: [...sidesOfTone[tone]] } });
  const { data, refetch } = useAsk(
    EndedLatelyDocument,
    { all, client: of('client'), other: of('other') },
    { keep: true },
  );
  const leftLately = useThrottled(left, askAgainMs);
  useEffect(() => {
    if (leftLately > 0) void refetch();
  }, [leftLately, refetch]);
  if (!data?.all) return undefined;
  const { nodes, totalCount, totalCountIsCapped } = data.all;
  const [client, other] = [data.client?.totalCount ?? 0, data.other?.totalCount ?? 0];
  const counts = { client, other, unknown: Math.max(0, totalCount - client - other) };
  return {
    span: { fromMs, toMs },
    rows: nodes,
    count: totalCount,
    isCapped: totalCountIsCapped,
    byTone: endTones.map((tone) => ({ tone, count: counts[tone] })).filter(({ count }) => count > 0),
  };
}

export type Ended = NonNullable<ReturnType<typeof useEndedLately>>;
