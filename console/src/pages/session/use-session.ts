import { useAsk, useRefreshOn } from '../../api/hooks.ts';
import {
  SessionPageChangedDocument,
  SessionPageDocument,
  SessionThenDocument,
  SessionTimelineDocument,
  type SessionTimelineQuery,
} from '../../api/operations.generated.ts';
import { usePages } from '../../api/use-pages.ts';

type Timeline = NonNullable<NonNullable<SessionTimelineQuery['streamSession']>['timeline']>;
export type TimelineEntry = Timeline['entries'][number];

/** A session as it is known now, and, if a moment is given, as it was known then. */
export function useSession(sequence: string, appId: string | null, asOf: string | null) {
  const now = useAsk(SessionPageDocument, { sequence, appId });
  const then = useAsk(
    SessionThenDocument,
    { sequence, appId, asOf: asOf ?? '' },
    { enabled: asOf !== null, keep: true },
  );
  const timeline = usePages(SessionTimelineDocument, { sequence, appId }, pageOf);
  useRefreshOn(SessionPageChangedDocument, { sequence, appId: appId === null ? null : { eq: appId } }, () => {
    void now.refetch();
    void timeline.refetch();
  });
  return { now, then, timeline: { ...timeline, rows: eachOnce(timeline.rows) } };
}

/** The next page begins at the time by which the last entry is ordered, so entries of that moment are repeated. */
function pageOf({ streamSession }: SessionTimelineQuery) {
  if (!streamSession?.timeline) return null;
  const { entries, isComplete } = streamSession.timeline;
  return { nodes: entries, pageInfo: { hasNextPage: !isComplete, endCursor: entries.at(-1)?.orderedAt ?? null } };
}

function eachOnce(entries: readonly TimelineEntry[]): readonly TimelineEntry[] {
  return [...new Map(entries.map((entry) => [entry.callback.id, entry])).values()];
}
