import { parseTargetUrl } from '../relay/relay-callback.ts';
import type { JsonObject } from './json-object.ts';
import type { AnyCallback, CallbackType } from './types/declaration.ts';
import { interruptionType, pushType, type InterruptionCallback, type PushCallback } from './types/push.ts';
import { readOther, type OtherCallback } from './types/other.ts';
import { recordedTypes } from './types/recorded.ts';
import { relayType, type RelayCallback } from './types/relay.ts';
import { readCode, readId, readName, readSecondsAsMs } from './wire-values.ts';

const otherType = { eventTypes: [], kind: 'OTHER', meaning: 'Any other `event_type`, or none.' } as const;

const declared = [interruptionType, pushType, relayType, ...recordedTypes, otherType] as const;

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
export function interpret(body: JsonObject): Callback {
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
