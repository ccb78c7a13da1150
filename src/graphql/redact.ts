import { isJsonObject, parseEmbeddedJson } from '../domain/json-object.ts';
import type { Role } from './context.ts';

/** What stands where a credential was. */
export const hidden = '(hidden)';

/** `callback_url` ends in the token that proves a callback: who reads it can forge any. */
const secretFields = new Set(['stream_param', 'sign', 'callback_url']);

/** A callback's body without the credentials it carries: stream_param, sign, and the queries and logins of URLs. */
export function withoutCredentials(value: unknown): unknown {
  if (typeof value === 'string') return withoutCredentialsInText(value);
  if (Array.isArray(value)) return value.map(withoutCredentials);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, secretFields.has(key) ? hidden : withoutCredentials(child)]),
  );
}

/** A text as this role may read it. */
export function asRoleMayRead<Text extends string | null>(text: Text, role: Role): Text | string {
  return text === null || role === 'operator' ? text : hideUrlCredentials(text);
}

/** A text without the queries and logins of the URLs in it. Rather too much is hidden than too little. */
export function hideUrlCredentials(text: string): string {
  return unescapeUnicode(text).replace(/[^\s"<>]+/g, hideInWord);
}

/** In JSON that could not be parsed, a question mark may stand as \u003f. */
function unescapeUnicode(text: string): string {
  return text.replace(/\\u00([2-7][0-9a-f])/gi, (_escape, code: string) => String.fromCharCode(parseInt(code, 16)));
}

/** `msg` and `source_urls` are JSON in a string: what is hidden there is found by what it means, not by how it is escaped. */
function withoutCredentialsInText(text: string): string {
  const embedded = /^\s*[[{]/.test(text) ? parseEmbeddedJson(text) : undefined;
  return typeof embedded === 'object' ? JSON.stringify(withoutCredentials(embedded)) : hideUrlCredentials(text);
}

const scheme = /:\\?\/\\?\//;
const login = /(:\\?\/\\?\/)[^/\\]*@/g;

/** A word may hold several URLs: from the first query on all of it is hidden, and before that every login. */
function hideInWord(word: string): string {
  const begin = scheme.exec(word)?.index;
  // Without a scheme, a question mark with a value behind it is a query all the same.
  const query = begin === undefined ? word.search(/\?[^?]*=/) : word.slice(begin).search(/[?#]/) + begin;
  const hasQuery = query >= (begin ?? 0);
  const shown = hasQuery ? `${word.slice(0, query)}?${hidden}` : word;
  return shown.replace(login, `$1${hidden}@`);
}
