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
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return { ok: false, reason: text.trim() === '' ? 'EMPTY' : 'NOT_JSON' };
  }
  if (!isJsonObject(value)) return { ok: false, reason: 'NOT_AN_OBJECT' };
  if (isDeeperThan(value, jsonDepthMax)) return { ok: false, reason: 'TOO_DEEP' };
  return { ok: true, object: value };
}

/** The same for JSON that stands in a string (`msg`, `source_urls`); whatever can't be read is `undefined`. */
export function parseEmbeddedJson(text: string): unknown {
  try {
    const value = parseJson(text);
    return isDeeperThan(value, jsonDepthMax) ? undefined : value;
  } catch {
    return undefined;
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const mayHoldLongInteger = /[:[,\s]-?\d{16}/;
const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/** JSON.parse rounds integers beyond 2^53, and Node 20 does not show it the source text: so they are quoted before. */
function parseJson(text: string): unknown {
  // Parsed as it is first: only in what is JSON does every string end, and is the search below linear.
  const value: unknown = JSON.parse(text);
  if (!mayHoldLongInteger.test(text)) return value;
  return JSON.parse(text.replace(stringOrNumber, (token) => (isLongInteger(token) ? `"${token}"` : token)));
}

function isLongInteger(token: string): boolean {
  // A leading zero is no JSON number: left as it is, for JSON.parse to refuse.
  return /^-?[1-9]\d{15,}$/.test(token) && !Number.isSafeInteger(Number(token));
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const child of Object.values(value)) {
    if (isDeeperThan(child, levels - 1)) return true;
  }
  return false;
}
