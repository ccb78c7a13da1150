/** Lists: a condition on named fields, a named order, and a page of it. */

export type ComparisonOperator = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte' | 'startsWith';

/**
 * A condition on one field. A field that is null matches `isNull` and no comparison, not even `ne` and `notIn`. An empty `in`
 * matches nothing. A field with several values matches where any of its values does.
 */
export type FieldCondition<Field extends string> =
  | { readonly field: Field; readonly operator: ComparisonOperator; readonly value: string | number }
  | { readonly field: Field; readonly operator: 'in' | 'notIn'; readonly values: readonly (string | number)[] }
  | { readonly field: Field; readonly operator: 'isNull'; readonly isNull: boolean };

/** What one of several things that a row has must meet: all of it by the same one. */
export interface SomeCondition<Field extends string> {
  readonly someOf: Field;
  readonly meets: Condition<string>;
}

/** `not` is the complement: it also matches rows without a value. An empty `and` matches all, an empty `or` nothing. */
export type Condition<Field extends string> =
  | FieldCondition<Field>
  | SomeCondition<Field>
  | { readonly and: readonly Condition<Field>[] }
  | { readonly or: readonly Condition<Field>[] }
  | { readonly not: Condition<Field> };

/** An order by its name, and its direction. */
export interface ListOrder<Order extends string> {
  readonly by: Order;
  readonly descending: boolean;
}

/** Which rows are read, in which order, from where, and how many at most. */
export interface PageRequest<Field extends string, Order extends string> {
  readonly condition: Condition<Field>;
  /** Rows without a value for the order are sorted as if theirs were the least. */
  readonly order: ListOrder<Order>;
  /** `forwards`: from the beginning or after a key; `backwards`: from the end or before a key. */
  readonly direction: 'forwards' | 'backwards';
  /** Exclusive. */
  readonly from: PageKey | null;
  readonly rowsMax: number;
  /** Rows of the whole list are counted up to this many; null: not at all. */
  readonly countMax: number | null;
  readonly budget: RowBudget;
  /** Names of the fields that will be read of the rows, and perhaps others: any more cost more. Left out: all. */
  readonly shown?: ReadonlySet<string>;
}

/** Rows that may be examined where no index gives just the rows of a page, shared by all lists of one operation. */
export class RowBudget {
  constructor(public rowsLeft: number) {}

  spend(rows: number): void {
    this.rowsLeft = Math.max(0, this.rowsLeft - rows);
  }
}

/** A row's values in the columns of its list's order; the same on every node that reads the same log. */
export type PageKey = readonly bigint[];

/** A page as it was at one checkpoint. */
export interface Page<Row> {
  /** Always in the order of the list, also when paged backwards. */
  readonly rows: readonly { readonly row: Row; readonly key: PageKey }[];
  /** Whether there are rows beyond the page; also true where a budget ended the search for them. */
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /**
   * The last row examined, where the budget ended before the page was full: the next page begins there. It need not match,
   * but is always further than where the page began, so that paging on ends.
   */
  readonly stoppedAt: PageKey | null;
  readonly total: Total | null;
  /** The projector's checkpoint, read in the page's own transaction. */
  readonly checkpoint: bigint | null;
}

/** The count of a whole list. */
export interface Total {
  readonly rows: number;
  /** The limit at which counting stopped, so that there may be more: `countMax`, or the budget. Null: these are all. */
  readonly cappedBy: 'COUNT_LIMIT' | 'ROW_BUDGET' | null;
}

/** Matches every row. */
export const everything = { and: [] } as const;

/** What decides whether a session is silent: only the server's own conditions name these. `lastReceivedAt` is quick to read. */
const silenceFields = ['lastReceivedAt', 'lastHeardAt'] as const;

/** The fields that a list of stream sessions can be filtered by: those that never change in a row, and those that may. */
export const streamSessionFields = {
  unchanging: ['appId', 'sequence', 'domain', 'path', 'streamId', 'userIp', 'node'],
  changing: [
    'state',
    'startedAt',
    'startedAtSource',
    'endedAt',
    'pushDurationMs',
    'endCode',
    'endSide',
    ...silenceFields,
  ],
} as const;
export type StreamSessionField = (typeof streamSessionFields)['unchanging' | 'changing'][number];
/** Those of them that clients filter by. */
export type StreamSessionFilterField = Exclude<StreamSessionField, (typeof silenceFields)[number]>;

/** `STARTED_AT`: by start, or by end or first arrival (the earlier one) where that is unknown. `LAST_CHANGED`: in the order of change. */
export type StreamSessionOrder = 'STARTED_AT' | 'ENDED_AT' | 'PUSH_DURATION' | 'LAST_CHANGED';

/** What filters may name: facts that never change after the first callback, and those that later callbacks may change. */
export const relayTaskFields = {
  unchanging: ['appId', 'taskId', 'streamId', 'domain', 'path', 'toUrl', 'sourceUrl'],
  changing: [
    'state',
    'exitCode',
    'everExitedWith',
    'startedAt',
    'startReceivedAt',
    'exitedAt',
    'exitReceivedAt',
    'runs',
    'alarm',
  ],
} as const;
export type RelayTaskField = (typeof relayTaskFields)['unchanging' | 'changing'][number];

/** What a condition on one run of a task may name. */
export const relayRunFields = [
  'startedAt',
  'startReceivedAt',
  'exitedAt',
  'exitReceivedAt',
  'exitCode',
  'attribution',
] as const;
export type RelayRunField = (typeof relayRunFields)[number];

/** `STARTED_AT`: by the beginning of the newest run, or by the first callback where there is none. */
export type RelayTaskOrder = 'STARTED_AT' | 'EXITED_AT' | 'LAST_CHANGED';

/** The same for callbacks. `relayTask` is null for relay callbacks that fit no task; other callbacks have none to be null. */
export const callbackFields = [
  'eventType',
  'callbackEvent',
  'occurredAt',
  'receivedAt',
  'signature',
  'appId',
  'streamId',
  'domain',
  'taskId',
  'sessionRow',
  'taskRow',
  'relayTask',
] as const;
export type CallbackField = (typeof callbackFields)[number];

/** `RECORDED`: the order of the log. */
export type CallbackOrder = 'RECORDED' | 'RECEIVED_AT' | 'OCCURRED_AT';
