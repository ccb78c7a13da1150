import { isJsonObject, parseEmbeddedJson } from '../domain/json-object.ts';
import type { Role } from './context.ts';

/** What stands where a credential was. */
export const hidden = '(hidden)';

const secretFields = new Set(['stream_param', 'sign']);

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
  return text.replace(/[^\s"<>]+/g, hideInWord);
}

/** `msg` and `source_urls` are JSON in a string: what is hidden there is found by what it means, not by how it is escaped. */
function withoutCredentialsInText(text: string): string {
  const embedded = /^\s*[[{]/.test(text) ? parseEmbeddedJson(text) : undefined;
  return typeof embedded === 'object' ? JSON.stringify(withoutCredentials(embedded)) : hideUrlCredentials(text);
}

const afterScheme = /:\\?\/\\?\//;

function hideInWord(word: string): string {
  const scheme = afterScheme.exec(word);
  if (scheme === null) return word;
  const begin = scheme.index + scheme[0].length;
  const rest = word.slice(begin);
  const query = rest.search(/[?#]/);
  const address = query === -1 ? rest : rest.slice(0, query);
  const authority = /^[^/\\]*/.exec(address)?.[0] ?? '';
  const login = authority.lastIndexOf('@');
  const shown = login === -1 ? address : hidden + address.slice(login);
  return word.slice(0, begin) + shown + (query === -1 ? '' : `?${hidden}`);
}
