import { useEffect, useMemo } from 'react';
import { useAsk } from '../../../api/hooks.ts';
import { EndedByFaultDocument } from '../../../api/operations.generated.ts';
import { useScopeFilter } from '../../../api/use-param.ts';
import { useThrottled } from '../../../parts/hooks.ts';
import { sidesOfTone } from '../../../parts/tones.ts';
import { useNow } from '../../../parts/use-now.ts';
import type { StreamKeyParts } from '../live-rows.ts';
import { notBackOf } from './not-back.ts';

/** Milliseconds: the time range begins on a whole minute, and is queried once in each. */
const minuteMs = 60_000;

/** Milliseconds between two queries at least, however many pushes end. */
const queryIntervalMs = 5_000;

/**
 * The streams that a fault ended within the last milliseconds and that are not back, by the newest 500 ends.
 *
 * @param live - all streams that are live
 * @param left - grows with each push that ends
 */
export function useNotBack(durationMs: number, live: ReadonlyMap<string, StreamKeyParts>, left: number) {
  const scope = useScopeFilter();
  const fromMs = Math.floor(useNow() / minuteMs) * minuteMs - durationMs;
  const ended = { ...scope, state: { eq: 'ENDED' }, endedAt: { gte: new Date(fromMs).toISOString() } } as const;
  const { data, error, failed, refetch } = useAsk(
    EndedByFaultDocument,
    {
      faults: { ...ended, endSide: { in: [...sidesOfTone.other] } },
      others: { ...ended, endSide: { notIn: [...sidesOfTone.other] } },
    },
    { keep: true },
  );
  const leftLately = useThrottled(left, queryIntervalMs);
  useEffect(() => {
    if (leftLately > 0) void refetch();
  }, [leftLately, refetch]);
  const [faults, others] = [data?.faults, data?.others];
  const rows = useMemo(
    () => (faults && others ? notBackOf(faults.nodes, others.nodes, live.values()) : undefined),
    [faults, others, live],
  );
  return {
    /** Undefined until known. */
    rows,
    /** How many pushes a fault ended. */
    faults: faults?.nodes.length ?? 0,
    /** Whether earlier ends were not examined. */
    isCut: faults?.pageInfo.hasNextPage === true,
    error: error ?? failed('faults') ?? failed('others'),
    refetch,
  };
}
