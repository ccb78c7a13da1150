import { isUtf8 } from 'node:buffer';
import { isLongInteger, quoteNumbers } from '../../kernel/json-numbers.ts';

/** A JSON object or array. */
export type JsonValue = Record<string, unknown> | unknown[];

/** Levels of nesting: serializing more could exhaust the stack. No callback has more than a few. */
const depthMax = 64;

/** The value of a JSON text that serializing reproduces byte for byte; null for anything else. */
export function exactJson(bytes: Uint8Array): JsonValue | null {
  // Decoding replaces invalid bytes, so the text would differ from what was sent.
  if (!isUtf8(bytes)) return null;
  const text = textOf(bytes);
  const value = parse(text);
  return value !== null && JSON.stringify(value) === text ? value : null;
}

/**
 * The value of a JSON text, for people to read: the last of duplicate keys, and strings for numbers that a double can't
 * represent. Null if it is no JSON object or array.
 */
export function readableJson(bytes: Uint8Array): JsonValue | null {
  const text = textOf(bytes);
  if (parse(text) === null) return null;
  return parse(quoteNumbers(text, losesDigits));
}

function losesDigits(number: string): boolean {
  return !Number.isFinite(Number(number)) || isLongInteger(number);
}

function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString();
}

function parse(text: string): JsonValue | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isObjectOrArray(value) && !isDeeperThan(value, depthMax) ? value : null;
}

function isObjectOrArray(value: unknown): value is JsonValue {
  return typeof value === 'object' && value !== null;
}

export function isDeeperThan(value: unknown, levels: number): boolean {
  if (!isObjectOrArray(value)) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(child, levels - 1));
}
