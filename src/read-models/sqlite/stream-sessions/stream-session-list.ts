import type { StreamSessionField, StreamSessionOrder } from '../../listing.ts';
import type { StreamSessionRow } from '../../rows.ts';
import { orderable, type ListDefinition } from '../lists/list-definition.ts';
import { sessionColumnNames, toStreamSessionRow, type SessionColumns } from './session-columns.ts';

export const streamSessionList: ListDefinition<
  StreamSessionField,
  StreamSessionOrder,
  SessionColumns,
  StreamSessionRow
> = {
  name: 'streamSessions',
  table: 'stream_sessions',
  rowColumn: 'id',
  columnNames: sessionColumnNames,
  columnOf: {
    appId: 'app_id',
    sequence: 'sequence',
    domain: 'domain',
    path: 'path',
    streamId: 'stream_id',
    userIp: 'user_ip',
    node: 'node',
    state: 'state',
    startedAt: 'started_at',
    endedAt: 'ended_at',
    pushDurationMs: 'push_duration_ms',
    endCode: 'end_code',
    endSide: 'end_side',
  },
  orders: {
    STARTED_AT: {
      columns: ['ordered_at', 'first_position'],
      // Sessions whose start is not known stand among the others.
      follows: { field: 'startedAt', earlierMaxMs: 0, isExact: false },
    },
    ENDED_AT: {
      columns: ['ended_order', 'first_position'],
      follows: { field: 'endedAt', earlierMaxMs: 0, isExact: true },
    },
    PUSH_DURATION: { columns: [orderable('push_duration_ms'), 'first_position'] },
    LAST_CHANGED: { columns: ['changed_position', 'changed_ordinal'] },
  },
  paths: [
    { index: 'stream_sessions_by_sequence', equal: ['sequence'], order: null },
    { index: 'stream_sessions_by_stream_id', equal: ['streamId'], order: 'STARTED_AT' },
    { index: 'stream_sessions_by_user_ip', equal: ['userIp'], order: 'STARTED_AT' },
    { index: 'stream_sessions_by_domain', equal: ['domain'], order: 'STARTED_AT' },
    { index: 'stream_sessions_by_end_code', equal: ['endCode'], order: 'STARTED_AT' },
    { index: 'stream_sessions_by_account', equal: ['appId'], order: 'STARTED_AT' },
    {
      index: 'stream_sessions_live',
      equal: [],
      order: 'STARTED_AT',
      when: { sql: "state = 'LIVE'", condition: { field: 'state', operator: 'eq', value: 'LIVE' } },
    },
    {
      index: 'stream_sessions_superseded',
      equal: [],
      order: 'STARTED_AT',
      when: { sql: "state = 'SUPERSEDED'", condition: { field: 'state', operator: 'eq', value: 'SUPERSEDED' } },
    },
    {
      index: 'stream_sessions_ended',
      equal: [],
      order: 'ENDED_AT',
      when: {
        sql: "state = 'ENDED'",
        condition: { field: 'state', operator: 'eq', value: 'ENDED' },
        known: 'endedAt',
      },
    },
    { index: 'stream_sessions_by_start', equal: [], order: 'STARTED_AT' },
    { index: 'stream_sessions_by_change', equal: [], order: 'LAST_CHANGED' },
  ],
  toRow: toStreamSessionRow,
};
