import { isLongInteger, quoteNumbers } from '../../kernel/json-numbers.ts';

/** One JSON object as it was parsed from a callback's body; integers beyond 2^53 are kept as strings of their digits. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Why a body is not one JSON object. The words are told to the sender and stand in metadata: they are for ever. */
export const unreadableReasons = ['EMPTY', 'NOT_JSON', 'NOT_AN_OBJECT', 'TOO_DEEP'] as const;
export type UnreadableReason = (typeof unreadableReasons)[number];

export type ParsedBody =
  { readonly ok: true; readonly object: JsonObject } | { readonly ok: false; readonly reason: UnreadableReason };

/** Levels of nesting. Every document of the vendor has one; beyond this, walking the value could exhaust the stack. */
export const jsonDepthMax = 64;

const utf8 = new TextDecoder('utf-8');

/**
 * Parses a body for reading. Bytes that are not UTF-8 become U+FFFD (the bytes themselves stay in the log), a byte order
 * mark is skipped, and the digits of integers beyond 2^53 are kept: `sequence` has 18 to 19 of them.
 */
export function parseJsonObject(body: Uint8Array): ParsedBody {
  const text = utf8.decode(body);
  let parsed: Parsed;
  try {
    parsed = parseJson(text);
  } catch {
    return { ok: false, reason: text.trim() === '' ? 'EMPTY' : 'NOT_JSON' };
  }
  const { value, isTooDeep } = parsed;
  if (!isJsonObject(value)) return { ok: false, reason: 'NOT_AN_OBJECT' };
  if (isTooDeep) return { ok: false, reason: 'TOO_DEEP' };
  return { ok: true, object: value };
}

/** The same for JSON that stands in a string (`msg`, `source_urls`); whatever can't be read is `undefined`. */
export function parseEmbeddedJson(text: string): unknown {
  try {
    const { value, isTooDeep } = parseJson(text);
    return isTooDeep ? undefined : value;
  } catch {
    return undefined;
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Parsed {
  readonly value: unknown;
  /** Nested deeper than `jsonDepthMax`. */
  readonly isTooDeep: boolean;
}

function parseJson(text: string): Parsed {
  const value: unknown = JSON.parse(text);
  const found = lookInto(value, jsonDepthMax);
  if (found !== 'LONG_NUMBERS') return { value, isTooDeep: found === 'TOO_DEEP' };
  return { value: JSON.parse(quoteNumbers(text, isLongInteger)), isTooDeep: false };
}

/** Whether a value is nested deeper than so many levels; else whether it holds numbers that may be integers beyond 2^53. */
function lookInto(value: unknown, levels: number): 'TOO_DEEP' | 'LONG_NUMBERS' | 'NOTHING' {
  if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER ? 'LONG_NUMBERS' : 'NOTHING';
  if (typeof value !== 'object' || value === null) return 'NOTHING';
  if (levels === 0) return 'TOO_DEEP';
  let found: 'LONG_NUMBERS' | 'NOTHING' = 'NOTHING';
  // What JSON.parse has made inherits nothing that is enumerable.
  for (const key in value) {
    const inMember = lookInto((value as JsonObject)[key], levels - 1);
    if (inMember === 'TOO_DEEP') return inMember;
    if (inMember === 'LONG_NUMBERS') found = inMember;
  }
  return found;
}
