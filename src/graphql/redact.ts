import { isJsonObject } from '../domain/json-object.ts';

/** What stands where a credential was. */
export const hidden = '(hidden)';

const secretFields = new Set(['stream_param', 'sign']);

/** URLs inside longer texts too: `msg` and `source_urls` are JSON in a string. */
const urlQuery = /([a-z][a-z0-9+.-]*:\/\/[^\s"'\\<>?#]*)[?#][^\s"'\\<>]*/gi;
const urlCredentials = /([a-z][a-z0-9+.-]*:\/\/)[^\s"'\\<>/@]*@/gi;

/** A callback's body without the credentials it carries: stream_param, sign, and the queries and logins of URLs. */
export function withoutCredentials(value: unknown): unknown {
  if (typeof value === 'string') return hideUrlCredentials(value);
  if (Array.isArray(value)) return value.map(withoutCredentials);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, secretFields.has(key) ? hidden : withoutCredentials(child)]),
  );
}

export function hideUrlCredentials(text: string): string {
  return text.replace(urlQuery, `$1?${hidden}`).replace(urlCredentials, `$1${hidden}@`);
}
