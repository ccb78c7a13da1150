/** Lists as readers ask for them: conditions on named fields, a named order, and a window into it. */

export type ComparisonOperator = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte' | 'startsWith';

/** All conditions of a list must hold. An empty `in` matches nothing; a null field matches `isNull` and nothing else. */
export type Condition<Field extends string> =
  | { readonly field: Field; readonly operator: ComparisonOperator; readonly value: string | number }
  | { readonly field: Field; readonly operator: 'in' | 'notIn'; readonly values: readonly (string | number)[] }
  | { readonly field: Field; readonly operator: 'isNull'; readonly isNull: boolean };

export interface PageRequest<Field extends string> {
  readonly conditions: readonly Condition<Field>[];
  /** `forwards`: from the beginning or after a key; `backwards`: from the end or before a key. */
  readonly direction: 'forwards' | 'backwards';
  /** Exclusive. */
  readonly from: PageKey | null;
  readonly rowsMax: number;
}

/** Where a row stands in its list's order, one value an order column. */
export type PageKey = readonly bigint[];

export interface Page<Row> {
  /** Always in the order of the list, also when paged backwards. */
  readonly rows: readonly { readonly row: Row; readonly key: PageKey }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** The projector's checkpoint, read in the page's own transaction. */
  readonly checkpoint: bigint | null;
}

export type StreamSessionField =
  | 'appId'
  | 'sequence'
  | 'domain'
  | 'path'
  | 'streamId'
  | 'userIp'
  | 'node'
  | 'state'
  | 'startedAt'
  | 'endedAt'
  | 'pushDurationMs'
  | 'endCode'
  | 'endSide';

export type RelayTaskField =
  | 'appId'
  | 'taskId'
  | 'state'
  | 'streamId'
  | 'domain'
  | 'toUrl'
  | 'sourceUrl'
  | 'exitCode'
  | 'everExitedWith'
  | 'startedAt'
  | 'exitedAt'
  | 'alarm';

export type CallbackField =
  | 'eventType'
  | 'callbackEvent'
  | 'occurredAt'
  | 'receivedAt'
  | 'signature'
  | 'appId'
  | 'sessionRow'
  | 'taskRow'
  /** Null for relay callbacks that fit no task; other callbacks have none to be null. */
  | 'relayTask';
