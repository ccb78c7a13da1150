import { createHash } from 'node:crypto';
import type { Delivery } from './delivery-plan.ts';
import { jsonText, otherJsonText, type WireBody } from './json-text.ts';
import { randomOf } from '../scenario/random.ts';
import type { SimulatedCallback } from '../scenario/simulated-callback.ts';
import { bodyOf } from './wire-body.ts';

/** A callback key of a template. `domain` null: for every push domain. */
export interface SigningKey {
  readonly domain: string | null;
  readonly key: string;
}

/** What authenticates callbacks. Both empty: the service accepts everything. */
export interface Secrets {
  readonly keys: readonly SigningKey[];
  readonly tokens: readonly string[];
}

/** The push domains that streams may use, so that each has a key. Empty: any domain, because one key signs for all. */
export function boundDomains({ keys }: Secrets): string[] {
  return keys.some(({ domain }) => domain === null) ? [] : keys.flatMap(({ domain }) => domain ?? []);
}

/** The HTTP request of one attempt. */
export interface DeliveryRequest {
  /** Relative to the address of the service. May end in a token, so it must not be logged. */
  readonly path: string;
  readonly body: string;
}

/** Seconds by which `t` is ahead of the time of sending, as CSS sets it. */
const stampAheadSeconds = 600;

/** Seconds by which `t` of a replay is behind: far more than the 900 that the service accepts. */
const replayBehindSeconds = 7_200;

/** A delivery as CSS would send it now: each attempt has its own `t` and `sign`. */
export function deliveryRequestOf(delivery: Delivery, secrets: Secrets, seed: string, nowMs: number): DeliveryRequest {
  const { callback, kind, number } = delivery;
  const nowSeconds = Math.floor(nowMs / 1000);
  if (kind === 'FORGED') return { path: callbacksPath, body: forgedText(delivery, seed, nowSeconds) };
  const body = bodyOf(callback);
  const key = signingKeyOf(callback, secrets);
  const token = key === null ? (secrets.tokens[callback.number % secrets.tokens.length] ?? null) : null;
  const t = nowSeconds + (kind === 'EXPIRED' ? -replayBehindSeconds : stampAheadSeconds);
  const stamped = key === null ? body : withSign(body, callback, t, key.key);
  const text = kind === 'REPEAT' ? repeatedText(stamped, seed, number) : jsonText(stamped);
  return { path: token === null ? callbacksPath : `${callbacksPath}/${token}`, body: text };
}

const callbacksPath = '/callbacks/css';

/** The expected `signature` of a recorded callback. Relay callbacks are not signed; the token of their URL authenticates them. */
export function signatureOf(callback: SimulatedCallback, secrets: Secrets): 'VALID' | 'TOKEN' | 'NOT_CHECKED' {
  if (signingKeyOf(callback, secrets) !== null) return 'VALID';
  return secrets.tokens.length > 0 ? 'TOKEN' : 'NOT_CHECKED';
}

/** A key that signs for the callback's domain; null: it is not signed. */
function signingKeyOf(callback: SimulatedCallback, { keys }: Secrets): SigningKey | null {
  if (callback.kind === 'RELAY') return null;
  const domain = callback.kind === 'OTHER' ? callback.domain : callback.activity.domain;
  const fitting = keys.filter((key) => key.domain === null || key.domain === domain);
  return fitting[callback.number % fitting.length] ?? null;
}

/** CSS's own retries differ only in `t` and `sign`; a proxy may write the same JSON differently. */
function repeatedText(body: WireBody, seed: string, deliveryNumber: number): string {
  const random = randomOf(seed, 'form', deliveryNumber);
  return random.chance(0.5) ? jsonText(body) : otherJsonText(body, random);
}

function withSign(body: WireBody, callback: SimulatedCallback, t: number, key: string): WireBody {
  const sign = createHash('md5').update(`${key}${t}`).digest('hex');
  const asText = (callback.kind === 'PUSH' || callback.kind === 'INTERRUPTION') && callback.activity.dialect.tAsText;
  return { ...body, sign, t: asText ? String(t) : t };
}

/** How a forgery fails: a `sign` from a wrong key, or none. */
export function forgeryOf({ callback }: Delivery): 'INVALID' | 'UNSIGNED' {
  return callback.kind === 'RELAY' || callback.number % 4 === 0 ? 'UNSIGNED' : 'INVALID';
}

/**
 * What someone without a key could send: an end of a live push, another code, another exit, or a push that never
 * happened. Each would show as a difference if it were accepted.
 */
function forgedText(delivery: Delivery, seed: string, nowSeconds: number): string {
  const { callback, number } = delivery;
  const random = randomOf(seed, 'forgery', number);
  const t = nowSeconds + stampAheadSeconds;
  const body = forgedBody(callback, random.digits(19));
  const signed = {
    ...body,
    t,
    sign: createHash('md5')
      .update(`${random.digits(32)}${t}`)
      .digest('hex'),
  };
  return jsonText(forgeryOf(delivery) === 'INVALID' ? signed : body);
}

function forgedBody(callback: SimulatedCallback, digits: string): WireBody {
  const body = bodyOf(callback);
  switch (callback.kind) {
    case 'PUSH':
      return { ...body, event_type: 0, errcode: 18, errmsg: 'forged', push_duration: '1000' };
    case 'INTERRUPTION':
      return { ...body, errcode: 37, errmsg: 'forged', event_time: callback.atMs / 1000 + 60 };
    case 'RELAY':
      return {
        ...body,
        callback_event: 'TaskExit',
        msg: JSON.stringify({ message: 'forged', code: -1, task_exit_time: callback.atMs + 60_000 }),
      };
    case 'OTHER':
      return { ...body, event_type: 1, sequence: digits };
  }
}
