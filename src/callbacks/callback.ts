import { parseTargetUrl, readRelayDetails, type RelayDetails } from '../relay/relay-callback.ts';
import type { JsonObject } from './json-object.ts';
import {
  readCode,
  readDuration,
  readId,
  readMs,
  readName,
  readSecondsAsMs,
  readStreamName,
  readText,
} from './wire-values.ts';

/** `event_type` values of the vendor's documents that this product interprets; all others are only recorded. */
const eventTypes = { interruption: 0, push: 1, relay: 314 } as const;

interface AnyCallback {
  /** `event_type`; null if it is missing or not a number. 0 is an interruption, never "missing". */
  readonly eventType: number | null;
  /** `callback_event`, which only relay callbacks carry. */
  readonly callbackEvent: string | null;
  /** The account. The vendor's tables say `appId` in two languages, its samples `appid`: both are read. */
  readonly appId: string | null;
  /** CSS's clock, in milliseconds since 1970; null if the body carries no time. */
  readonly occurredAtMs: number | null;
}

/** The stream, access point and pusher of a push or interruption callback (seed 002). */
export interface PushFacts {
  /** `app`: the push domain. */
  readonly domain: string | null;
  /** `appname`: the push path. */
  readonly path: string | null;
  readonly streamId: string | null;
  readonly channelId: string | null;
  /** Address of the CSS access point. */
  readonly node: string | null;
  /** Address of the pusher: personal data. */
  readonly userIp: string | null;
  /** Query of the push URL: contains credentials. */
  readonly streamParam: string | null;
}

interface CallbackOfPush extends AnyCallback {
  /** 18 to 19 digits, the same for the push and its interruption. */
  readonly sequence: string | null;
  readonly facts: PushFacts;
}

/** The stream that a callback is about, whatever its type. */
export interface NamedStream {
  readonly domain: string | null;
  readonly streamId: string | null;
}

/** `event_type` 1: a push has begun. */
export interface PushCallback extends CallbackOfPush {
  readonly kind: 'PUSH';
}

/** `event_type` 0: a push has ended. */
export interface InterruptionCallback extends CallbackOfPush {
  readonly kind: 'INTERRUPTION';
  /** `push_duration`: the push's length by CSS, in milliseconds. */
  readonly pushDurationMs: number | null;
  readonly endCode: number | null;
  readonly endMessage: string | null;
}

/** `event_type` 314: something happened to a relay task. */
export interface RelayCallback extends AnyCallback, RelayDetails {
  readonly kind: 'RELAY';
}

/** Any other `event_type`, or none. */
export interface OtherCallback extends AnyCallback {
  readonly kind: 'OTHER';
  /** Screenshots name only the stream: neither account nor domain. */
  readonly facts: NamedStream & Pick<PushFacts, 'path'>;
}

/** A callback as this version of the product reads it. Not stored, so a better reading applies to the whole history. */
export type Callback = PushCallback | InterruptionCallback | RelayCallback | OtherCallback;

/** Reads a callback's body. Never throws: what can't be read is `null`. */
export function interpret(body: JsonObject): Callback {
  const any: AnyCallback = {
    eventType: readCode(body['event_type']),
    callbackEvent: readName(body['callback_event'], callbackEventLengthMax),
    appId: readId(body['appid']) ?? readId(body['appId']),
    occurredAtMs: readSecondsAsMs(body['event_time']),
  };
  switch (any.eventType) {
    case eventTypes.push:
      return { kind: 'PUSH', ...any, sequence: readId(body['sequence']), facts: readPushFacts(body) };
    case eventTypes.interruption:
      return {
        kind: 'INTERRUPTION',
        ...any,
        sequence: readId(body['sequence']),
        facts: readPushFacts(body),
        pushDurationMs: readDuration(body['push_duration']),
        endCode: readCode(body['errcode']),
        endMessage: readText(body['errmsg']),
      };
    case eventTypes.relay:
      return { kind: 'RELAY', ...any, ...readRelayDetails(body, any.callbackEvent) };
    default:
      return {
        kind: 'OTHER',
        ...any,
        occurredAtMs: any.occurredAtMs ?? readOtherTime(body),
        facts: readNamedStream(body),
      };
  }
}

