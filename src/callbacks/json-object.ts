import { asBuffer, isLongInteger, quoteNumbers } from '../kernel/encoding.ts';

/** A JSON object parsed from a callback's body; integers beyond 2^53 (`sequence` has 18 to 19 digits) are strings. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Why a body is not one JSON object. These words are in metadata and never change. */
export const unreadableReasons = ['EMPTY', 'NOT_JSON', 'NOT_AN_OBJECT', 'TOO_DEEP'] as const;
export type UnreadableReason = (typeof unreadableReasons)[number];

type ParsedBody =
  { readonly ok: true; readonly object: JsonObject } | { readonly ok: false; readonly reason: UnreadableReason };

/** Levels of nesting. The vendor's documents all have one; walking a deeper value could exhaust the stack. */
export const jsonDepthMax = 64;

const utf8 = new TextDecoder('utf-8');

/** Bytes that are not UTF-8 become U+FFFD (the log keeps the bytes themselves); a byte order mark is skipped. */
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

/**
 * Parses JSON inside a string (`msg`, `source_urls`), also if it was escaped twice, so that it is in a string in that string; `undefined` if
 * it can't be read.
 */
export function parseEmbeddedJson(text: string): unknown {
  const value = parseOrUndefined(text);
  return typeof value === 'string' ? parseOrUndefined(value) : value;
}

function parseOrUndefined(text: string): unknown {
  try {
    const { value, isTooDeep } = parseJson(text);
    return isTooDeep ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Whether a parsed JSON value is an object: neither null nor a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON object in these bytes; empty if they are anything else. */
export function readObject(bytes: Uint8Array): JsonObject {
  try {
    // A view of the same bytes: a buffer made from an array would copy it.
    const value: unknown = JSON.parse(asBuffer(bytes).toString());
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** An ISO 8601 text as milliseconds since 1970; null if it is none. */
export function readTime(value: unknown): number | null {
  const ms = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? null : ms;
}

/** A position in metadata or data: a string of its digits, because JSON numbers lose some. */
export function readPosition(value: unknown): bigint | null {
  return typeof value === 'string' && /^\d{1,19}$/.test(value) ? BigInt(value) : null;
}

interface Parsed {
  readonly value: unknown;
  /** Nested deeper than `jsonDepthMax`. */
  readonly isTooDeep: boolean;
}

function parseJson(text: string): Parsed {
  const value: unknown = JSON.parse(text);
  const content = inspect(value, jsonDepthMax);
  if (content !== 'LONG_NUMBERS') return { value, isTooDeep: content === 'TOO_DEEP' };
  return { value: JSON.parse(quoteNumbers(text, isLongInteger)), isTooDeep: false };
}

type Content = 'TOO_DEEP' | 'LONG_NUMBERS' | 'PLAIN';

/** Whether a value has more than `levels` levels; if not, whether it has numbers that may be integers beyond 2^53. */
function inspect(value: unknown, levels: number): Content {
  if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER ? 'LONG_NUMBERS' : 'PLAIN';
  if (typeof value !== 'object' || value === null) return 'PLAIN';
  if (levels === 0) return 'TOO_DEEP';
  let content: Content = 'PLAIN';
  // Values from JSON.parse inherit nothing enumerable.
  for (const key in value) {
    const ofMember = inspect((value as JsonObject)[key], levels - 1);
    if (ofMember === 'TOO_DEEP') return ofMember;
    if (ofMember === 'LONG_NUMBERS') content = ofMember;
  }
  return content;
}
