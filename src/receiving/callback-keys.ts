import { createHash } from 'node:crypto';
import { splitList } from '../kernel/comma-list.ts';

/** A callback key of a template. `domain` null: it may sign for every push domain. */
export interface CallbackKey {
  readonly domain: string | null;
  readonly key: string;
}

/**
 * Parses CSS_CALLBACK_KEYS: keys separated by commas, each optionally `domain=key`.
 * @throws Error - says which entry is wrong by its place, never what it holds
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

/** `sign` as CSS computes it: lower-case hex MD5 of the key followed by the decimal `t` (seed 002). */
export function signatureOf(key: string, t: number): string {
  return createHash('md5').update(`${key}${t}`).digest('hex');
}
