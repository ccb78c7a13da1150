import type { ConditionField, ListField, OrderName, ListedProperties } from '../lists/list-fields.ts';
import {
  liveAtCondition,
  silenceCondition,
  type StreamSessionStatus,
  type StreamSessionView,
} from './stream-session-view.ts';
import type { ChangePosition } from '../projecting/changes.ts';
import type { StreamSession } from './stream-session.ts';

/** A field of stream sessions. */
export interface SessionField extends ListField {
  /** Its view, its status among the sessions of its stream, or its fold. Columns are written from the view by default. */
  readonly of?: 'VIEW' | 'STATUS' | 'SESSION';
  /** What changes together with it, and is written together with it. */
  readonly changesWith?: 'END' | 'TAKEOVER';
}

/**
 * The fields of stream sessions, each declared once: the table, the filter, the indexes, the rows and the schema derive from here.
 * Exports have their columns in this order. A new column needs a new version of the read model.
 */
export const streamSessionFields = {
  appId: {
    kind: 'ID',
    shown:
      'The account: `appid`. `unknown` while no callback of its push names one; `account` may say which it is. Once a callback of exactly one account has its sequence, it is that account’s.',
    filter: 'By account; `unknown` finds sessions whose callbacks name none.',
    index: { rank: 6, name: 'by_account' },
  },
  sequence: {
    kind: 'ID',
    shown: 'The push: `sequence`, 18 to 19 digits. A string, because a JSON number would lose digits.',
    filter: 'By the sequence of the push.',
    index: { rank: 0, name: 'by_sequence', isOfProjections: true },
  },
  domain: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'The push domain: `app`. Null if no callback has it.',
    filter: 'By push domain, case-insensitively.',
    ignoresCase: true,
    index: { rank: 3, name: 'by_domain' },
  },
  path: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'The push path: `appname`. Null if no callback has it.',
    filter: 'By push path.',
  },
  streamId: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'The stream name: `stream_id`. Null if no callback has it.',
    filter: 'By stream name.',
    index: { rank: 1, name: 'by_stream_id' },
  },
  channelId: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'The channel: `channel_id`, usually the same as the stream name. Null if no callback has it.',
    hasColumn: false,
    of: 'VIEW',
  },
  state: {
    kind: 'StreamSessionState',
    shown: 'Whether the push is still running, as far as its callbacks show.',
    filter: 'By state.',
    compares: 'the state of a session',
    isChanging: true,
    of: 'STATUS',
    changesWith: 'END',
  },
  startedAt: {
    kind: 'TIME',
    isNullable: true,
    shown: 'When the push began, by CSS’s clock; `startedAtSource` says how this is known. Null if unknown.',
    filter: 'By when the push began, by CSS’s clock.',
    isChanging: true,
    order: {
      name: 'STARTED_AT',
      shown: 'By `startedAt`, or by `endedAt` or `firstReceivedAt`, whichever is earlier, if the start is unknown.',
      column: 'ordered_at',
      mixesUnknown: true,
    },
  },
  startedAtSource: {
    kind: 'StartedAtSource',
    shown: 'Where `startedAt` comes from.',
    filter:
      'By where `startedAt` comes from. For sessions whose push callback is missing or has no time: `DERIVED_FROM_DURATION` and `UNKNOWN`.',
    compares: 'how the start of a session is known',
    isChanging: true,
    index: { rank: 5, name: 'without_push', omits: 'PUSH_CALLBACK' },
  },
  endedAt: {
    kind: 'TIME',
    isNullable: true,
    shown:
      'When the push ended: `event_time` of the interruption, by CSS’s clock, in whole seconds. Null if it has not ended, or if the interruption has no time.',
    filter: 'By when the push ended, by CSS’s clock.',
    isChanging: true,
    order: {
      name: 'ENDED_AT',
      shown: 'By `endedAt`. Sessions that have not ended, or ended at an unknown time, have no value.',
      column: 'ended_order',
    },
  },
  pushDurationMs: {
    kind: 'MILLISECONDS',
    isNullable: true,
    shown:
      'The duration of the push as CSS counted it: `push_duration` of the interruption, in whole milliseconds. A Float, because 25 days of milliseconds exceed Int. Null if it has not ended, or if the interruption has no duration.',
    filter: 'By the duration of the push as CSS counted it, in milliseconds.',
    isChanging: true,
    order: { name: 'PUSH_DURATION', shown: 'By `pushDurationMs`. Sessions that have not ended have no value.' },
  },
  endCode: {
    kind: 'INT',
    isNullable: true,
    shown: '`errcode` of the interruption; `endCause` explains it. Null if the push has not ended.',
    filter: 'By the code of the interruption.',
    isChanging: true,
    index: { rank: 4, name: 'by_end_code', isSparse: true },
    changesWith: 'END',
  },
  endCodeText: {
    kind: 'TEXT',
    isNullable: true,
    shown:
      '`errcode` as sent, if it is not a 32-bit number: `endCode` is then null. Null if it is one, or if the interruption has none.',
    hasColumn: false,
    of: 'VIEW',
  },
  endSide: {
    kind: 'EndSide',
    isNullable: true,
    filter: 'By which side ended the push: `endCause.side`.',
    compares: 'which side ended a push',
    isChanging: true,
    of: 'STATUS',
    changesWith: 'TAKEOVER',
  },
  accessPoint: {
    kind: 'ADDRESS',
    column: 'node',
    formerly: 'node',
    keyField: 'accessPointKey',
    isNullable: true,
    shown: 'Address of the CSS access point that received the push: `node`. Null if no callback has it.',
    filter: 'By the address of the CSS access point.',
  },
  userIp: {
    kind: 'ADDRESS',
    keyField: 'userIpKey',
    isNullable: true,
    shown: 'Address of the pusher: `user_ip`. Personal data. Null if no callback has it.',
    filter: 'By the address of the pusher.',
  },
  firstReceivedAt: {
    kind: 'TIME',
    shown: 'When the first of its callbacks arrived, by the receiver’s clock.',
    hasColumn: false,
    of: 'SESSION',
  },
  lastReceivedAt: {
    kind: 'TIME',
    shown: 'When one of its callbacks last arrived, including redeliveries, by the receiver’s clock.',
    isOfServer: true,
    isChanging: true,
    hasColumn: false,
    of: 'SESSION',
  },
  deliveries: {
    kind: 'INT',
    shown: 'How often its callbacks arrived, including redeliveries.',
    hasColumn: false,
    of: 'SESSION',
  },
  streamParam: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'Query of the push URL: `stream_param`.',
    hidden: 'WHOLE',
    hasColumn: false,
    of: 'VIEW',
  },
  endMessage: {
    kind: 'TEXT',
    isNullable: true,
    shown: '`errmsg` of the interruption, as sent.',
    hidden: 'CREDENTIALS',
    hasColumn: false,
    of: 'VIEW',
  },
  width: {
    kind: 'INT',
    isNullable: true,
    shown: 'Width of the video in pixels: `width`. Null if no callback has it, or if it is 0, which means unknown.',
    filter: 'By the width of the video in pixels.',
  },
  height: {
    kind: 'INT',
    isNullable: true,
    shown: 'Height of the video in pixels: `height`. Null if no callback has it, or if it is 0, which means unknown.',
    filter: 'By the height of the video in pixels.',
  },
  region: {
    kind: 'PushRegion',
    isNullable: true,
    shown:
      'Where the push arrived at CSS: `set_id` in words. Null if no callback has a number that the vendor explains.',
    filter: 'By where the push arrived at CSS.',
    compares: 'where a push arrived at CSS',
  },
  idcId: {
    kind: 'INT',
    isNullable: true,
    shown: 'The data centre of CSS: `idc_id`, a number that the vendor does not explain. Null if no callback has it.',
    filter: 'By the data centre of CSS.',
  },
  relayTaskId: {
    kind: 'ID',
    isNullable: true,
    shown:
      'The relay task that pushed it, by `ppTaskId` in its `stream_param`. Null if that does not say so, which does not mean that no task did.',
    filter: 'By the relay task that its push URL names.',
    index: { rank: 1, name: 'by_relay_task', isSparse: true },
  },
  closedAt: {
    kind: 'TIME',
    isNullable: true,
    shown:
      'When it ended as an operator states, in whole seconds: the `endedAt` of the statement, else the time of the statement by the receiver’s clock. Null unless it is CLOSED.',
    filter: 'By when it ended as an operator states.',
    isChanging: true,
  },
  accessPointKey: { kind: 'TEXT', isOfServer: true, hasColumn: false },
  userIpKey: {
    kind: 'TEXT',
    isOfServer: true,
    hasColumn: false,
    index: { rank: 2, name: 'by_user_ip_key', isSparse: true },
  },
  lastHeardAt: { kind: 'TIME', isOfServer: true, isChanging: true, hasColumn: false },
  stoppedAt: { kind: 'TIME', isOfServer: true, isChanging: true, hasColumn: false },
  incident: {
    kind: 'INT',
    isOfServer: true,
    isChanging: true,
    hasColumn: false,
    index: { rank: 1, name: 'by_incident', isSparse: true, isOfProjections: true },
  },
  missingIn: {
    kind: 'INT',
    isOfServer: true,
    isChanging: true,
    hasColumn: false,
    index: { rank: 0, name: 'missing', isSparse: true },
  },
  liveAt: {
    kind: 'OWN_INPUT',
    filter:
      'Live at this moment: the sessions that `concurrency` counts at it. Not in the future. Only in the list `streamSessions`.',
    hasColumn: false,
    conditionOf: liveAtCondition,
  },
  isSilent: {
    kind: 'OWN_INPUT',
    filter:
      'By whether it is live and nothing was heard of it for a while: see `lastHeardAt`. Only in the list `streamSessions`.',
    hasColumn: false,
    conditionOf: silenceCondition,
  },
  changed: {
    kind: 'CHANGE',
    hasColumn: false,
    order: {
      name: 'LAST_CHANGED',
      shown: 'By their last change, in the order of the log. A session moves in this list with every change.',
    },
  },
} as const satisfies Readonly<Record<string, SessionField>>;

