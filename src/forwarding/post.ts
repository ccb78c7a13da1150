import ipaddr from 'ipaddr.js';
import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { Agent, buildConnector, request } from 'undici';
import { cssAnswerMsMax } from '../callbacks/callback.ts';
import type { Clock } from '../kernel/clock.ts';
import type { ForwardFault } from './target.ts';

/** Addresses that targets may have, besides public ones. */
export interface AllowedAddresses {
  readonly loopback: boolean;
  /** RFC 1918, and unique local addresses of IPv6. */
  readonly private: boolean;
}

/**
 * Whether a request may go to this address: it must be public or in `allowed`. Link-local addresses are refused too, at
 * which clouds give credentials to whoever asks. An IPv4 address inside an IPv6 one counts as the IPv4 address.
 */
export function isAllowedAddress(address: string, allowed: AllowedAddresses): boolean {
  // The library also reads forms that are no address for the operating system.
  if (isIP(address) === 0 || isDeprecatedForm(address)) return false;
  const range: string = ipaddr.process(address).range();
  if (range === 'loopback') return allowed.loopback;
  if (range === 'private' || range === 'uniqueLocal') return allowed.private;
  return range === 'unicast';
}

/** `::a.b.c.d`, with dots or without: the library takes it for a public address, or for an IPv4 one. */
function isDeprecatedForm(address: string): boolean {
  return /^::\d+\./.test(address) || /^::[0-9a-f]+:[0-9a-f]+$/i.test(address);
}

/** Milliseconds for which a target may ask not to be called: a longer pause would look like an outage that nobody notices. */
const retryAfterMsMax = 3_600_000;

/** Reads the header Retry-After: seconds, or a date. Null if it is neither. */
export function readRetryAfterMs(header: string, nowMs: number): number | null {
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? null : Math.max(0, Math.min(retryAfterMsMax, ms));
}

/** Milliseconds from the start of an attempt to the status of its answer: as long as CSS waits for ours. */
const answerMsMax = cssAnswerMsMax;

/** Milliseconds in which a connection must be made. */
const connectMsMax = 5_000;

/** Bytes of an answer that are read, so that its connection can be used again; a longer answer closes it. */
const answerBytesMax = 64 * 1024;

/** The outcome of one attempt. */
export type Attempt =
  | { readonly kind: 'DELIVERED' }
  /** `retryAfterMs`: the target asks not to be called before then. */
  | { readonly kind: 'FAILED'; readonly fault: ForwardFault; readonly retryAfterMs: number | null };

/** A message on its way to a target, as HTTP has it. */
export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Whether an answer with a success status says that the message was taken. By default, each does. */
  readonly isTaken?: (answer: string) => boolean;
}

/** Posts to one target, on its own connections. */
export interface Poster {
  /** Makes one attempt. Never rejects; aborting the signal ends it as a failure. Follows no redirect. */
  post(post: PostRequest, signal: AbortSignal): Promise<Attempt>;
  /** Closes its connections. */
  close(): Promise<void>;
}

/** What all posters share. */
export interface PosterOptions {
  readonly allowed: AllowedAddresses;
  readonly clock: Clock;
  readonly userAgent: string;
}

/** Opens no connection before it is needed, and at most `connections` at once. */
export function openPoster(connections: number, { allowed, clock, userAgent }: PosterOptions): Poster {
  const agent = new Agent({
    connect: connectorTo(allowed),
    connections,
    pipelining: 1,
    headersTimeout: answerMsMax,
    bodyTimeout: answerMsMax,
  });
  return {
    async post({ url, headers, body, isTaken }, signal) {
      const attempt = new AbortController();
      const abort = () => attempt.abort();
      const timer = setTimeout(abort, answerMsMax);
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
      try {
        const answer = await request(url, {
          method: 'POST',
          dispatcher: agent,
          headers: { 'user-agent': userAgent, ...headers },
          body,
          signal: attempt.signal,
        });
        const outcome = outcomeOf(answer.statusCode, answer.headers['retry-after'], clock());
        if (isTaken !== undefined && outcome.kind === 'DELIVERED') {
          return isTaken(await readText(answer.body)) ? outcome : refused;
        }
        // The outcome is known, however slowly the rest arrives.
        await answer.body.dump({ limit: answerBytesMax }).catch(() => undefined);
        return outcome;
      } catch (error) {
        return { kind: 'FAILED', fault: attempt.signal.aborted ? 'TIMEOUT' : faultOf(error), retryAfterMs: null };
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
      }
    },
    close: () => agent.destroy(),
  };
}

const refused: Attempt = { kind: 'FAILED', fault: 'REFUSED', retryAfterMs: null };

/** The answer, cut off if it is too long. */
async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > answerBytesMax) break;
  }
  return Buffer.concat(chunks).toString();
}

function outcomeOf(status: number, retryAfter: string | string[] | undefined, nowMs: number): Attempt {
  if (status >= 200 && status < 300) return { kind: 'DELIVERED' };
  const fault = status >= 500 ? 'HTTP_5XX' : status >= 400 ? 'HTTP_4XX' : 'HTTP_3XX';
  const asked = typeof retryAfter === 'string' && (status === 429 || status === 503);
  return { kind: 'FAILED', fault, retryAfterMs: asked ? readRetryAfterMs(retryAfter, nowMs) : null };
}

const addressRefused = 'ADDRESS_REFUSED';

function refusal(): NodeJS.ErrnoException {
  return Object.assign(new Error('The address of the target is not allowed.'), { code: addressRefused });
}

/** Checks the very address that is connected to: a name that resolves to another one next time is no way around it. */
function connectorTo(allowed: AllowedAddresses): buildConnector.connector {
  const connect = buildConnector({ timeout: connectMsMax, lookup: lookupAllowed });
  return (options, callback) => {
    const address = options.hostname.replace(/^\[|\]$/g, '');
    // An address is not looked up.
    if (isIP(address) !== 0 && !isAllowedAddress(address, allowed)) callback(refusal(), null);
    else connect(options, callback);
  };

  function lookupAllowed(
    hostname: string,
    options: LookupOptions,
    callback: (error: Error | null, address: string | LookupAddress[], family?: number) => void,
  ): void {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      const usable = addresses.filter(({ address }) => isAllowedAddress(address, allowed));
      const [first] = usable;
      if (first === undefined) callback(refusal(), []);
      else if (options.all === true) callback(null, usable);
      else callback(null, first.address, first.family);
    });
  }
}

const timeouts = ['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'];

/** The class of an error; its other details may quote the URL. */
function faultOf(error: unknown): ForwardFault {
  const { code = '' } = error as { code?: string };
  if (code === addressRefused) return 'ADDRESS_REFUSED';
  if (timeouts.includes(code)) return 'TIMEOUT';
  if (code === 'ENOTFOUND' || code.startsWith('EAI_')) return 'NAME';
  if (/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|EPROTO)/.test(code)) return 'TLS';
  return 'CONNECTION';
}
