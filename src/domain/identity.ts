import { createHash } from 'node:crypto';
import type { JsonObject } from './json-object.ts';

/** Bytes of a digest: 128 bits, so that even 10^12 callbacks collide with a probability below 10^-14. */
export const identityBytes = 16;

/**
 * What makes two arrivals the same callback: the body without `t` and `sign` (a retry is re-stamped, nothing else of it
 * changes), in canonical form, so that neither the order of the keys nor spacing nor the writing of numbers matters.
 */
export function identityOf(body: JsonObject): Buffer {
  return createHash('sha256').update(canonicalBody(body)).digest().subarray(0, identityBytes);
}

/** The text that is hashed. Exported for tests: the golden file of digests stands on it. */
export function canonicalBody(body: JsonObject): string {
  const { t, sign, ...rest } = body;
  return canonical(rest);
}

/** Recursive without a bound of its own: `parseJsonObject` has bounded the depth. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const object = value as JsonObject;
    const members = Object.keys(object)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonical(object[key])}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}
