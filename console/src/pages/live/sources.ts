import { ask } from '../../api/ask.ts';
import { LedgerError } from '../../../../clients/core/errors.ts';
import type { LivePage, LiveSource } from '../../../../clients/core/live-list.ts';
import {
  LiveSessionChangedDocument,
  LiveSessionsDocument,
  LiveTaskChangedDocument,
  LiveTasksDocument,
  type LiveSessionFragment,
  type LiveTaskFragment,
} from '../../api/operations.generated.ts';
import type { ScopeFilter } from '../../scope.ts';
import { subscribeAfter } from '../../api/connection.ts';

/** A page of a list as the API answers it. */
interface AnsweredPage<Row> {
  readonly nodes: readonly Row[];
  readonly liveFrom: string;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

function pageOf<Row>(page: AnsweredPage<Row> | null): LivePage<Row> {
  if (page === null) throw new LedgerError('INTERNAL', 'The answer has no list.');
  const { nodes, liveFrom, pageInfo } = page;
  return { rows: nodes, liveFrom, next: pageInfo.hasNextPage ? pageInfo.endCursor : null };
}

/** Every live session of a scope. */
export function liveSessions(scope: ScopeFilter): LiveSource<LiveSessionFragment> {
  const filter = { state: { eq: 'LIVE' }, ...scope } as const;
  return {
    readPage: async (after) => pageOf((await ask(LiveSessionsDocument, { filter, after })).streamSessions),
    subscribe: subscribeAfter(
      LiveSessionChangedDocument,
      { filter },
      ({ streamSessionChanged: { cursor, matches, streamSession } }) => ({ cursor, matches, row: streamSession }),
    ),
  };
}

/** Every running relay task. */
export const runningTasks: LiveSource<LiveTaskFragment> = {
  readPage: async (after) => pageOf((await ask(LiveTasksDocument, { after })).relayTasks),
  subscribe: subscribeAfter(LiveTaskChangedDocument, {}, ({ relayTaskChanged: { cursor, matches, relayTask } }) => ({
    cursor,
    matches,
    row: relayTask,
  })),
};
