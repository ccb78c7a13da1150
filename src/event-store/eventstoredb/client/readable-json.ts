import { isUtf8 } from 'node:buffer';
import { isLongInteger, quoteNumbers } from '../../../kernel/json-numbers.ts';

/** A value that JSON can write: an object or a list. */
export type JsonValue = Record<string, unknown> | unknown[];

/** Levels of nesting: beyond it, writing the value could exhaust the stack. No callback has more than a few. */
const depthMax = 64;

/** The value of a JSON text where writing it again gives the very same bytes; null for everything else. */
export function exactJson(bytes: Uint8Array): JsonValue | null {
  // Of anything else the text is not the bytes, whatever is made of it.
  if (!isUtf8(bytes)) return null;
  const text = textOf(bytes);
  const value = parse(text);
  return value !== null && JSON.stringify(value) === text ? value : null;
}

/**
 * The value of a JSON text for people to read: of a key that stands twice the last one, and numbers that JavaScript would
 * change beyond recognition as strings of what was written. Null where it is no JSON object or list.
 */
export function readableJson(bytes: Uint8Array): JsonValue | null {
  const text = textOf(bytes);
  if (parse(text) === null) return null;
  return parse(quoteNumbers(text, isChangedBeyondRecognition));
}

function isChangedBeyondRecognition(number: string): boolean {
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
  return isObjectOrList(value) && !isDeeperThan(value, depthMax) ? value : null;
}

function isObjectOrList(value: unknown): value is JsonValue {
  return typeof value === 'object' && value !== null;
}

export function isDeeperThan(value: unknown, levels: number): boolean {
  if (!isObjectOrList(value)) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(child, levels - 1));
}
