import { ID } from 'type-graphql';
import { CursorScalar, enumType, objectType } from '../api/declare-type.ts';
import { writeNodeId } from '../api/node-id.ts';
import { connectionOf, Node, readerOf, shownFields } from '../lists/connection-type.ts';
import { filterOf } from '../lists/filters-type.ts';
import { cursorAt, type CursorLog } from '../live/log-cursor.ts';
import { lastOrdinal } from '../projecting/changes.ts';
import type { ReadModelReader } from '../projecting/file/read-model-reader.ts';
import type { CallbackRow } from './callback-rows.ts';
import { AttributionEnum } from '../relay/relay-task-type.ts';
import type { Signature } from './arrival.ts';
import { callbackFields } from './callback-fields.ts';
import { callbackTypes, type CallbackKind } from './callback.ts';
import type { CallbackType } from './types/declaration.ts';

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
