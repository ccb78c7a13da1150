import { useMemo } from 'react';
import { useAsk } from '../../api/hooks.ts';
import { SilentSessionsDocument } from '../../api/operations.generated.ts';
import { useScopeFilter } from '../../api/use-scope.ts';
import { useParam } from '../../api/use-param.ts';

/** Milliseconds between two queries: silence comes with time, and changes nothing that a subscription could send. */
const refreshMs = 60_000;

/** Sessions in one answer. The query contains the number. */
const sessionsMax = 500;

/** Choices of the filter, in seconds without a callback: an hour, six, a day. */
export const silences = [3_600, 21_600, 86_400] as const;

/** The API's default: nothing may be heard of a healthy push for hours. */
const silentAfterSeconds = 86_400;

/**
 * Live sessions of which nothing was heard for a day, or as long as the address says, each with the time when something
 * last was.
 */
export function useSilent() {
  const [param, setParam] = useParam('silent');
  const wanted = /^[1-9]\d{0,7}$/.test(param ?? '') ? Number(param) : null;
  const isSilent = { eq: true, afterSeconds: wanted ?? silentAfterSeconds };
  const { data } = useAsk(SilentSessionsDocument, { filter: { isSilent, ...useScopeFilter() } }, { refreshMs });
  const nodes = data?.streamSessions?.nodes;
  const heardAt = useMemo(() => new Map(nodes?.map(({ id, lastHeardAt }) => [id, lastHeardAt])), [nodes]);
  const filter = wanted === null ? {} : { isSilent };
  return { heardAt, isCapped: heardAt.size >= sessionsMax, wanted, filter, setWanted: setParam };
}
