import { ID, ArgsType, Field, Int } from 'type-graphql';
import { CursorScalar, enumType, objectType, DateTimeScalar, orNull, conclusionFields } from '../api/declare-type.ts';
import { writeNodeId } from '../api/node-id.ts';
import { connectionOf, Node, readerOf, shownFields } from '../lists/connection-type.ts';
import { filterOf } from '../lists/filters-type.ts';
import { cursorAt, type CursorLog } from '../live/log-cursor.ts';
import { lastOrdinal } from '../projecting/changes.ts';
import type { ReadModelReader } from '../projecting/file/read-model-reader.ts';
import { AttributionEnum } from '../relay/relay-task-type.ts';
import type { Signature } from './arrival.ts';
import { callbackFields, type CallbackRow, type TimelineOwner } from './callback-fields.ts';
import { callbackTypes, type CallbackKind } from './callback.ts';
import type { CallbackType } from './types/declaration.ts';
import { pageNodesMax } from '../lists/list-args-type.ts';

export const SignatureEnum = enumType<Signature>('Signature', 'How a callback was authenticated, or why it was not.', {
  VALID: '`sign` matches one of the callback keys, and `t` is within 900 s of the receiver’s clock.',
  EXPIRED: '`sign` matches, but `t` differs by more than 900 s from the receiver’s clock.',
  INVALID: '`sign` matches none of the callback keys.',
  UNSIGNED: 'The callback has no `sign` and `t`, and its URL has no listed token.',
  TOKEN: 'The callback URL ends in a listed token; `sign` was not checked.',
  NOT_CHECKED: 'The receiver had neither keys nor tokens to check with.',
});

/** What the schema says of a kind, such as "`event_type` 343 to 345: the quality of a stream was measured." */
export function descriptionOf(kind: CallbackKind): string {
  const { eventTypes = [], meaning = '' }: Partial<CallbackType> =
    callbackTypes.find((type) => type.kind === kind) ?? {};
  const [first, last] = [eventTypes[0], eventTypes.at(-1)];
  if (first === undefined) return meaning;
  return `\`event_type\` ${first === last ? first : `${first} to ${last}`}: ${meaning}`;
}

const CallbackKindEnum = enumType<CallbackKind>(
  'CallbackKind',
  'What a callback is about: the documented values of `event_type`. Sessions and relay tasks are made of pushes, interruptions and relay callbacks; the others are listed with them.',
  Object.fromEntries(callbackTypes.map((type) => [type.kind, descriptionOf(type.kind)])) as Record<
    CallbackKind,
    string
  >,
);

const enums = { Signature: SignatureEnum, CallbackKind: CallbackKindEnum, Attribution: AttributionEnum } as const;

/** The input by which lists and subscriptions select recorded callbacks. */
export const CallbackFilter = filterOf('CallbackFilter', 'callbacks', callbackFields, { enums });

export const CallbackRecord = objectType(
  'CallbackRecord',
  'A callback, as of its first arrival. Bodies that differ only in `t` and `sign` are the same callback; each of its arrivals is a delivery.',
  {
    id: [ID, 'Opaque id of this node. It never changes.'],
    cursor: [
      CursorScalar,
      'A log cursor right after this callback: a subscription that resumes with it as `after` misses and repeats nothing.',
    ],
    ...shownFields(callbackFields, enums),
  },
  { implements: Node },
);
export type CallbackRecord = InstanceType<typeof CallbackRecord> & {
  /** For the resolvers: the past read model that it is in, if any; rows of its session and of its task. */
  past: ReadModelReader | undefined;
  sessionId: number | null;
  taskRow: number | null;
};

/** A page of recorded callbacks, by Relay's specification. */
export const CallbackRecordConnection = connectionOf(CallbackRecord, 'CallbackRecord', 'callbacks');

/** A row of the present or a past read model as an object of the schema, with its cursor in this log. */
export function toCallbackRecord(row: CallbackRow, log: CursorLog, past?: ReadModelReader): CallbackRecord {
  return new CallbackNode(row, log, past);
}

/** Makes each field when it is selected: a page has up to 500 callbacks. */
class CallbackNode extends readerOf<CallbackRow, typeof callbackFields>(callbackFields) implements CallbackRecord {
  readonly past: ReadModelReader | undefined;
  private readonly log: CursorLog;

  constructor(row: CallbackRow, log: CursorLog, past: ReadModelReader | undefined) {
    super(row);
    this.log = log;
    this.past = past;
  }

  get id(): string {
    return writeNodeId({ type: 'CallbackRecord', logId: this.log.logId, position: this.position });
  }

  get cursor(): string {
    return cursorAt({ position: this.position, ordinal: lastOrdinal }, this.log, null);
  }

  get sessionId(): number | null {
    return this.row.sessionId;
  }

  get taskRow(): number | null {
    return this.row.taskRow;
  }
}

/** Entries of a timeline unless the client asks for another number. */
export const timelineEntriesDefault = 100;

/** Cost of a timeline besides its entries, in nodes: up to 10,000 callbacks are examined. One operation can have 20 of ten entries. */
export const timelineCost = 400;

const TimelineOwnerEnum = enumType<TimelineOwner>('TimelineOwner', 'What a callback in a timeline belongs to.', {
  SESSION: 'The session itself.',
  NEIGHBOUR: 'Another session of the same stream: see `callback.streamSession`.',
  RELAY_TASK: 'A relay task that fed the session: see `callback.relayTask`.',
  STREAM:
    'The session, by what the callback names: recordings, screenshots, push errors and others. `sureness` says how sure that is.',
});

const TimelineEntry = objectType('TimelineEntry', 'A callback in the timeline of a session.', {
  atMs: [DateTimeScalar, 'When it happened, by CSS’s clock, or when it arrived if the callback has no time.'],
  orderedAtMs: [
    DateTimeScalar,
    'The time by which it is ordered: `at`; of a callback without a time, the latest time of all that had arrived before it.',
  ],
  owner: [TimelineOwnerEnum, 'What the callback belongs to.'],
  ...conclusionFields,
  callback: [CallbackRecord, 'The callback.'],
});

export const SessionTimeline = objectType(
  'SessionTimeline',
  'What happened to the stream of a session during the session.',
  {
    fromMs: [DateTimeScalar, 'The beginning of the timeline: 60 s before the session began.'],
    toMs: [
      orNull(DateTimeScalar),
      'The end of the timeline: 60 s after the session ended or the next one began. Null while it is live.',
    ],
    entries: [[TimelineEntry], 'The entries by time, then in the order of the log.'],
    isComplete: [
      Boolean,
      'Whether there is nothing after the last entry. If false, ask again with its `orderedAt` as `from`; entries of that moment are repeated.',
    ],
  },
);
export type SessionTimeline = InstanceType<typeof SessionTimeline>;

@ArgsType()
export class TimelineArgs {
  @Field(() => DateTimeScalar, { nullable: true, description: 'Only entries at this time or later. Default: all.' })
  from?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `The number of entries, 1 to ${pageNodesMax}. Default: ${timelineEntriesDefault}.`,
  })
  first?: number | null;
}
