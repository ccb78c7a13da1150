import type { GraphQLResolveInfo } from 'graphql';
import { connect } from './connect.ts';
import type { GraphqlContext } from '../context.ts';
import type { PageArgs } from '../inputs/page-args.ts';
import { toCallbackRecord } from '../to-graphql/records.ts';
import type { CallbackRecord } from '../types/callback-record.ts';
import type { Connection } from '../types/connection.ts';

/** The callbacks of one session or task, newest first. */
export function callbacksOf(
  owner: 'sessionRow' | 'taskRow',
  row: number,
  page: PageArgs,
  context: GraphqlContext,
  info: GraphQLResolveInfo,
): Connection<CallbackRecord> {
  const { readModel, log } = context;
  return connect(
    {
      list: { name: 'callbacks', order: { by: 'RECORDED', descending: true } },
      condition: { field: owner, operator: 'eq', value: row },
      page,
      read: (request) => readModel.callbacks(request),
      toNode: (callback) => toCallbackRecord(callback, log),
    },
    context,
    info,
  );
}
