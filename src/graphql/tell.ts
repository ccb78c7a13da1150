import { endCauseOf } from '../domain/interruption-codes.ts';
import { tellStreamSession } from '../domain/told-stream-session.ts';
import { firstEpoch, writeLogCursor } from '../live/log-cursor.ts';
import type { Page } from '../read-models/listing.ts';
import type { CallbackRow, StreamSessionRow } from '../read-models/rows.ts';
import { writePageCursor, type ListName } from './page-cursor.ts';
import type { CallbackRecord } from './types/callback-record.ts';
import type { Connection } from './types/connection.ts';
import type { StreamSession } from './types/stream-session.ts';

/** From rows to the objects of the schema; nothing is decided here. */

/** Accounts that an AMBIGUOUS_ID error names at most. */
export const accountsNamedMax = 20;

/** Opaque to clients; the same on every node and after every rebuild. */
export function nodeId(type: 'StreamSession' | 'RelayTask', appId: string, key: string): string {
  return Buffer.from(JSON.stringify([type, appId, key])).toString('base64url');
}

export function toStreamSession({ id, session, standing }: StreamSessionRow): StreamSession {
  const told = tellStreamSession(session);
  return {
    rowId: id,
    id: nodeId('StreamSession', told.appId, told.sequence),
    appId: told.appId,
    sequence: told.sequence,
    domain: told.domain,
    path: told.path,
    streamId: told.streamId,
    channelId: told.channelId,
    state: standing.state,
    startedAt: toDate(told.startedAtMs),
    startedAtSource: told.startedAtSource,
    endedAt: toDate(told.endedAtMs),
    pushDurationMs: told.pushDurationMs,
    endCode: told.endCode,
    endMessageAsSent: told.endMessage,
    endCause: told.ended ? endCauseOf(told.endCode, standing.endSide === 'TAKEOVER') : null,
    node: told.node,
    userIp: told.userIp,
    streamParamAsSent: told.streamParam,
    firstReceivedAt: new Date(session.firstReceivedAtMs),
    lastReceivedAt: new Date(session.lastReceivedAtMs),
    deliveries: session.deliveries,
  };
}

export function toCallbackRecord(row: CallbackRow, logId: string): CallbackRecord {
  return {
    sessionId: row.sessionId,
    taskRow: row.taskRow,
    attribution: row.attribution,
    cursor: logCursorAt(row.position, logId),
    position: row.position,
    eventType: row.eventType,
    callbackEvent: row.callbackEvent,
    appId: row.appId,
    occurredAt: toDate(row.occurredAtMs),
    receivedAt: new Date(row.receivedAtMs),
    recordedAt: new Date(row.recordedAtMs),
    lastReceivedAt: new Date(row.lastReceivedAtMs),
    signature: row.signature,
    deliveries: row.deliveries,
  };
}

export function toConnection<Row, Node>(
  list: ListName,
  page: Page<Row>,
  logId: string,
  toNode: (row: Row) => Node,
): Connection<Node> {
  const edges = page.rows.map(({ row, key }) => ({ cursor: writePageCursor(list, key), node: toNode(row) }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPreviousPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    liveFrom: logCursorAt(page.checkpoint ?? 0n, logId),
  };
}

function logCursorAt(position: bigint, logId: string): string {
  return writeLogCursor({ logId, epoch: firstEpoch, position, ordinal: null });
}

export function toDate(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
