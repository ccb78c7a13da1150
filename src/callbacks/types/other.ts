import type { JsonObject } from '../json-object.ts';
import { readRelayOrigin } from './relay.ts';
import { readId, readName, readSecondsAsMs, readStreamName } from '../wire-values.ts';
import type { AnyCallback, CallbackTimes, CallbackType } from './declaration.ts';
import type { ListedRows } from './typed-lists.ts';

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

/** Reads a callback of a type that does not say how it is read. */
export function readOther(body: JsonObject, any: AnyCallback, type: CallbackType): OtherCallback {
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
      // Screenshots name only the stream: neither account nor domain.
      domain: readName(body['app']) ?? readName(body['domain']),
      path: readName(body['appname']) ?? readName(body['path']),
      streamId:
        isOfTask || type.namesStream === false
          ? null
          : (readStreamName(body['stream_id']) ?? readStreamName(body['streamId'])),
      sequence: readId(body['sequence']) ?? origin.sequence,
      // A relay task that has no stream yet is named instead of it.
      taskId: isOfTask ? readId(body['stream_id']) : origin.taskId,
      // What CSS says to have begun after its end has a wrong time.
      fromMs: fromMs !== null && atMs !== null ? Math.min(fromMs, atMs) : (fromMs ?? atMs),
      atMs: atMs ?? fromMs,
    },
    listed: type.listed === undefined ? null : { list: type.listed.list, rows: type.listed.rowsOf(body) },
  };
}

/** The times of types that nobody has declared: CSS uses these names. */
function timesOf(body: JsonObject, { occurredAtMs }: AnyCallback): CallbackTimes {
  const atMs =
    occurredAtMs ??
    readSecondsAsMs(body['create_time']) ??
    readSecondsAsMs(body['timestamp']) ??
    readSecondsAsMs(body['end_time']);
  return { fromMs: atMs, atMs };
}
