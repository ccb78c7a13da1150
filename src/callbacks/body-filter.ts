import { interpret, namesOf, type Callback } from './callback.ts';
import { isOutsideReadModels } from './event-naming.ts';
import { parseJsonObject } from './json-object.ts';

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

/** Whether an event is an accepted callback; those in quarantine are not. */
export function isCallbackEvent({ streamName, type }: { readonly streamName: string; readonly type: string }): boolean {
  return !isOutsideReadModels(streamName) && type.startsWith('Css');
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
