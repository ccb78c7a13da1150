import { endCauseOf } from '../../domain/stream-session/interruption-codes.ts';
import { sessionViewOf } from '../../domain/stream-session/stream-session-view.ts';
import { cursorAt, type LogName } from '../../live/log-cursor.ts';
import { lastOrdinal, positionAfterCheckpoint } from '../../read-models/changes.ts';
import type { Page } from '../../read-models/listing.ts';
import type { CallbackRow, StreamSessionRow } from '../../read-models/rows.ts';
import { writeNodeId } from '../node-id.ts';
import { writePageCursor, type ListName, type OrderedList } from '../lists/page-cursor.ts';
import type { CallbackRecord } from '../types/callback-record.ts';
import type { Connection } from '../types/connection.ts';
import type { StreamSession } from '../types/stream-session.ts';

/** From rows to the objects of the schema; nothing is decided here. */

/** Accounts that an AMBIGUOUS_ID error names at most. */
export const accountsNamedMax = 20;

export function toStreamSession({ id, session, status: standing }: StreamSessionRow): StreamSession {
  const told = sessionViewOf(session);
  return {
    rowId: id,
    id: writeNodeId({ type: 'StreamSession', appId: told.appId, sequence: told.sequence }),
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

export function toCallbackRecord(row: CallbackRow, log: LogName): CallbackRecord {
  return {
    id: writeNodeId({ type: 'CallbackRecord', logId: log.logId, position: row.position }),
    sessionId: row.sessionId,
    taskRow: row.taskRow,
    attribution: row.attribution,
    cursor: cursorAt({ position: row.position, ordinal: lastOrdinal }, log, null),
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

/** What the state of a list was told from: a log, and the version of the projection. */
export interface ToldFrom {
  readonly log: LogName;
  readonly version: number;
}

export function toConnection<List extends ListName, Row, Node>(
  list: OrderedList<List>,
  page: Page<Row>,
  { log, version }: ToldFrom,
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
    liveFrom: cursorAt(positionAfterCheckpoint(page.checkpoint), log, version),
    // Left out where nobody asked: a count that was not made must not be told.
    ...(page.total !== null && { totalCount: page.total.rows, totalCountIsCapped: page.total.isCapped }),
  };
}

export function toDate(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
