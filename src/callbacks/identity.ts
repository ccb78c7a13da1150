import { hash } from 'node:crypto';
import type { Callback } from './callback.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';

/** Bytes of a digest: 128 bits, so that even 10^12 callbacks collide with a probability below 10^-14. */
export const identityBytes = 16;

/**
 * The identity of a callback: the hex digest of its body in canonical form, without `t` and `sign`, because a retry is
 * re-stamped. The order of keys, spacing and the notation of numbers do not matter.
 */
export function digestOf(body: JsonObject): string {
  return hash('sha256', canonicalBody(body), 'hex').slice(0, identityBytes * 2);
}

/** The text to hash. Exported for the golden test: digests must never change. */
export function canonicalBody(body: JsonObject): string {
  return flatCanonicalBody(body) ?? canonicalByMembers(body);
}

/** The same text for any body, member by member. Exported for tests that compare the fast path with it. */
export function canonicalByMembers(body: JsonObject): string {
  const { t, sign, ...rest } = body;
  return canonical(rest);
}

/** Recursive without its own bound: `parseJsonObject` bounds the depth. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (isJsonObject(value)) {
    const members = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** The keys of a body in its own order, and its members in the order for hashing. */
interface Shape {
  readonly keys: readonly string[];
  /** `before`: the text before the value. */
  readonly members: readonly { readonly key: string; readonly before: string }[];
}

/** Shapes to cache; new ones replace the oldest. CSS sends about ten kinds of callbacks. */
const shapesMax = 32;

/** Most keys of a body whose shape is cached, to keep the cache small; the vendor's longest has 24. */
const shapeKeysMax = 64;

const shapes: Shape[] = [];
let oldestShape = 0;

/** Saves sorting the keys, most of the work: a kind of callback always has the same ones. Null if values are nested. */
function flatCanonicalBody(body: JsonObject): string | null {
  const keys = Object.keys(body);
  if (keys.length > shapeKeysMax) return null;
  let text = '{';
  for (const { key, before } of shapeOf(keys).members) {
    const value = body[key];
    if (typeof value === 'object' && value !== null) return null;
    text += before + JSON.stringify(value);
  }
  return `${text}}`;
}

function shapeOf(keys: readonly string[]): Shape {
  const known = shapes.find((shape) => isEqual(shape.keys, keys));
  if (known !== undefined) return known;
  const sorted = keys.filter((key) => key !== 't' && key !== 'sign').sort();
  const members = sorted.map((key, index) => ({ key, before: `${index === 0 ? '' : ','}${JSON.stringify(key)}:` }));
  const shape = { keys, members };
  shapes[oldestShape] = shape;
  oldestShape = (oldestShape + 1) % shapesMax;
  return shape;
}

function isEqual(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index += 1) if (one[index] !== other[index]) return false;
  return true;
}

/** Milliseconds within which an equal relay callback without its own time is a redelivery. */
const relayRedeliveryWindowMs = 60_000;

/** The most for a file event; a shorter file may be played again after its duration. */
const fileRedeliveryWindowMsMax = 15 * 60_000;

/**
 * Milliseconds by which a file event's window is at least shorter than the file. Durations are rounded to seconds and
 * callbacks are delayed: with the whole duration, each play of a loop would be a redelivery of the one before.
 */
const loopJitterMsMin = 1_000;

/**
 * How close in time an arrival must be to another of equal identity to be its redelivery, in milliseconds; null: any
 * distance. Only relay callbacks without a time repeat legitimately (loops, restarts). Every other body occurs once.
 */
export function redeliveryWindowMs(callback: Callback): number | null {
  if (callback.kind !== 'RELAY' || callback.occurredAtMs !== null) return null;
  const { event } = callback;
  if (event.type !== 'FILE_START' && event.type !== 'FILE_FINISH') return relayRedeliveryWindowMs;
  const { durationSeconds } = event.file;
  // CSS writes 0 for "unknown".
  if (durationSeconds === null || durationSeconds === 0) return relayRedeliveryWindowMs;
  const durationMs = durationSeconds * 1000;
  return Math.min(durationMs - Math.max(durationMs / 10, loopJitterMsMin), fileRedeliveryWindowMsMax);
}
