import type { JsonObject } from './json-object.ts';
import { readRelayDetails, type RelayDetails } from '../relay-task/relay-callback.ts';
import { readCode, readDuration, readId, readName, readSecondsAsMs, readStreamName, readText } from './wire-values.ts';

/** `event_type` of the vendor's documents that this product reads; every other type is kept as it is. */
export const eventTypes = { interruption: 0, push: 1, relay: 314 } as const;

interface AnyCallback {
  /** `event_type`; null where it is missing or no number. 0 is an interruption, never "missing". */
  readonly eventType: number | null;
  /** `callback_event`, which only relay callbacks carry. */
  readonly callbackEvent: string | null;
  /** The account. The vendor's tables say `appId` in two languages, its samples `appid`: both are read. */
  readonly appId: string | null;
  /** CSS's clock, in milliseconds since 1970; null where the body says nothing of it. */
  readonly occurredAtMs: number | null;
}

/** What push and interruption callbacks say of one push activity (seed 002). */
export interface PushActivity {
  /** 18 to 19 digits, the same in the push and in the interruption. */
  readonly sequence: string | null;
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
  /** Query of the push URL: carries credentials. */
  readonly streamParam: string | null;
}

export interface PushCallback extends AnyCallback, PushActivity {
  readonly kind: 'PUSH';
}

export interface InterruptionCallback extends AnyCallback, PushActivity {
  readonly kind: 'INTERRUPTION';
  /** `push_duration`: how long CSS counted the push, in milliseconds. */
  readonly pushDurationMs: number | null;
  readonly endCode: number | null;
  readonly endMessage: string | null;
}

export interface RelayCallback extends AnyCallback, RelayDetails {
  readonly kind: 'RELAY';
}

export interface OtherCallback extends AnyCallback {
  readonly kind: 'OTHER';
}

/** A callback as this version of the product reads it. Nothing of it is stored: a better reading reaches the whole history. */
export type Callback = PushCallback | InterruptionCallback | RelayCallback | OtherCallback;

/** Reads a callback's body. Total: whatever can't be read is `null`, and no body makes it throw. */
export function interpret(body: JsonObject): Callback {
  const any: AnyCallback = {
    eventType: readCode(body['event_type']),
    callbackEvent: readName(body['callback_event'], callbackEventLengthMax),
    appId: readAppId(body),
    occurredAtMs: readSecondsAsMs(body['event_time']),
  };
  switch (any.eventType) {
    case eventTypes.push:
      return { kind: 'PUSH', ...any, ...readPushActivity(body) };
    case eventTypes.interruption:
      return {
        kind: 'INTERRUPTION',
        ...any,
        ...readPushActivity(body),
        pushDurationMs: readDuration(body['push_duration']),
        endCode: readCode(body['errcode']),
        endMessage: readText(body['errmsg']),
      };
    case eventTypes.relay:
      return {
        kind: 'RELAY',
        ...any,
        ...readRelayDetails(body, any.callbackEvent),
      };
    default:
      return { kind: 'OTHER', ...any };
  }
}

/** Code units; the longest documented one has 19. */
export const callbackEventLengthMax = 64;

export function readAppId(body: JsonObject): string | null {
  return readId(body['appid']) ?? readId(body['appId']);
}

function readPushActivity(body: JsonObject): PushActivity {
  return {
    sequence: readId(body['sequence']),
    domain: readName(body['app'], nameLengthMax),
    path: readName(body['appname'], nameLengthMax),
    streamId: readStreamName(body['stream_id'], nameLengthMax),
    channelId: readName(body['channel_id'], nameLengthMax),
    node: readName(body['node'], nameLengthMax),
    userIp: readName(body['user_ip'], nameLengthMax),
    streamParam: readText(body['stream_param']),
  };
}

/** Code units; a domain name has at most 253 characters, and names that differ only beyond this are told as one. */
export const nameLengthMax = 512;
