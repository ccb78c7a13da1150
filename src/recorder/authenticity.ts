import { signatureOf, signatureToleranceSeconds, type Signature } from '../callbacks/arrival.ts';
import { interpret, namesOf } from '../callbacks/callback.ts';
import type { JsonObject } from '../callbacks/json-object.ts';
import type { Diagnosis, QuarantineCheck, QuarantineField } from '../quarantine/quarantine.ts';
import { readInteger } from '../callbacks/wire-values.ts';
import { equalSecrets } from '../kernel/encoding.ts';
import { splitList } from '../settings/settings-reader.ts';

/** Proof that a callback comes from the account. With neither keys nor tokens, nothing is checked. */
export interface AuthenticitySettings {
  readonly keys: readonly CallbackKey[];
  /** Secrets accepted as the last segment of the callback URL. */
  readonly tokens: readonly string[];
}

export interface Credentials {
  /** Null if the body is not a JSON object: it then has no signature either. */
  readonly body: JsonObject | null;
  readonly token: string | null;
}

/** How a callback proved itself, or why it did not. */
export interface Verdict {
  readonly signature: Signature;
  /** Null if nothing is wrong. */
  readonly diagnosis: Diagnosis | null;
}

/**
 * Judges where a callback comes from. A listed token suffices; otherwise `sign` must match one of the keys (of its domain,
 * if keys are bound to domains) and `t` must be close to our clock. Every key and token is compared, in constant time.
 */
export function judgeAuthenticity(
  settings: AuthenticitySettings,
  { body, token }: Credentials,
  nowMs: number,
): Verdict {
  const { keys, tokens } = settings;
  if (keys.length === 0 && tokens.length === 0) return proved('NOT_CHECKED');
  if (token !== null && isListedToken(settings, token)) return proved('TOKEN');
  const sign = body?.['sign'];
  const t = readInteger(body?.['t']);
  if (body === null || typeof sign !== 'string' || sign === '') return failed('UNSIGNED', 'SIGN_PRESENT', 'sign');
  if (t === null) return failed('UNSIGNED', 'SIGN_PRESENT', 't');
  const maySign = keysOfDomain(keys, body);
  const matches = keys.map(({ key }) => equalSecrets(signatureOf(key, t), sign));
  if (!anyTrue(matches.map((isMatch, index) => isMatch && maySign[index] === true))) {
    return anyTrue(matches)
      ? failed('INVALID', 'SIGN_OF_OTHER_DOMAIN', 'app')
      : failed('INVALID', 'SIGN_MATCHES', 'sign');
  }
  const offMs = t * 1000 - nowMs;
  if (Math.abs(offMs) <= signatureToleranceSeconds * 1000) return proved('VALID');
  return { signature: 'EXPIRED', diagnosis: { check: 'CLOCK', field: 't', secondsOff: toSeconds(offMs) } };
}

/** Whether a token is listed. Every one is compared, in constant time. */
export function isListedToken({ tokens }: Pick<AuthenticitySettings, 'tokens'>, token: string): boolean {
  return anyTrue(tokens.map((listed) => equalSecrets(listed, token)));
}

/** Whole seconds, at most a century: a larger difference is not a clock's. */
function toSeconds(offMs: number): number {
  return Math.round(Math.max(-secondsOffMax, Math.min(secondsOffMax, offMs / 1000)));
}

const secondsOffMax = 3_155_760_000;

function proved(signature: Signature): Verdict {
  return { signature, diagnosis: null };
}

function failed(signature: Signature, check: QuarantineCheck, field: QuarantineField): Verdict {
  return { signature, diagnosis: { check, field } };
}

/**
 * Keys that may have signed: all if the body names no domain; a key with a domain only if each domain that the body names, whatever the
 * type, is this one.
 */
function keysOfDomain(keys: readonly CallbackKey[], body: JsonObject): readonly boolean[] {
  if (keys.every(({ domain }) => domain === null)) return keys.map(() => true);
  const { domain: read } = namesOf(interpret(body));
  const names = [
    ...[body['app'], body['domain']].filter((name) => name !== undefined).map(nameOf),
    ...(body['to_url'] === undefined ? [] : [hostOf(body['to_url'])]),
    // What readers take for its domain: of some URLs another host, and of StreamLive a name further inside.
    ...(read === null ? [] : [read]),
  ];
  return keys.map((key) => key.domain === null || names.every((name) => name === key.domain));
}

function nameOf(value: unknown): string | null {
  return typeof value === 'string' ? value.trim().toLowerCase() : null;
}

function hostOf(url: unknown): string | null {
  const text = typeof url === 'string' ? url.trim() : '';
  return URL.canParse(text) ? new URL(text).hostname.toLowerCase() : null;
}

/** Does not stop at the first match: the time taken must not reveal which secret fits. */
function anyTrue(results: readonly boolean[]): boolean {
  return results.filter(Boolean).length > 0;
}

/** A callback key of a template. */
interface CallbackKey {
  /** The push domain it signs for, in lower case; null: every domain. */
  readonly domain: string | null;
  readonly key: string;
}

/**
 * Parses CSS_CALLBACK_KEYS: comma-separated keys, each optionally `domain=key`.
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
