import { parseTargetUrl } from '../relay/relay-callback.ts';
import { type JsonObject, parseJsonObject } from './json-object.ts';
import type { AnyCallback, CallbackType } from './types/declaration.ts';
import { interruptionType, pushType, type InterruptionCallback, type PushCallback } from './types/push.ts';
import { readOther, type CallbackNames, type OtherCallback } from './types/other.ts';
import { findingTypes, screenshotType } from './types/findings.ts';
import { pushErrorType } from './types/push-errors.ts';
import { abnormalRecordingType, recordingStatusType, recordingType } from './types/recordings.ts';
import { relayType, type RelayCallback } from './types/relay.ts';
import { streamLiveTypes, unwrapped } from './types/stream-live.ts';
import { readCode, readId, readName, readSecondsAsMs } from './wire-values.ts';

/**
 * Milliseconds that CSS waits for the answer to a callback, by the vendor's pages on callbacks. Then it repeats pushes and
 * interruptions; of relay callbacks no page promises that.
 */
export const cssAnswerMsMax = 20_000;

const otherType = { eventTypes: [], kind: 'OTHER', meaning: 'Any other `event_type`, or none.' } as const;

const declared = [
  interruptionType,
  pushType,
  relayType,
  recordingType,
  screenshotType,
  pushErrorType,
  recordingStatusType,
  abnormalRecordingType,
  ...findingTypes,
  ...streamLiveTypes,
  otherType,
] as const;

export type CallbackKind = (typeof declared)[number]['kind'];

type DeclaredType = CallbackType<Callback> & { readonly kind: CallbackKind };

/** All types of callbacks, each declared once. */
export const callbackTypes: readonly DeclaredType[] = declared;

/** A callback as this version of the product reads it. Not stored, so a better reading applies to the whole history. */
export type Callback = PushCallback | InterruptionCallback | RelayCallback | OtherCallback;

const typeByNumber = new Map(callbackTypes.flatMap((type) => type.eventTypes.map((number) => [number, type] as const)));

/** The type of callback with this `event_type`. */
export function callbackTypeOf(eventType: number | null): DeclaredType {
  return (eventType === null ? undefined : typeByNumber.get(eventType)) ?? otherType;
}

/** Code units; the longest documented one has 19. */
const callbackEventLengthMax = 64;

/** Reads a callback's body. Never throws: what can't be read is `null`. */
export function interpret(sent: JsonObject): Callback {
  const body = unwrapped(sent);
  const any: AnyCallback = {
    eventType: readCode(body['event_type']),
    callbackEvent: readName(body['callback_event'], callbackEventLengthMax),
    appId: readId(body['appid']) ?? readId(body['appId']),
    occurredAtMs: readSecondsAsMs(body['event_time']),
  };
  const type = callbackTypeOf(any.eventType);
  return type.read?.(body, any) ?? readOther(body, any, type);
}

/** When CSS can first have sent a callback, in milliseconds since 1970; null if unknown, as for a recording. */
export function sendableFromMs({ eventType, occurredAtMs }: Callback): number | null {
  return callbackTypeOf(eventType).isSentLater === true ? null : occurredAtMs;
}

/** What a callback names; a relay callback, the stream that its task pushes to. */
export function namesOf(callback: Callback): CallbackNames {
  // Host names are case-insensitive.
  const lowerCase = (domain: string | null) => domain?.toLowerCase() ?? null;
  if (callback.kind === 'OTHER') return { ...callback.names, domain: lowerCase(callback.names.domain) };
  const { occurredAtMs: atMs } = callback;
  const times = { fromMs: atMs, atMs, taskId: null };
  if (callback.kind === 'RELAY') {
    const target = parseTargetUrl(callback.toUrl);
    const { domain = null, path = null } = target ?? {};
    return { domain, path, streamId: callback.streamId, sequence: null, ...times };
  }
  const { domain, path, streamId } = callback.facts;
  return { domain: lowerCase(domain), path, streamId, sequence: callback.sequence, ...times };
}

/** Selects callbacks by their bodies. One matches if each list that is set has its value; a missing value is in no list. */
export interface BodyFilter {
  /** `event_type`. */
  readonly eventTypes?: readonly number[] | null;
  readonly appIds?: readonly string[] | null;
  /** Push domains, in lower case; of a relay callback, that of its `to_url`. */
  readonly domains?: readonly string[] | null;
  /** Push paths; of a relay callback, that of its `to_url`. */
  readonly paths?: readonly string[] | null;
  readonly streamIds?: readonly string[] | null;
}

/** Whether the body of a callback matches. An unreadable body does not. */
export function matchesFilter(body: Uint8Array, filter: BodyFilter): boolean {
  const callback = interpreted(body);
  if (callback === null) return false;
  const { eventType, appId } = callback;
  const { domain, path, streamId } = namesOf(callback);
  return (
    isIn(filter.eventTypes, eventType) &&
    isIn(filter.appIds, appId) &&
    isIn(filter.domains, domain) &&
    isIn(filter.paths, path) &&
    isIn(filter.streamIds, streamId)
  );
}

/** For bodies in use: many filters are applied to each. */
const known = new WeakMap<Uint8Array, Callback | null>();

function interpreted(body: Uint8Array): Callback | null {
  let callback = known.get(body);
  if (callback === undefined) {
    const parsed = parseJsonObject(body);
    callback = parsed.ok ? interpret(parsed.object) : null;
    known.set(body, callback);
  }
  return callback;
}

function isIn<Value>(list: readonly Value[] | null | undefined, value: Value | null): boolean {
  return list === null || list === undefined || (value !== null && list.includes(value));
}
