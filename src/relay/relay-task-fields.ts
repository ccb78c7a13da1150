import type { ConditionField, ListFields, OrderName } from '../lists/list-fields.ts';

/** The fields that a condition on one run of a task may name. */
export const relayRunFields = {
  startedAt: { kind: 'TIME', isNullable: true, filter: 'By when it began, by CSS’s clock.' },
  startReceivedAt: {
    kind: 'TIME',
    isNullable: true,
    filter: 'By when its TaskStart arrived, by the receiver’s clock.',
  },
  exitedAt: { kind: 'TIME', isNullable: true, filter: 'By when it exited, by CSS’s clock.' },
  exitReceivedAt: {
    kind: 'TIME',
    isNullable: true,
    filter: 'By when its TaskExit arrived, by the receiver’s clock. `{ isNull: true }`: it has not exited.',
  },
  exitCode: { kind: 'INT', isNullable: true, filter: 'By the code of its exit.' },
  attribution: {
    kind: 'Attribution',
    isNullable: true,
    filter: 'By how its exit was matched to the task.',
    compares: 'how an exit was matched to its task',
  },
} as const satisfies ListFields;

/**
 * The fields of relay tasks, each declared once: the table, the filter, the orders, the indexes, the rows and the schema derive from here.
 * Exports have their columns in this order. A new column needs a new version of the read model.
 */
export const relayTaskFields = {
  appId: {
    kind: 'ID',
    shown: 'The account: `appid`.',
    filter: 'By account.',
    index: { rank: 10, name: 'by_account' },
  },
  taskId: {
    kind: 'ID',
    shown: 'The task: `task_id`.',
    filter: 'By task id.',
    index: { rank: 0, name: 'by_task_id', isOfProjections: true },
  },
  state: {
    kind: 'RelayTaskState',
    shown: 'Whether it is running, as far as its callbacks show.',
    filter: 'By state.',
    compares: 'the state of a relay task',
    isChanging: true,
    index: { rank: 9, name: 'by_state' },
  },
  domain: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'Domain of `to_url`: the push domain of the sessions that it feeds. Null if unknown.',
    filter: 'By the domain that the task pushes to, case-insensitively.',
    ignoresCase: true,
    index: { rank: 8, name: 'by_domain' },
  },
  path: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'Path of `to_url`: the push path of the sessions that it feeds. Null if unknown.',
    filter: 'By the path that the task pushes to.',
  },
  streamId: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'The stream that it pushes to: `stream_id`, or the last segment of `to_url` if that is empty.',
    filter: 'By the stream that the task pushes to.',
    index: { rank: 2, name: 'by_stream_id' },
  },
  startedAt: {
    kind: 'TIME',
    isNullable: true,
    shown: 'When its newest run began, by CSS’s clock. Null if unknown.',
    filter: 'By when the newest run began, by CSS’s clock.',
    isChanging: true,
    order: {
      name: 'STARTED_AT',
      shown: 'By when the newest run began, or by the first callback if no run is known.',
      column: 'ordered_at',
      mixesUnknown: true,
    },
  },
  startReceivedAt: {
    kind: 'TIME',
    isNullable: true,
    shown: 'When the TaskStart of its newest run arrived, by the receiver’s clock. Null if none arrived.',
    filter:
      'By when the TaskStart of the newest run arrived, by the receiver’s clock. Also finds starts without a time.',
    isChanging: true,
  },
  exitCode: {
    kind: 'INT',
    isNullable: true,
    shown: 'Code of its newest exit. Null if it never exited, and if the code is not a whole number of 32 bits.',
    filter: 'By the code of the newest exit.',
    isChanging: true,
    index: { rank: 7, name: 'by_exit_code', isSparse: true },
  },
  exitCodeText: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'Code of its newest exit as sent, if it is not a whole number of 32 bits and `exitCode` is therefore null.',
    hasColumn: false,
  },
  exitedAt: {
    kind: 'TIME',
    isNullable: true,
    shown: 'When its newest exit happened, by CSS’s clock. Null if it never exited, and if the callback has no time.',
    filter: 'By when the newest exit happened, by CSS’s clock.',
    isChanging: true,
    order: {
      name: 'EXITED_AT',
      shown: 'By `exitedAt`. Tasks that never exited, or exited at an unknown time, have no value.',
      column: 'exited_order',
    },
  },
  exitReceivedAt: {
    kind: 'TIME',
    isNullable: true,
    shown: 'When its newest exit arrived, by the receiver’s clock. Null if it never exited.',
    filter: 'By when the newest exit arrived, by the receiver’s clock. Also finds exits without a time.',
    isChanging: true,
    index: { rank: 6, name: 'by_exit_received', isSparse: true, isUnordered: true },
  },
  toUrl: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'The URL that it pushes to: `to_url`. Null if no callback has it.',
    hidden: 'CREDENTIALS',
    filter: 'By the URL that the task pushes to, as sent; with a query or a login, for admins only.',
    index: { rank: 1, name: 'by_to_url' },
  },
  exitMessage: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'Message of its newest exit, as sent.',
    hidden: 'CREDENTIALS',
    hasColumn: false,
  },
  sourceUrl: {
    kind: 'TEXT',
    isOneOfSeveral: true,
    hidden: 'CREDENTIALS',
    filter: 'By any of the URLs that the task pulls from, as sent; with a query or a login, for admins only.',
    hasColumn: false,
    index: { rank: 3 },
  },
  sourceFile: {
    kind: 'TEXT',
    isOneOfSeveral: true,
    ignoresCase: true,
    filter:
      'By the file name of any of the URLs that the task pulls from, case-insensitively: the last segment of the path, without percent encoding.',
    hasColumn: false,
    index: { rank: 3, name: 'by_file', isSparse: true },
  },
  everExitedWith: {
    kind: 'INT',
    isOneOfSeveral: true,
    filter: 'By the code of any exit of the task.',
    isChanging: true,
    hasColumn: false,
    index: { rank: 4, name: 'by_exit_code', isSparse: true },
  },
  runs: {
    kind: 'MEMBERS',
    filter: 'By any run of the task: one and the same run must match all of this.',
    isChanging: true,
    hasColumn: false,
  },
  alarm: {
    kind: 'TEXT',
    isOneOfSeveral: true,
    filter: 'By the type of any alarm of the task, such as `PushStreamFailed`.',
    isChanging: true,
    hasColumn: false,
    index: { rank: 5, name: 'by_type' },
  },
  changed: {
    kind: 'CHANGE',
    hasColumn: false,
    order: {
      name: 'LAST_CHANGED',
      shown: 'By their last change, in the order of the log. A task moves in this list with every change.',
    },
  },
} as const satisfies ListFields;

/** What conditions on relay tasks may name. */
export type RelayTaskField = ConditionField<typeof relayTaskFields>;
/** The names of the orders that clients may ask for. */
export type RelayTaskOrder = OrderName<typeof relayTaskFields>;
