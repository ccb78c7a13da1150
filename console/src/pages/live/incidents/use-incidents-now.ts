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

/** Milliseconds since its last failure for which an incident is said in full: the hours of the chart. */
const recentMs = 3 * hourMs;

/** Milliseconds between two queries, if no change has been sent. */
const refreshMs = 30_000;

/** Incidents of the last hours that are not over, those with the most streams that are not back first; older ones; the last one that is over. */
export function useIncidentsNow() {
  const scope = useScope();
  const nowMs = useNow();
  const from = new Date(Math.floor(nowMs / hourMs) * hourMs - rangeMs).toISOString();
  const filter: IncidentFilter = {
    and: [ofScope(scope), { or: [{ state: { ne: 'OVER' } }, { lastFailedAt: { gte: from } }] }],
  };
  const { data, error, failed, refetch } = useAsk(IncidentsNowDocument, { filter }, { refreshMs, keep: true });
  useRefreshOn(IncidentsChangedDocument, {}, refetch);
  const all = data?.incidents?.nodes ?? [];
  const open = all.filter(({ state }) => state !== 'OVER');
  const isRecent = ({ lastFailedAt }: { readonly lastFailedAt: string }) => nowMs - Date.parse(lastFailedAt) < recentMs;
  return {
    all,
    open: open.filter(isRecent).sort((one, other) => other.notBack - one.notBack),
    /** How many have not failed for hours, and wait for streams that may never come back. */
    older: open.filter((incident) => !isRecent(incident)).length,
    last: all.find(({ state }) => state === 'OVER'),
    /** Whether they are known, or known to be unreadable. */
    isKnown: data !== undefined || error !== null,
    error: error ?? failed('incidents'),
    refetch,
  };
}
