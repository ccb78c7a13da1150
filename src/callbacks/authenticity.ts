import type { Signature } from '../domain/arrival.ts';
import type { JsonObject } from '../domain/json-object.ts';
import { readInteger } from '../domain/wire-values.ts';
import { equalSecrets, signatureOf, type CallbackKey } from './callback-keys.ts';

/**
 * Seconds that `t` may be off our clock on either side: CSS sends t = now + 600, and retries for up to 15 minutes,
 * re-stamped or not.
 */
export const signatureToleranceSeconds = 900;

export interface AuthenticitySettings {
  readonly keys: readonly CallbackKey[];
  /** Secrets accepted as the last segment of the callback URL. */
  readonly tokens: readonly string[];
}

export interface Credentials {
  /** Null where the body is no JSON object: it then has no signature either. */
  readonly body: JsonObject | null;
  readonly token: string | null;
}

/**
 * Judges where a callback comes from. A listed token suffices; else `sign` must be right for one of the keys (of its
 * domain, where keys are bound to domains) and `t` close to our clock. Every candidate is compared, in constant time.
 */
export function judgeAuthenticity(
  settings: AuthenticitySettings,
  { body, token }: Credentials,
  nowMs: number,
): Signature {
  const { keys, tokens } = settings;
  if (keys.length === 0 && tokens.length === 0) return 'NOT_CHECKED';
  if (token !== null && anyTrue(tokens.map((listed) => equalSecrets(listed, token)))) return 'TOKEN';
  const sign = body?.['sign'];
  const t = readInteger(body?.['t']);
  if (body === null || typeof sign !== 'string' || sign === '' || t === null) return 'UNSIGNED';
  const right = anyTrue(candidateKeys(keys, body).map(({ key }) => equalSecrets(signatureOf(key, t), sign)));
  if (!right) return 'INVALID';
  return Math.abs(t * 1000 - nowMs) <= signatureToleranceSeconds * 1000 ? 'VALID' : 'EXPIRED';
}

/** What may be recorded as a fact of CSS. */
export function isAuthentic(signature: Signature): boolean {
  return signature === 'VALID' || signature === 'TOKEN' || signature === 'NOT_CHECKED';
}

/** A body without a domain can't tell which key is its own: any may have signed it. One that is no text is nobody's. */
function candidateKeys(keys: readonly CallbackKey[], body: JsonObject): readonly CallbackKey[] {
  const domain = body['app'];
  if (domain === undefined) return keys;
  const name = typeof domain === 'string' ? domain.toLowerCase() : null;
  return keys.filter((key) => key.domain === null || key.domain === name);
}

/** Without stopping at the first: how long it takes must not tell which secret fits. */
function anyTrue(results: readonly boolean[]): boolean {
  return results.filter(Boolean).length > 0;
}
