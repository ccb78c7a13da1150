import { isJsonObject, type JsonObject } from './json-object.ts';

/** The JSON object in these bytes; empty if they are anything else. */
export function readObject(bytes: Uint8Array): JsonObject {
  try {
    // A view of the same bytes: a buffer made from an array would copy it.
    const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** Milliseconds since 1970 of an ISO 8601 text; null if it is none. */
export function readTime(value: unknown): number | null {
  const ms = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? null : ms;
}

/** A position as metadata and data carry it: as a string of its digits, because JSON numbers lose some. */
export function readPosition(value: unknown): bigint | null {
  return typeof value === 'string' && /^\d{1,19}$/.test(value) ? BigInt(value) : null;
}
