import { endCauseOf } from '../../domain/stream-session/interruption-codes.ts';
import { sessionViewOf } from '../../domain/stream-session/stream-session-view.ts';
import type { StreamSessionRow } from '../../read-models/rows.ts';
import { writeNodeId } from '../node-id.ts';
import type { StreamSession } from '../types/stream-session.ts';

/** A row of the read model as an object of the schema; texts stay as sent, for resolvers to redact. */
export function toStreamSession({ id: rowId, session, status }: StreamSessionRow): StreamSession {
  const view = sessionViewOf(session);
  const { appId, sequence, ended, endCode } = view;
  const { firstReceivedAtMs, lastReceivedAtMs, deliveries } = session;
  return {
    ...view,
    rowId,
    id: writeNodeId({ type: 'StreamSession', appId, sequence }),
    state: status.state,
    endCause: ended ? endCauseOf(endCode, status.endSide === 'TAKEOVER') : null,
    firstReceivedAtMs,
    lastReceivedAtMs,
    deliveries,
  };
}
