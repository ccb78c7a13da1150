import { splitList } from '../kernel/settings-reader.ts';

/** A callback key of a template. */
export interface CallbackKey {
  /** The push domain that it signs for, in lower case; null: every domain. */
  readonly domain: string | null;
  readonly key: string;
}

/**
 * Parses CSS_CALLBACK_KEYS: keys separated by commas, each optionally `domain=key`.
 * @throws Error - names the wrong entry by its number, never by its content
 */
export function parseCallbackKeys(list: string): CallbackKey[] {
  return splitList(list).map((entry, index) => {
    const equals = entry.indexOf('=');
    const domain = equals === -1 ? null : entry.slice(0, equals).trim().toLowerCase();
    const key = entry.slice(equals + 1).trim();
    if (key === '' || domain === '') throw new Error(`entry ${index + 1} is neither "key" nor "domain=key"`);
    return { domain, key };
  });
}
