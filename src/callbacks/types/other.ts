import type { JsonObject } from '../json-object.ts';
import {
  fieldReader,
  type AnyCallback,
  type BodyFields,
  type CallbackType,
  type FieldValues,
  type ListedType,
} from './declaration.ts';

/** What they name. Screenshots name only the stream: neither account nor domain. */
const streamFields = {
  domain: { as: 'NAME', from: ['app', 'domain'] },
  path: { as: 'NAME', from: ['appname', 'path'] },
  streamId: { as: 'STREAM_NAME', from: ['stream_id', 'streamId'] },
} as const satisfies BodyFields;

/** Their times: of screenshots, image audits, abnormal recordings, recordings. */
const timeFields = {
  occurredAtMs: { as: 'SECONDS', from: ['create_time', 'screenshotTime', 'timestamp', 'end_time'] },
  /** Of push errors. */
  reportedAtMs: { as: 'MILLISECONDS', from: ['data_time'] },
} as const satisfies BodyFields;

const sequenceField = { sequence: { as: 'ID', from: ['sequence'] } } as const satisfies BodyFields;

/** What a list has of a callback, besides what every callback has. */
export interface ListedValues extends FieldValues<typeof sequenceField> {
  readonly listed: ListedType;
  readonly values: Readonly<Record<string, string | number | null>>;
}

/** A callback that no session or relay task is folded from. */
export interface OtherCallback extends AnyCallback {
  readonly kind: 'OTHER';
  readonly facts: FieldValues<typeof streamFields>;
  /** Null: its type is in no list of its own. */
  readonly listed: ListedValues | null;
}

const readStream = fieldReader(streamFields);
const readTimes = fieldReader(timeFields);
const readSequence = fieldReader(sequenceField);
const readersOfLists = new WeakMap<ListedType, (body: JsonObject) => ListedValues['values']>();

/** Reads a callback of a type that does not say how it is read. */
export function readOther(body: JsonObject, any: AnyCallback, { listed }: CallbackType): OtherCallback {
  const { occurredAtMs, reportedAtMs } = readTimes(body);
  return {
    kind: 'OTHER',
    ...any,
    occurredAtMs: any.occurredAtMs ?? occurredAtMs ?? reportedAtMs,
    facts: readStream(body),
    listed: listed === undefined ? null : { listed, ...readSequence(body), values: readerOf(listed)(body) },
  };
}

function readerOf(listed: ListedType): (body: JsonObject) => ListedValues['values'] {
  const read = readersOfLists.get(listed) ?? fieldReader(listed.fields);
  readersOfLists.set(listed, read);
  return read;
}