/** `event_type` of a recording callback, sent once the file is stored. */
const recordingEventType = 100;

/** When CSS can first have sent a callback, in milliseconds since 1970; null if unknown, as for a recording. */
export function sendableFromMs({ eventType, occurredAtMs }: Callback): number | null {
  return eventType === recordingEventType ? null : occurredAtMs;
}

/** The stream that a callback names; for a relay callback, the stream that its task pushes to. */
export function streamNamedBy(callback: Callback): NamedStream {
  // Host names are case-insensitive.
  if (callback.kind !== 'RELAY') {
    const { domain, streamId } = callback.facts;
    return { domain: domain?.toLowerCase() ?? null, streamId };
  }
  return { domain: parseTargetUrl(callback.toUrl)?.domain ?? null, streamId: callback.streamId };
}

/** Code units; the longest documented one has 19. */
const callbackEventLengthMax = 64;

function readPushFacts(body: JsonObject): PushFacts {
  return {
    domain: readName(body['app'], nameLengthMax),
    path: readName(body['appname'], nameLengthMax),
    streamId: readStreamName(body['stream_id'], nameLengthMax),
    channelId: readName(body['channel_id'], nameLengthMax),
    node: readName(body['node'], nameLengthMax),
    userIp: readName(body['user_ip'], nameLengthMax),
    streamParam: readText(body['stream_param']),
  };
}

/** The vendor's pages on other types say `domain` and `path`, or as push callbacks do; image audits (317) `streamId`. */
function readNamedStream(body: JsonObject): OtherCallback['facts'] {
  return {
    domain: readName(body['app'], nameLengthMax) ?? readName(body['domain'], nameLengthMax),
    path: readName(body['appname'], nameLengthMax) ?? readName(body['path'], nameLengthMax),
    streamId: readStreamName(body['stream_id'], nameLengthMax) ?? readStreamName(body['streamId'], nameLengthMax),
  };
}

/** The time of a callback without `event_time`: of screenshots (200), image audits (317), abnormal recordings (341), recordings (100), push errors (321). */
function readOtherTime(body: JsonObject): number | null {
  const inSeconds = ['create_time', 'screenshotTime', 'timestamp', 'end_time'];
  for (const name of inSeconds) {
    const occurredAtMs = readSecondsAsMs(body[name]);
    if (occurredAtMs !== null) return occurredAtMs;
  }
  return readMs(body['data_time']);
}

/** Code units; a domain name has at most 253 characters. */
export const nameLengthMax = 512;

/** The subjects of the documented types of callbacks; see the vendor's page on each. */
const kindByEventType = {
  0: 'INTERRUPTION',
  1: 'PUSH',
  100: 'RECORDING',
  200: 'SCREENSHOT',
  314: 'RELAY',
  315: 'AUDIO_AUDIT',
  317: 'IMAGE_AUDIT',
  321: 'PUSH_ERROR',
  328: 'MONITORING',
  332: 'RECORDING_STATUS',
  338: 'SUBTITLES',
  341: 'ABNORMAL_RECORDING',
  343: 'QUALITY',
  344: 'QUALITY',
  345: 'QUALITY',
  347: 'ERASING',
  348: 'SUMMARY',
  349: 'HIGHLIGHT',
} as const;

export type CallbackKind = (typeof kindByEventType)[keyof typeof kindByEventType] | 'OTHER';

/** The subject of a callback, by its `event_type`. */
export function callbackKindOf(eventType: number | null): CallbackKind {
  return (kindByEventType as Partial<Record<number, CallbackKind>>)[eventType ?? -1] ?? 'OTHER';
}
