import { streamSessionFields, type StreamSessionField, type StreamSessionOrder } from '../lists/listing.ts';
import { columnsOf, orderable, whereEqual, whereNot, type ListDefinition } from '../lists/sql/list-definition.ts';
import { lastHeardSql, lastReceivedSql } from './last-heard-table.ts';
import { listedSessionColumnNames } from './listed-session-list.ts';

/** The list of stream sessions: its fields, orders and indexes. */
export const streamSessionList: ListDefinition<StreamSessionField, StreamSessionOrder> = {
  name: 'streamSessions',
  table: 'stream_sessions',
  rowColumn: 'id',
  columnNames: listedSessionColumnNames,
  columnOf: columnsOf([...streamSessionFields.unchanging, ...streamSessionFields.changing], {
    lastReceivedAt: lastReceivedSql,
    lastHeardAt: lastHeardSql,
  }),
  serverFields: ['lastReceivedAt', 'lastHeardAt'],
  orders: {
    STARTED_AT: {
      columns: ['ordered_at', 'first_position'],
      // Sessions without a known start are among the others.
      rangeField: { field: 'startedAt', earlierMaxMs: 0, isExact: false },
    },
    ENDED_AT: {
      columns: ['ended_order', 'first_position'],
      rangeField: { field: 'endedAt', earlierMaxMs: 0, isExact: true },
    },
    PUSH_DURATION: { columns: [orderable('push_duration_ms'), 'first_position'] },
    LAST_CHANGED: { columns: ['changed_position', 'changed_ordinal'] },
  },
  paths: [
    { index: 'stream_sessions_by_sequence', equal: ['sequence'], order: null, isOfProjections: true },
    { index: 'stream_sessions_by_stream_id', equal: ['streamId'], order: 'STARTED_AT' },
    { index: 'stream_sessions_by_user_ip', equal: ['userIp'], order: 'STARTED_AT', isSparse: true },
    { index: 'stream_sessions_by_domain', equal: ['domain'], order: 'STARTED_AT' },
    { index: 'stream_sessions_by_end_code', equal: ['endCode'], order: 'STARTED_AT', isSparse: true },
    {
      index: 'stream_sessions_without_push',
      equal: ['startedAtSource'],
      order: 'STARTED_AT',
      when: whereNot('startedAtSource', 'PUSH_CALLBACK'),
    },
    { index: 'stream_sessions_by_account', equal: ['appId'], order: 'STARTED_AT' },
    { index: 'stream_sessions_live', equal: [], order: 'STARTED_AT', when: whereEqual('state', 'LIVE') },
    { index: 'stream_sessions_superseded', equal: [], order: 'STARTED_AT', when: whereEqual('state', 'SUPERSEDED') },
    { index: 'stream_sessions_closed', equal: [], order: 'STARTED_AT', when: whereEqual('state', 'CLOSED') },
    {
      index: 'stream_sessions_ended',
      equal: [],
      order: 'ENDED_AT',
      when: { ...whereEqual('state', 'ENDED'), includesKnown: 'endedAt' },
    },
    { index: 'stream_sessions_by_start', equal: [], order: 'STARTED_AT' },
    { index: 'stream_sessions_by_change', equal: [], order: 'LAST_CHANGED', isUnique: true },
  ],
};
