import { createHmac } from 'node:crypto';
import { asBuffer } from '../kernel/encoding.ts';
import { documentedContentType, readArrival, signatureLeadSeconds, signatureOf } from '../callbacks/arrival.ts';
import { steadyClock, type Clock } from '../kernel/clock.ts';
import { isTraced, spanNowMs, traceEvent } from '../kernel/spans.ts';
import type { RecordedEvent } from '../log/event-store.ts';
import type { Attempt, Poster, PosterOptions } from './post.ts';
import type { ForwardTarget } from './target.ts';

/** The parts of an event that are sent. */
export type ForwardedBody = Pick<RecordedEvent, 'eventId' | 'data' | 'metadata'>;

/** Sends to one target, on its own connections. */
export interface Sender {
  /** Makes one attempt. Never rejects; aborting the signal ends it as a failure. */
  send(forwarded: ForwardedBody, signal: AbortSignal): Promise<Attempt>;
  /** Closes its connections. */
  close(): Promise<void>;
}

/** Opens no connection before it is needed. */
export function openSender(target: ForwardTarget, options: PosterOptions): Sender {
  const { url, signingKey, concurrency } = target;
  const poster = openLazyPoster(concurrency, options);
  return {
    async send({ eventId, data, metadata }, signal) {
      const nowMs = options.clock();
      const body = signingKey === null ? data : restamp(data, signingKey, nowMs);
      const signed = signingKey === null ? {} : webhookHeaders({ id: eventId, body }, signingKey, nowMs);
      const contentType = readArrival(metadata)?.contentType ?? documentedContentType;
      const headers = { ...target.headers, ...signed, 'content-type': contentType, 'live-ledger-event-id': eventId };
      const startedAtMs = isTraced() ? spanNowMs() : 0;
      const attempt = await poster.post({ url, headers, body }, signal);
      if (isTraced()) {
        const attributes = { 'live_ledger.forward_target': target.name };
        const facts = { name: 'forward', kind: 'CLIENT', hasFailed: attempt.kind !== 'DELIVERED', attributes } as const;
        traceEvent(eventId, facts, { startedAtMs, endedAtMs: spanNowMs() });
      }
      return attempt;
    },
    close: () => poster.close(),
  };
}

/** A string, a bracket, a separator, or a number or word of JSON. */
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+/gs;

/** A value of `t` or `sign`, as it is written. */
interface Stamp {
  readonly name: string;
  readonly begin: number;
  readonly text: string;
}

/**
 * The body with new `t` and `sign` of its object, as CSS makes them when it sends. Every other byte stays as it is. A
 * body that is not signed, such as a relay callback, or cannot be read as JSON, is not changed. `t` stays a string or a
 * number.
 */
export function restamp(body: Uint8Array, key: string, nowMs: number): Uint8Array {
  // One character for each byte, whatever the encoding: the replaced text is ASCII.
  const json = asBuffer(body).toString('latin1');
  const stamps = stampsOf(json);
  if (!['t', 'sign'].every((signed) => stamps.some(({ name }) => name === signed))) return body;
  const t = Math.floor(nowMs / 1_000) + signatureLeadSeconds;
  const sign = `"${signatureOf(key, t)}"`;
  let [written, from] = ['', 0];
  for (const { name, begin, text } of stamps) {
    const anew = name === 'sign' ? sign : text.startsWith('"') ? `"${t}"` : String(t);
    written += json.slice(from, begin) + anew;
    from = begin + text.length;
  }
  return Buffer.from(written + json.slice(from), 'latin1');
}

/** In order, without those of nested objects. None if a name is not JSON. */
function stampsOf(json: string): readonly Stamp[] {
  const found: Stamp[] = [];
  let [depth, name, last] = [0, '', ''];
  for (const { 0: text, index: begin } of json.matchAll(token)) {
    if (text === '{' || text === '[') depth += 1;
    else if (text === '}' || text === ']') depth -= 1;
    else if (depth === 1 && text === ':') {
      const read = nameOf(last);
      if (read === null) return [];
      name = read;
    } else if (depth === 1 && last === ':' && (name === 't' || name === 'sign')) found.push({ name, begin, text });
    last = text;
  }
  return found;
}

/** A name may be written with escapes; null if they are not JSON. */
function nameOf(quoted: string): string | null {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return null;
  }
}

/** A poster that loads its HTTP client with its first message: loading takes long, and most processes send none. */
export function openLazyPoster(connections: number, options: PosterOptions): Poster {
  let opened: Promise<Poster> | null = null;
  const open = () => (opened ??= import('./post.ts').then(({ openPoster }) => openPoster(connections, options)));
  return {
    post: async (post, signal) => (await open()).post(post, signal),
    close: async () => (await opened)?.close(),
  };
}

/** Time for forwarding, as a port: tests decide how it passes. */
export interface Time {
  /** For times that are shown, and for giving up, which counts across restarts. */
  readonly clock: Clock;
  /** For pauses. */
  readonly steady: Clock;
  /** Calls back after `ms`, unless the returned function is called before. */
  after(ms: number, callback: () => void): () => void;
  /** From 0 to 1, for pauses. */
  random(): number;
}

/** As it passes on this machine; shown times are those of the given clock. */
export function createTime(clock: Clock): Time {
  return {
    clock,
    steady: steadyClock,
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    random: Math.random,
  };
}

/** The prefix of a secret of Standard Webhooks, which is its bytes in base64. */
const prefix = 'whsec_';

/** Bytes that Standard Webhooks recommends for a secret. */
const bytesLeast = 24;
const bytesMost = 64;

/** What a secret of Standard Webhooks consists of, for messages about one that does not. */
export const webhookSecretForm = `${prefix} and ${bytesLeast} to ${bytesMost} bytes in base64`;

/** Whether this is a secret as Standard Webhooks writes it. */
export function isWebhookSecret(secret: string): boolean {
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret)) return false;
  const { byteLength } = keyOf(secret);
  return byteLength >= bytesLeast && byteLength <= bytesMost;
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(prefix.length), 'base64');
}

/** A message on its way, as far as its signature covers it. */
interface SignedMessage {
  /** The same at each attempt. */
  readonly id: string;
  /** Exactly the bytes that are sent. */
  readonly body: Uint8Array;
}

/**
 * The headers of Standard Webhooks 1.0. The signature covers the id, the time of the attempt in seconds, and the body. The key is the bytes
 * of the secret; of one that is not in the form of Standard Webhooks, such as a callback key of CSS, those of its text in UTF-8.
 */
export function webhookHeaders({ id, body }: SignedMessage, secret: string, nowMs: number): Record<string, string> {
  const seconds = Math.floor(nowMs / 1_000);
  const hmac = createHmac('sha256', isWebhookSecret(secret) ? keyOf(secret) : secret);
  const signature = hmac.update(`${id}.${seconds}.`).update(body).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` };
}
