import { createHash } from 'node:crypto';
import type { Delivery } from './delivery-plan.ts';
import { jsonText, otherJsonText, type WireBody } from './json-text.ts';
import { randomOf } from '../scenario/random.ts';
import type { SimulatedCallback } from '../scenario/simulated-callback.ts';
import { bodyOf } from './wire-body.ts';

/** A callback key as a template has it. `domain` null: for every push domain. */
export interface SigningKey {
  readonly domain: string | null;
  readonly key: string;
}

/** What callbacks are proved by. Empty: the ledger asks for no proof. */
export interface Secrets {
  readonly keys: readonly SigningKey[];
  readonly tokens: readonly string[];
}

/** The push domains that streams must have, so that there is a key for each; empty: any, because a key is for all. */
export function boundDomains({ keys }: Secrets): string[] {
  return keys.some(({ domain }) => domain === null) ? [] : keys.flatMap(({ domain }) => domain ?? []);
}

/** What is posted. */
export interface DeliveryRequest {
  /** Below the ledger's address; may end in a token, so it is told to nobody. */
  readonly path: string;
  readonly body: string;
}

/** Seconds by which CSS sets `t` ahead of the moment of sending. */
const stampAheadSeconds = 600;

/** Seconds by which `t` of a replay is behind: further than the 900 that a ledger takes, by a wide margin. */
const replayBehindSeconds = 7_200;

/** Writes a delivery as CSS would at this moment: each attempt is stamped anew. */
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

/** How a recorded callback is told to have proved itself: the relay's have no key, and are proved by their URL. */
export function signatureOf(callback: SimulatedCallback, secrets: Secrets): 'VALID' | 'TOKEN' | 'NOT_CHECKED' {
  if (signingKeyOf(callback, secrets) !== null) return 'VALID';
  return secrets.tokens.length > 0 ? 'TOKEN' : 'NOT_CHECKED';
}

/** A key that may sign for the callback's domain; null where it goes unsigned. */
function signingKeyOf(callback: SimulatedCallback, { keys }: Secrets): SigningKey | null {
  if (callback.kind === 'RELAY') return null;
  const domain = callback.kind === 'OTHER' ? callback.domain : callback.activity.domain;
  const fitting = keys.filter((key) => key.domain === null || key.domain === domain);
  return fitting[callback.number % fitting.length] ?? null;
}

/** The vendor's retries are the same but for `t` and `sign`; others may write the same value otherwise. */
function repeatedText(body: WireBody, seed: string, deliveryNumber: number): string {
  const random = randomOf(seed, 'form', deliveryNumber);
  return random.chance(0.5) ? jsonText(body) : otherJsonText(body, random);
}

function withSign(body: WireBody, callback: SimulatedCallback, t: number, key: string): WireBody {
  const sign = createHash('md5').update(`${key}${t}`).digest('hex');
  const asText = (callback.kind === 'PUSH' || callback.kind === 'INTERRUPTION') && callback.activity.dialect.tAsText;
  return { ...body, sign, t: asText ? String(t) : t };
}

/** How a forgery fails to prove itself: a `sign` of a key that it does not know, or none at all. */
export function forgeryOf({ callback }: Delivery): 'INVALID' | 'UNSIGNED' {
  return callback.kind === 'RELAY' || callback.number % 4 === 0 ? 'UNSIGNED' : 'INVALID';
}

/**
 * What somebody without a key makes of a callback: an end of a live push, another code, another exit, a push that never was.
 * Were it believed, the ledger would tell something else.
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
