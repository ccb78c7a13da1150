import { useAsk } from '../../../api/hooks.ts';
import { RefusedLatelyDocument } from '../../../api/operations.generated.ts';
import { useScopeFilter } from '../../../api/use-param.ts';
import { useNow } from '../../../parts/use-now.ts';

/** Milliseconds: the time range ends on a whole minute, and is queried once in each. */
const minuteMs = 60_000;
const hourMs = 3_600_000;

/** Attempts to push that were refused in the last hour: how many, of how many streams, and their usual code. Null if none were. */
export function useRefusedLately() {
  const filter = useScopeFilter();
  const toMs = Math.ceil(useNow() / minuteMs) * minuteMs;
  const at = (ms: number) => new Date(ms).toISOString();
  const { data, error, failed, refetch } = useAsk(
    RefusedLatelyDocument,
    { filter, from: at(toMs - hourMs), to: at(toMs) },
    { keep: true },
  );
  const asked = { error: error ?? failed('streams') ?? failed('codes'), refetch };
  const [most] = data?.codes?.rows ?? [];
  if (!data?.streams || !data.codes || !most?.endCode || data.streams.total.attempts === 0)
    return { refused: null, ...asked };
  const { rowCount: streams, total } = data.streams;
  const refused = { attempts: total.attempts, streams, code: most.endCode, isOnlyCode: data.codes.rowCount === 1 };
  return { refused, ...asked };
}

export type RefusedLately = NonNullable<ReturnType<typeof useRefusedLately>['refused']>;
