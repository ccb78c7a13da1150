import { useAsk } from '../../../api/hooks.ts';
import { RelaysNotBackDocument, type RelayTaskFilter } from '../../../api/operations.generated.ts';
import { useScopeFilter } from '../../../api/use-param.ts';
import { useNow } from '../../../parts/use-now.ts';

/** Milliseconds: the time range ends on a whole minute, and is queried once in each. */
const minuteMs = 60_000;

/** How many relay tasks failed within the last milliseconds and do not run again, by the arrival of their exits. */
export function useRelaysNotBack(durationMs: number) {
  const scope = useScopeFilter();
  const toMs = Math.ceil(useNow() / minuteMs) * minuteMs;
  const span = { fromMs: toMs - durationMs, toMs };
  const filter: RelayTaskFilter = {
    and: [scope, { exitReceivedAt: { gte: new Date(span.fromMs).toISOString() } }],
    state: { eq: 'EXITED' },
    not: { exitCode: { eq: 0 } },
  };
  const { data, error, failed, refetch } = useAsk(RelaysNotBackDocument, { filter }, { keep: true });
  return { count: data?.relayTasks?.totalCount ?? 0, span, error: error ?? failed('relayTasks'), refetch };
}
