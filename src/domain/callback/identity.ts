import { hash } from 'node:crypto';
import { isJsonObject, type JsonObject } from './json-object.ts';

/** Bytes of a digest: 128 bits, so that even 10^12 callbacks collide with a probability below 10^-14. */
export const identityBytes = 16;

/**
 * What makes two arrivals the same callback: the body without `t` and `sign` (a retry is re-stamped, nothing else of it
 * changes), in canonical form, so that neither the order of the keys nor spacing nor the writing of numbers matters.
 * The digest of it, in hex.
 */
export function digestOf(body: JsonObject): string {
  return hash('sha256', canonicalBody(body), 'hex').slice(0, identityBytes * 2);
}

/** The text that is hashed. Exported for tests: the golden file of digests stands on it. */
export function canonicalBody(body: JsonObject): string {
  return flatCanonicalBody(body) ?? canonicalByMembers(body);
}

/** The same text for any body, member by member. Exported for tests: the quick way is held against it. */
export function canonicalByMembers(body: JsonObject): string {
  const { t, sign, ...rest } = body;
  return canonical(rest);
}

/** Recursive without a bound of its own: `parseJsonObject` has bounded the depth. */
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

/** The keys of a body as they stand in it, and those that are hashed in their order; null where an object would reorder them. */
interface Shape {
  readonly keys: readonly string[];
  readonly sorted: readonly string[] | null;
}

/** Shapes that are remembered: CSS sends some ten kinds of callbacks. Beyond, a shape takes the place of the oldest. */
const shapesMax = 32;

/** Keys of a body whose shape is remembered, so that what is remembered stays small; the longest of the vendor's has 24. */
const shapeKeysMax = 64;

const shapes: Shape[] = [];
let oldestShape = 0;

/** Sorting the keys is most of the work, and one kind of callback always has the same ones. Null where values are nested. */
function flatCanonicalBody(body: JsonObject): string | null {
  const keys = Object.keys(body);
  const sorted = keys.length > shapeKeysMax ? null : shapeOf(keys).sorted;
  if (sorted === null) return null;
  const copy: Record<string, unknown> = {};
  for (const key of sorted) {
    const value = body[key];
    // Not what JSON.stringify would leave out either.
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

/** Objects put whole numbers before all other keys, and `__proto__` is no key of an object literal. */
function isReordered(key: string): boolean {
  return key === '__proto__' || /^\d+$/.test(key);
}
