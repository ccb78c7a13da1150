import type { JsonObject } from '../json-object.ts';
import { readRelayOrigin } from './relay.ts';
import {
  fieldReader,
  type AnyCallback,
  type BodyFields,
  type CallbackTimes,
  type CallbackType,
} from './declaration.ts';
import type { ListedRows } from './typed-lists.ts';

/** What they name. Screenshots name only the stream: neither account nor domain. */
const streamFields = {
  domain: { as: 'NAME', from: ['app', 'domain'] },
  path: { as: 'NAME', from: ['appname', 'path'] },
  streamId: { as: 'STREAM_NAME', from: ['stream_id', 'streamId'] },
} as const satisfies BodyFields;

const sequenceField = { sequence: { as: 'ID', from: ['sequence'] } } as const satisfies BodyFields;

/** The `stream_id` of a callback about a relay task that has not yet a stream. */
const taskField = { taskId: { as: 'ID', from: ['stream_id'] } } as const satisfies BodyFields;

/** The times of types that nobody has declared: CSS uses these names. */
const timeFields = {
  atMs: { as: 'SECONDS', from: ['create_time', 'timestamp', 'end_time'] },
} as const satisfies BodyFields;

/** What a callback names, as far as it does: by its ids exactly, else by the stream and the time. */
export interface CallbackNames {
  readonly domain: string | null;
  readonly path: string | null;
  readonly streamId: string | null;
  /** The push. */
  readonly sequence: string | null;
  /** The relay task. */
  readonly taskId: string | null;
  /** When it began, and when it was or ended, in milliseconds since 1970 by CSS's clock. */
  readonly fromMs: number | null;
  readonly atMs: number | null;
}

/** A callback that no session or relay task is folded from. */
export interface OtherCallback extends AnyCallback {
  readonly kind: 'OTHER';
  readonly names: CallbackNames;
  /** Null: its type is in no list of its own. */
  readonly listed: ListedRows | null;
}

const readStream = fieldReader(streamFields);
const readSequence = fieldReader(sequenceField);
const readTask = fieldReader(taskField);
const readTime = fieldReader(timeFields);

/** Reads a callback of a type that does not say how it is read. */
export function readOther(body: JsonObject, any: AnyCallback, type: CallbackType): OtherCallback {
  const { domain, path, streamId } = readStream(body);
  const origin = readRelayOrigin(body['stream_param']);
  const isOfTask = type.namesTask?.(body) === true;
  const declared = type.timesOf?.(body);
  const isKnown = declared !== undefined && (declared.atMs !== null || declared.fromMs !== null);
  const { fromMs, atMs } = isKnown ? declared : timesOf(body, any);
  return {
    kind: 'OTHER',
    ...any,
    occurredAtMs: atMs,
    names: {
      domain,
      path,
      streamId: isOfTask || type.namesStream === false ? null : streamId,
      sequence: readSequence(body).sequence ?? origin.sequence,
      taskId: isOfTask ? readTask(body).taskId : origin.taskId,
      // What CSS says to have begun after its end has a wrong time.
      fromMs: fromMs !== null && atMs !== null ? Math.min(fromMs, atMs) : (fromMs ?? atMs),
      atMs: atMs ?? fromMs,
    },
    listed: type.listed === undefined ? null : { list: type.listed.list, rows: type.listed.rowsOf(body) },
  };
}

function timesOf(body: JsonObject, { occurredAtMs }: AnyCallback): CallbackTimes {
  const atMs = occurredAtMs ?? readTime(body).atMs;
  return { fromMs: atMs, atMs };
}
