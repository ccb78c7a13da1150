import { endCauseOf } from '../../domain/stream-session/interruption-codes.ts';
import { sessionViewOf } from '../../domain/stream-session/stream-session-view.ts';
import type { StreamSessionRow } from '../../read-models/rows.ts';
import { writeNodeId } from '../node-id.ts';
import type { StreamSession } from '../types/stream-session.ts';

/** A row of the read model as an object of the schema; texts stay as sent, for resolvers to redact. */
export function toStreamSession({ id: rowId, session, status }: StreamSessionRow): StreamSession {
  const view = sessionViewOf(session);
  const { appId, sequence, ended, endCode } = view;
  // All properties are named: V8 is slow where others are spread before them, and a page has up to 500 of these.
  return {
    rowId,
    id: writeNodeId({ type: 'StreamSession', appId, sequence }),
    appId,
    sequence,
    domain: view.domain,
    path: view.path,
    streamId: view.streamId,
    channelId: view.channelId,
    state: status.state,
    startedAtMs: view.startedAtMs,
    startedAtSource: view.startedAtSource,
    endedAtMs: view.endedAtMs,
    pushDurationMs: view.pushDurationMs,
    endCode,
    endMessage: view.endMessage,
    endCause: ended ? endCauseOf(endCode, status.endSide === 'TAKEOVER') : null,
    node: view.node,
    userIp: view.userIp,
    streamParam: view.streamParam,
    firstReceivedAtMs: session.firstReceivedAtMs,
    lastReceivedAtMs: session.lastReceivedAtMs,
    deliveries: session.deliveries,
  };
}