type Fields = typeof streamSessionFields;

/** The fields that conditions on sessions may name; those of the server, which decide on silence and on `liveAt`, in its own only. */
export type StreamSessionField = ConditionField<Fields>;
/** The orders of the list of sessions. Those that clients may choose are the enum of the same name. */
export type StreamSessionOrder = OrderName<Fields>;

/** A stream session, with its status among the sessions of its stream. */
export interface StreamSessionRow {
  readonly id: number;
  readonly session: StreamSession;
  readonly status: StreamSessionStatus;
  readonly changed: ChangePosition;
}

/** A stream session as readers get it: most of its fields are stored, so they need not fold it. */
export type ListedStreamSession = StreamSessionRow &
  ListedProperties<typeof streamSessionFields> & { readonly view: StreamSessionView };

/** A session with its view, which is computed once and read often. */
export interface StoredSessionView extends StreamSessionRow {
  readonly view: StreamSessionView;
}

/** The sessions directly before and after a given one in its stream; null if there is none. */
export interface NeighbourSessions {
  readonly previous: StoredSessionView | null;
  readonly next: StoredSessionView | null;
}

/** A row to insert or, if it has an id, to replace. */
export interface StreamSessionToPut extends Omit<StoredSessionView, 'id'> {
  readonly id: number | null;
}
