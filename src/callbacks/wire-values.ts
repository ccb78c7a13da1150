import { hash } from 'node:crypto';

/** Finds the queries and logins of URLs in any text; it rather finds too many than too few. */

/** Replaces a query, from its question mark on, and a login, up to and including its @. */
interface CredentialReplacement {
  readonly query: string;
  readonly login: string;
}

/** The text with its credentials replaced; a text without any is returned as it is. */
export function replaceUrlCredentials(text: string, replacement: CredentialReplacement): string {
  // Fast path for nearly all names: every callback has several.
  if (!mayHaveCredentials.test(text)) return text;
  const plain = unescapeUnicode(text);
  const replaced = plain.replace(/[^\s"<>]+/g, (word) => replaceInWord(word, replacement));
  return replaced === plain ? text : replaced;
}

/** Begins a query, ends a login, or may be an escape for that. */
const mayHaveCredentials = /[?#@\\]/;

/** In JSON that could not be parsed, a question mark may be written as \u003f. */
function unescapeUnicode(text: string): string {
  return text.replace(/\\u00([2-7][0-9a-f])/gi, (_escape, code: string) => String.fromCharCode(parseInt(code, 16)));
}

const scheme = /:\\?\/\\?\//;
const login = /(:\\?\/\\?\/)[^/\\]*@/g;

/** A word may contain several URLs. From the first query on, all of it is replaced; before that, every login is. */
function replaceInWord(word: string, replacement: CredentialReplacement): string {
  const begin = scheme.exec(word)?.index;
  // Without a scheme, a question mark before a value begins a query too.
  const query = begin === undefined ? word.search(/\?[^?]*=/) : word.slice(begin).search(/[?#]/) + begin;
  const hasQuery = query >= (begin ?? 0);
  const shown = hasQuery ? word.slice(0, query) + replacement.query : word;
  return shown.replace(login, (_login, slashes: string) => slashes + replacement.login);
}

/**
 * Readers for single values as CSS sends them. Numbers may be strings and strings numbers, so each reader takes both. What
 * can't be read is `null` ("unknown"), never an error: a callback with a strange field is still a callback.
 */

/**
 * Text of at most this length (in UTF-16 code units), so that rows stay bounded; longer ones are cut, see `cutText`. Half a
 * character becomes U+FFFD, because UTF-8 can't encode it, so a value read back from a row equals the one read here.
 */
export function readText(value: unknown, lengthMax = textLengthMax): string | null {
  if (Number.isFinite(value)) return String(value);
  if (typeof value !== 'string' || value === '') return null;
  return value.length <= lengthMax ? value.toWellFormed() : cutText(value, lengthMax);
}

/** The end of a cut text: this mark, and 128 bits of a digest of the whole in hex. */
export const cutMark = '…~';

const cutDigestLength = 32;

/** The start of a text that is too long, marked as cut. The digest keeps texts distinct that differ only in the rest. */
export function cutText(text: string, lengthMax: number): string {
  const digest = hash('sha256', text.toWellFormed(), 'hex').slice(0, cutDigestLength);
  const beginning = text.slice(0, lengthMax - cutMark.length - cutDigestLength);
  return `${beginning.toWellFormed()}${cutMark}${digest}`;
}

/** Code units; the longest documented value is a URL with its query. The log keeps the whole text. */
export const textLengthMax = 4096;

/**
 * A name, without blanks around it: with them, it would be another stream than without. Everyone may read and search it, so
 * if it is a URL, its query and login are removed.
 */
export function readName(value: unknown, lengthMax = nameLengthMax): string | null {
  const text = readText(typeof value === 'string' ? value.trim() : value);
  return text === null ? null : readText(replaceUrlCredentials(text, { query: '', login: '' }).trim(), lengthMax);
}

/** The name of a stream, without the query that its push URL may have. */
export function readStreamName(value: unknown): string | null {
  return readText(readName(value, textLengthMax)?.split('?')[0]?.trim(), nameLengthMax);
}

/** Code units; a domain name has at most 253 characters. */
export const nameLengthMax = 512;

/** An identifier (`appid`, `sequence`, `task_id`): a string as is, a number as its digits. */
export function readId(value: unknown): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : null;
  if (typeof value !== 'string') return null;
  const id = value.trim().toWellFormed();
  if (id === '') return null;
  return id.length <= idLengthMax ? id : cutText(id, idLengthMax);
}

/** Code units; a `sequence` has 19. */
export const idLengthMax = 64;

/** A whole number, at most 2^53 - 1 in absolute value. */
export function readInteger(value: unknown): number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : null;
  if (typeof value !== 'string' || !/^\s*-?\d{1,16}\s*$/.test(value)) return null;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : null;
}

/** A code: a whole number of at most 2^31 - 1 in absolute value, the limit of GraphQL's Int. */
export function readCode(value: unknown): number | null {
  const code = readInteger(value);
  return code === null || Math.abs(code) > codeMax ? null : code;
}

const codeMax = 2 ** 31 - 1;

/** A size, or a number of something, of at most 2^53 - 1: CSS writes 0 where it does not know it. */
export function readPositive(value: unknown): number | null {
  const number = readInteger(value);
  return number === null || number <= 0 ? null : number;
}

/** A code that `readCode` can't read, as sent: a larger number, or a text. Null if it can, or if there is none. */
export function readCodeText(value: unknown): string | null {
  return readCode(value) === null ? readName(value, codeTextLengthMax) : null;
}

/** Code units; 19 digits are 64 bits. */
const codeTextLengthMax = 64;

/** A length of time, in the unit of the field; negative ones are unknown. */
export function readDuration(value: unknown): number | null {
  const duration = readInteger(value);
  return duration === null || duration < 0 ? null : duration;
}

/** Seconds since 1970 as milliseconds; 0 and times after the year 9999 are unknown. */
export function readSecondsAsMs(value: unknown): number | null {
  const seconds = readInteger(value);
  return seconds === null ? null : plausibleTime(seconds * 1000);
}

/** Milliseconds since 1970; 0 and times after the year 9999 are unknown. */
export function readMs(value: unknown): number | null {
  const ms = readInteger(value);
  return ms === null ? null : plausibleTime(ms);
}

const lastMsOfYear9999 = 253_402_300_799_999;

function plausibleTime(ms: number): number | null {
  return ms > 0 && ms <= lastMsOfYear9999 ? ms : null;
}
