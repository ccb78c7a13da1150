import { hash } from 'node:crypto';
import type { Callback } from './callback.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';

/** Bytes of a digest: 128 bits, so that even 10^12 callbacks collide with a probability below 10^-14. */
export const identityBytes = 16;

/**
 * The identity of a callback: the digest, in hex, of its body in canonical form and without `t` and `sign`, because a retry
 * is re-stamped. The order of the keys, spacing and the notation of numbers do not matter.
 */
export function digestOf(body: JsonObject): string {
  return hash('sha256', canonicalBody(body), 'hex').slice(0, identityBytes * 2);
}

/** The text that is hashed. Exported for the golden test: digests must never change. */
export function canonicalBody(body: JsonObject): string {
  return flatCanonicalBody(body) ?? canonicalByMembers(body);
}

/** The same text for any body, member by member. Exported for tests, which compare the fast path with it. */
export function canonicalByMembers(body: JsonObject): string {
  const { t, sign, ...rest } = body;
  return canonical(rest);
}

/** Recursive without a bound of its own: `parseJsonObject` bounds the depth. */
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

/** The keys of a body in its own order, and those that are hashed in sorted order: null if an object would reorder them. */
interface Shape {
  readonly keys: readonly string[];
  readonly sorted: readonly string[] | null;
}

/** Shapes that are cached, the oldest being replaced: CSS sends some ten kinds of callbacks. */
const shapesMax = 32;

/** Keys of a body whose shape is cached, so that the cache stays small; the longest of the vendor's has 24. */
const shapeKeysMax = 64;

const shapes: Shape[] = [];
let oldestShape = 0;

/** Saves sorting the keys, which is most of the work: one kind of callback always has the same ones. Null if values are nested. */
function flatCanonicalBody(body: JsonObject): string | null {
  const keys = Object.keys(body);
  const sorted = keys.length > shapeKeysMax ? null : shapeOf(keys).sorted;
  if (sorted === null) return null;
  const copy: Record<string, unknown> = {};
  for (const key of sorted) {
    const value = body[key];
    // JSON.stringify would leave `undefined` out.
    if (value === undefined || (typeof value === 'object' && value !== null)) return null;
    copy[key] = value;
  }
  return JSON.stringify(copy);
}

function shapeOf(keys: readonly string[]): Shape {
  const known = shapes.find((shape) => isEqual(shape.keys, keys));
  if (known !== undefined) return known;
  const sorted = keys.filter((key) => key !== 't' && key !== 'sign').sort();
  const shape = { keys, sorted: sorted.some(isReordered) ? null : sorted };
  shapes[oldestShape] = shape;
  oldestShape = (oldestShape + 1) % shapesMax;
  return shape;
}

function isEqual(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index += 1) if (one[index] !== other[index]) return false;
  return true;
}

/** Objects put integer keys before all others, and assigning `__proto__` makes no key. */
function isReordered(key: string): boolean {
  return key === '__proto__' || /^\d+$/.test(key);
}

/** Milliseconds within which a relay callback without a time of its own is a redelivery of an equal one. */
const relayRedeliveryWindowMs = 60_000;

/** The most that this is for a file event; a shorter file may be played again after its duration. */
const fileRedeliveryWindowMsMax = 15 * 60_000;

/**
 * Milliseconds by which the window of a file event is at least shorter than the file. Durations are rounded to seconds
 * and callbacks take a while: with the whole duration, each play of a loop would be a redelivery of the one before.
 */
const loopJitterMsMin = 1_000;

/**
 * How close an arrival must be to another one of equal identity to be its redelivery, in milliseconds; null: any distance.
 * Only relay callbacks without a time repeat legitimately (loops, restarts). Every other body occurs once.
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
