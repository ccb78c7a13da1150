import type { Condition } from '../lists/listing.ts';
import { callbackTypes, type CallbackKind } from './callback.ts';
import type { ConditionField, ListFields, OrderName, ListedProperties } from '../lists/list-fields.ts';
import type { Conclusion } from '../kernel/sureness.ts';
import type { RelayEvent } from '../relay/relay-callback.ts';
import type { CallbackNames } from './types/other.ts';

/**
 * The fields of callbacks, each declared once: the table, the filter, the orders, the rows and the schema derive from here.
 * Exports have their columns in this order. A new column needs a new version of the read model.
 */
export const callbackFields = {
  position: {
    kind: 'POSITION',
    shown: 'Position of the first arrival in the log. Positions increase; gaps are normal.',
    order: { name: 'RECORDED', shown: 'By `position`: the order of the log.' },
  },
  eventType: {
    kind: 'INT',
    isNullable: true,
    shown: '`event_type`: 1 push, 0 interruption, 314 relay, or another. Null if the body has none.',
    filter: 'By `event_type`: 1 push, 0 interruption, 314 relay.',
  },
  kind: {
    kind: 'CallbackKind',
    shown: 'What it is about, by `eventType`.',
    filter: 'By what it is about.',
    compares: 'what a callback is about',
    hasColumn: false,
    conditionOf: kindCondition,
  },
  callbackEvent: {
    kind: 'TEXT',
    isNullable: true,
    shown: '`callback_event` of a relay callback, such as `TaskStart`. Null if the body has none.',
    filter: 'By `callback_event` of relay callbacks, such as `TaskExit`.',
  },
  appId: {
    kind: 'ID',
    isNullable: true,
    shown: 'The account: `appid` or `appId` of the body. Null if the body has none.',
    filter: 'By account.',
  },
  occurredAt: {
    kind: 'TIME',
    isNullable: true,
    shown: 'When it happened, by CSS’s clock. Null if the body has no time.',
    filter: 'By when it happened, by CSS’s clock.',
    order: { name: 'OCCURRED_AT', shown: 'By `occurredAt`. Callbacks without a time have no value.' },
  },
  receivedAt: {
    kind: 'TIME',
    shown: 'When it first arrived, by the receiver’s clock.',
    filter: 'By when it first arrived, by the receiver’s clock.',
    order: {
      name: 'RECEIVED_AT',
      shown: 'By `receivedAt`. Differs from the order of the log if several receivers, or a spool, append to it.',
    },
  },
  recordedAt: { kind: 'TIME', shown: 'When its first arrival became durable, by the clock of the log.' },
  lastReceivedAt: { kind: 'TIME', shown: 'When it last arrived, by the receiver’s clock.' },
  signature: {
    kind: 'Signature',
    shown: 'How its first arrival was authenticated.',
    filter: 'By how its first arrival was authenticated.',
    compares: 'how a callback was authenticated',
  },
  deliveries: {
    kind: 'INT',
    shown: 'How often it arrived. CSS delivers at least once, and retries up to 12 times.',
  },
  streamId: {
    kind: 'TEXT',
    isNullable: true,
    shown:
      'The stream of its session, or the stream that its task pushes to. If it has neither, `stream_id` of the body. Null if unknown.',
    filter:
      'By the stream of its session, or the stream that its task pushes to. Callbacks with neither, such as those of recordings: by `stream_id` of the body.',
    hasColumn: false,
  },
  domain: {
    kind: 'TEXT',
    isNullable: true,
    shown:
      'The domain of its session, or the domain that its task pushes to. If it has neither, `app` of the body. Null if unknown.',
    filter:
      'By the domain of its session, or the domain that its task pushes to, case-insensitively. Callbacks with neither: by `app` of the body.',
    ignoresCase: true,
    hasColumn: false,
  },
  taskId: {
    kind: 'ID',
    isNullable: true,
    shown: 'The relay task that it belongs to. Null for other callbacks.',
    filter: 'By the relay task that it belongs to, whether it names the task or was matched to it.',
    hasColumn: false,
  },
  attribution: {
    kind: 'Attribution',
    isNullable: true,
    shown: 'How a relay callback was matched to its task. Null for callbacks without a task.',
  },
  /** Null for relay callbacks that no task matches; does not apply to other callbacks. */
  relayTask: {
    kind: 'EXISTENCE',
    filter:
      'By whether a relay callback was matched to a task: `{ isNull: true }` lists those without one. Other callbacks never match.',
    hasColumn: false,
  },
  /** Rows of other tables: the server's own conditions name them. */
  sessionId: { kind: 'INT', isNullable: true, isOfServer: true },
  taskRow: { kind: 'INT', isNullable: true, isOfServer: true },
} as const satisfies ListFields;

