import type { ConditionField, ListedProperties, ListFields, OrderName } from '../../lists/list-fields.ts';
import { streamSessionFields } from '../stream-session-fields.ts';
import { sessionViewOf } from '../stream-session-view.ts';
import type { StreamSession } from '../stream-session.ts';

const { domain, path, streamId } = streamSessionFields;

/**
 * The fields of refused pushes, each declared once: the table, the filter, the orders, the rows and the schema derive from here.
 * Exports have their columns in this order. A new column needs a new version of the read model.
 */
export const refusedPushFields = {
  at: {
    kind: 'TIME',
    shown:
      'When it was refused: `event_time` of the interruption, by CSS’s clock, in whole seconds. If that has no time, `firstReceivedAt`.',
    filter: 'By when it was refused.',
    order: { name: 'REFUSED_AT', shown: 'By `at`.' },
  },
  appId: {
    kind: 'ID',
    shown: 'The account: `appid`. `unknown` if no callback has it.',
    filter: 'By account.',
    index: { rank: 6, name: 'by_account' },
  },
  sequence: {
    kind: 'ID',
    shown: 'The attempt: `sequence`. A string, because a JSON number would lose digits.',
    filter: 'By the sequence of the attempt.',
    index: { rank: 0, name: 'by_sequence', isOfProjections: true },
  },
  domain,
  path,
  streamId,
  endCode: {
    kind: 'INT',
    shown:
      '`errcode` of the interruption: 18, refused by a rule, or 19, refused by the third-party authentication. `reason` explains it.',
    filter: 'By the code of the interruption: 18 or 19.',
  },
  accessPoint: {
    kind: 'ADDRESS',
    column: 'node',
    formerly: 'node',
    keyField: 'accessPointKey',
    isNullable: true,
    shown: 'Address of the CSS access point that refused it: `node`. Null if no callback has it.',
    filter: 'By the address of the CSS access point.',
  },
  userIp: {
    kind: 'ADDRESS',
    keyField: 'userIpKey',
    isNullable: true,
    shown: 'Address of the pusher: `user_ip`. Personal data. Null if no callback has it.',
    filter: 'By the address of the pusher.',
  },
  accessPointKey: { kind: 'TEXT', isOfServer: true, hasColumn: false },
  userIpKey: {
    kind: 'TEXT',
    isOfServer: true,
    hasColumn: false,
    index: { rank: 2, name: 'by_user_ip_key' },
  },
  firstReceivedAt: { kind: 'TIME', shown: 'When its first callback arrived, by the receiver’s clock.' },
  lastReceivedAt: {
    kind: 'TIME',
    shown: 'When one of its callbacks last arrived, including redeliveries, by the receiver’s clock.',
  },
  deliveries: { kind: 'INT', shown: 'How often its callbacks arrived, including redeliveries.' },
  streamParam: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'Query of the push URL: `stream_param`.',
    hidden: 'WHOLE',
  },
  message: {
    kind: 'TEXT',
    isNullable: true,
    shown: '`errmsg` of the interruption, as sent. Null if it has none.',
    hidden: 'CREDENTIALS',
  },
} as const satisfies ListFields;

/** What conditions on refused pushes may name. */
export type RefusedPushField = ConditionField<typeof refusedPushFields>;
/** The orders of the list of refused pushes. */
export type RefusedPushOrder = OrderName<typeof refusedPushFields>;

/** An attempt to push that CSS refused. */
export interface RefusedPushRow extends ListedProperties<typeof refusedPushFields> {
  /** The interruption that says so. */
  readonly callbackPosition: bigint;
}

/** The row of a push whose callbacks all say that it was refused. */
export function refusedPushOf(session: StreamSession, callbackPosition: bigint): RefusedPushRow {
  const view = sessionViewOf(session);
  const { appId, sequence, domain, path, streamId, accessPoint, userIp, streamParam, endedAtMs, endCode, endMessage } =
    view;
  const { firstReceivedAtMs, lastReceivedAtMs, deliveries } = session;
  if (endCode === null) throw new TypeError('A refused push has the code of its interruption.');
  return {
    atMs: endedAtMs ?? firstReceivedAtMs,
    appId,
    sequence,
    domain,
    path,
    streamId,
    endCode,
    accessPoint,
    userIp,
    firstReceivedAtMs,
    lastReceivedAtMs,
    deliveries,
    streamParam,
    message: endMessage,
    callbackPosition,
  };
}
