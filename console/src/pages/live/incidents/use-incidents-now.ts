import { useAsk, useRefreshOn } from '../../../api/hooks.ts';
import {
  IncidentsChangedDocument,
  IncidentsNowDocument,
  type IncidentFilter,
} from '../../../api/operations.generated.ts';
import { useScope } from '../../../api/use-param.ts';
import { useNow } from '../../../parts/use-now.ts';
import { ofScope } from '../../incident/incident-scope.ts';

/** Milliseconds: the time range begins on a whole hour, and covers what the longest chart shows. */
const hourMs = 3_600_000;
const rangeMs = 25 * hourMs;

/** Milliseconds between two queries, if no change has been sent. */
const refreshMs = 30_000;

/** Incidents that are not over, those with the most streams that are not back first, and those of the last day. */
export function useIncidentsNow() {
  const scope = useScope();
  const from = new Date(Math.floor(useNow() / hourMs) * hourMs - rangeMs).toISOString();
  const filter: IncidentFilter = {
    and: [ofScope(scope), { or: [{ state: { ne: 'OVER' } }, { lastFailedAt: { gte: from } }] }],
  };
  const { data, error, failed, refetch } = useAsk(IncidentsNowDocument, { filter }, { refreshMs, keep: true });
  useRefreshOn(IncidentsChangedDocument, {}, refetch);
  const all = data?.incidents?.nodes ?? [];
  return {
    all,
    open: all.filter(({ state }) => state !== 'OVER').sort((one, other) => other.notBack - one.notBack),
    last: all.find(({ state }) => state === 'OVER'),
    /** Whether they are known, or known to be unreadable. */
    isKnown: data !== undefined || error !== null,
    error: error ?? failed('incidents'),
    refetch,
  };
}
