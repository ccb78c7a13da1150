import { isJsonObject, parseEmbeddedJson } from '../../domain/callback/json-object.ts';
import { replaceUrlCredentials } from '../../domain/callback/url-credentials.ts';
import type { Role } from '../context.ts';

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
  return replaceUrlCredentials(text, { query: `?${hidden}`, login: `${hidden}@` });
}

/** `msg` and `source_urls` are JSON in a string: what is hidden there is found by what it means, not by how it is escaped. */
function withoutCredentialsInText(text: string): string {
  const embedded = /^\s*[[{]/.test(text) ? parseEmbeddedJson(text) : undefined;
  return typeof embedded === 'object' ? JSON.stringify(withoutCredentials(embedded)) : hideUrlCredentials(text);
}
