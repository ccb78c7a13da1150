import { callbackTypes } from '../callbacks/callback.ts';
import { isJsonObject, parseEmbeddedJson } from '../callbacks/json-object.ts';
import { replaceUrlCredentials } from '../callbacks/wire-values.ts';
import type { HiddenPart } from '../lists/list-fields.ts';
import type { Role } from './access/tokens.ts';

/** Replaces a credential. */
export const hidden = '(hidden)';

/** Recordings and screenshots have a `stream_param` too: what is a credential in one type is hidden in all. */
const credentials = new Set(['sign', ...callbackTypes.flatMap((type) => type.credentials ?? [])]);

/** A callback's body without the credentials in it: those that its type declares, and the queries and logins of URLs. */
export function withoutCredentials(value: unknown): unknown {
  if (typeof value === 'string') return withoutCredentialsInText(value);
  if (Array.isArray(value)) return value.map(withoutCredentials);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, credentials.has(key) ? hidden : withoutCredentials(child)]),
  );
}

/** A text in the form that this role may read: as sent for operators. */
export function textForRole<Text extends string | null>(
  text: Text,
  role: Role,
  part: HiddenPart = 'CREDENTIALS',
): Text | string {
  if (text === null || role === 'operator') return text;
  return part === 'WHOLE' ? hidden : hideUrlCredentials(text);
}

/** A text without the queries and logins of the URLs in it. If in doubt, it hides too much. */
export function hideUrlCredentials(text: string): string {
  return replaceUrlCredentials(text, { query: `?${hidden}`, login: `${hidden}@` });
}

/** `msg` and `source_urls` are JSON in a string: they are redacted as JSON, so that escaping hides nothing from us. */
function withoutCredentialsInText(text: string): string {
  const embedded = /^\s*[[{]/.test(text) ? parseEmbeddedJson(text) : undefined;
  return typeof embedded === 'object' ? JSON.stringify(withoutCredentials(embedded)) : hideUrlCredentials(text);
}