/** What conditions on callbacks may name. */
export type CallbackField = ConditionField<typeof callbackFields>;
/** The names of the orders that clients may ask for. */
export type CallbackOrder = OrderName<typeof callbackFields>;

interface KindComparison {
  readonly eq?: CallbackKind | null;
  readonly ne?: CallbackKind | null;
  readonly in?: readonly CallbackKind[] | null;
  readonly notIn?: readonly CallbackKind[] | null;
}

/** The condition on the `event_type` of callbacks of these kinds: an index has it. Every callback has a kind. */
function kindCondition({ eq, ne, in: oneOf, notIn }: KindComparison): Condition<'eventType'> {
  return {
    and: [
      ...(eq == null ? [] : [ofKinds([eq])]),
      ...(ne == null ? [] : [{ not: ofKinds([ne]) }]),
      ...(oneOf == null ? [] : [ofKinds(oneOf)]),
      ...(notIn == null ? [] : [{ not: ofKinds(notIn) }]),
    ],
  };
}

function ofKinds(kinds: readonly CallbackKind[]): Condition<'eventType'> {
  const typesOf = (isWanted: (kind: CallbackKind) => boolean) =>
    callbackTypes.filter(({ kind }) => isWanted(kind)).flatMap(({ eventTypes }) => eventTypes);
  const named: Condition<'eventType'> = {
    field: 'eventType',
    operator: 'in',
    values: typesOf((kind) => kinds.includes(kind)),
  };
  if (!kinds.includes('OTHER')) return named;
  return { not: { field: 'eventType', operator: 'in', values: typesOf((kind) => !kinds.includes(kind)) } };
}

/** A callback, at its first arrival. Its session and its task are rows of these. */
export type CallbackRow = ListedProperties<typeof callbackFields>;

/** A callback at its first arrival, before it is known what it belongs to. */
export interface NewCallback extends Omit<
  CallbackRow,
  keyof CallbackBelonging | 'streamId' | 'domain' | 'kind' | 'taskId' | 'deliveries' | 'lastReceivedAtMs'
> {
  readonly identity: Uint8Array;
  readonly eventId: string;
}

/** What a callback belongs to: a session, a task, or nothing. */
export interface CallbackBelonging extends Pick<CallbackRow, 'sessionId' | 'taskRow' | 'attribution'> {
  readonly relay: RelayPart | null;
  /** What the body names; stored if it is folded into no session or task. */
  readonly named: CallbackNames | null;
}

/** What is stored of a relay callback, so that its task can be refolded without reading the log. */
export interface RelayPart {
  /** Stored on disk. SIGN: activity, which is a file or an alarm. */
  readonly kind: 'BOUNDARY' | 'SIGN' | 'OTHER';
  readonly atMs: number;
  readonly event: RelayEvent;
  /** The key of the source URLs that it names, if it also names its task. */
  readonly namedSource: string | null;
  /** For an exit that names no task: the key of its source URLs, by which it is attributed. */
  readonly sourceKey: string | null;
}

/** An arrival with what identifies its callback. */
export interface IdentifiedArrival {
  readonly occurredAtMs: number | null;
  readonly identity: Uint8Array;
  readonly receivedAtMs: number;
}

/** A callback that is already stored. */
export interface KnownCallback {
  readonly position: bigint;
  /** Of the first arrival. */
  readonly eventId: string;
  /** The earliest of its arrivals so far. */
  readonly receivedAtMs: number;
  readonly sessionId: number | null;
  readonly taskRow: number | null;
  /** Its order time in its relay task. */
  readonly atMs: number | null;
}

/** What a callback in a timeline belongs to. NEIGHBOUR: another session of the stream. STREAM: it only names the stream. */
export type TimelineOwner = 'SESSION' | 'NEIGHBOUR' | 'RELAY_TASK' | 'STREAM';

/** A callback in the timeline of a session. The conclusion is that it belongs to its owner. */
interface TimelineEntry extends Conclusion {
  /** CSS's clock, or ours if the callback carries no time. */
  readonly atMs: number;
  /** CSS's clock; if the callback carries no time, the latest of all that had arrived before it. */
  readonly orderedAtMs: number;
  readonly owner: TimelineOwner;
  readonly callback: CallbackRow;
}

/** What happened to the stream of a session during the session. */
export interface Timeline {
  /** The time of the session with the tolerance; the end is null while it is live. */
  readonly fromMs: number;
  readonly toMs: number | null;
  /** By `orderedAtMs`, then by position. */
  readonly entries: readonly TimelineEntry[];
  /** Whether there are no entries after the last one. */
  readonly isComplete: boolean;
}
