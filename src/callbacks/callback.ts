import { parseTargetUrl } from '../relay/relay-callback.ts';
import type { JsonObject } from './json-object.ts';
import type { AnyCallback, CallbackType } from './types/declaration.ts';
import { interruptionType, pushType, type InterruptionCallback, type PushCallback } from './types/push.ts';
import { otherType, recordedTypes, type OtherCallback } from './types/recorded.ts';
import { relayType, type RelayCallback } from './types/relay.ts';
import { readCode, readId, readName, readSecondsAsMs } from './wire-values.ts';

/** All types of callbacks, each declared in a file of `types/`. The schema has them in this order. */
export const callbackTypes = [
  interruptionType,
  pushType,
  relayType,
  ...recordedTypes,
  otherType,
] as const satisfies readonly CallbackType<Callback>[];

export type CallbackKind = (typeof callbackTypes)[number]['kind'];

/** A callback as this version of the product reads it. Not stored, so a better reading applies to the whole history. */
export type Callback = PushCallback | InterruptionCallback | RelayCallback | OtherCallback;

const typeByNumber = new Map(
  callbackTypes.flatMap((type) => type.eventTypes.map((number) => [number as number, type] as const)),
);

/** The type of callback with this `event_type`. */
export function callbackTypeOf(eventType: number | null): CallbackType<Callback> & { readonly kind: CallbackKind } {
  return (eventType === null ? undefined : typeByNumber.get(eventType)) ?? otherType;
}

/** Code units; the longest documented one has 19. */
const callbackEventLengthMax = 64;

/** Reads a callback's body. Never throws: what can't be read is `null`. */
export function interpret(body: JsonObject): Callback {
  const any: AnyCallback = {
    eventType: readCode(body['event_type']),
    callbackEvent: readName(body['callback_event'], callbackEventLengthMax),
    appId: readId(body['appid']) ?? readId(body['appId']),
    occurredAtMs: readSecondsAsMs(body['event_time']),
  };
  return callbackTypeOf(any.eventType).read(body, any);
}

/** When CSS can first have sent a callback, in milliseconds since 1970; null if unknown, as for a recording. */
export function sendableFromMs({ eventType, occurredAtMs }: Callback): number | null {
  return callbackTypeOf(eventType).isSentLater === true ? null : occurredAtMs;
}

/** The stream that a callback is about, whatever its type. */
export interface NamedStream {
  readonly domain: string | null;
  readonly streamId: string | null;
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
