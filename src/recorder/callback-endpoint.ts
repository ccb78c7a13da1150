import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, type ZlibOptions } from 'node:zlib';
import { callbackBodyBytesMax, unprovenBodyBytesMax } from '../connections/limits.ts';
import { callbackStatusOf, isCallbackRefusal, type RefusalReason } from '../callbacks/setup/callback-refusals.ts';
import { formRefusal, requestIdHeader } from '../connections/refusals.ts';
import type { RequestReading } from '../connections/request-reading.ts';
import { LedgerError } from '../kernel/errors.ts';
import { describeFault, type Logger } from '../kernel/logger.ts';
import { logAnswer, sendAnswer, type DebugLogger } from './door.ts';
import type { Receiver } from './receiver.ts';
import type { RejectionLog } from './rejection-log.ts';

/** Decodes a body, and fails if more comes out than the option allows. */
type Decode = (body: Uint8Array, options: Pick<ZlibOptions, 'maxOutputLength'>) => Promise<Buffer>;

const decoders: Readonly<Record<string, Decode>> = {
  gzip: promisify<Uint8Array, ZlibOptions, Buffer>(gunzip),
  'x-gzip': promisify<Uint8Array, ZlibOptions, Buffer>(gunzip),
  deflate: promisify<Uint8Array, ZlibOptions, Buffer>(inflate),
  br: promisify<Uint8Array, ZlibOptions, Buffer>(brotliDecompress),
};

/** The encodings of a body that are decoded, for the header `Accept-Encoding` of a refusal (RFC 9110, 12.5.3). */
export const encodingsAccepted = 'gzip, deflate, br';

/**
 * Resolves with the body of a callback, decoded, or with its refusal as soon as that is known. `null`: the connection ended
 * before all of it had arrived. Neither what arrives nor what is decoded may have more bytes than `bytesMax`.
 */
async function readCallbackBody(request: IncomingMessage, bytesMax: number): Promise<Uint8Array | LedgerError | null> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  const decode = decoders[encoding];
  if (decode === undefined && encoding !== 'identity' && encoding !== '') return encodingNotSupported();
  const body = await readWhole(request, bytesMax);
  if (decode === undefined || body === null || body instanceof LedgerError) return body;
  try {
    return await decode(body, { maxOutputLength: bytesMax });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(bytesMax) : notDecodable();
  }
}

function readWhole(request: IncomingMessage, bytesMax: number): Promise<Uint8Array | LedgerError | null> {
  return new Promise((resolve) => {
    if (Number(request.headers['content-length']) > bytesMax) {
      resolve(tooLarge(bytesMax));
      return;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bytesMax) {
        chunks.push(chunk);
        return;
      }
      request.off('data', onData);
      resolve(tooLarge(bytesMax));
    };
    request.on('data', onData);
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes)));
    request.on('error', () => resolve(null));
  });
}

function tooLarge(bytesMax: number): LedgerError {
  return new LedgerError(
    'BODY_TOO_LARGE',
    `The body is larger than ${bytesMax} bytes, and a callback of CSS has 0.3 to 2 KB; nothing was stored. Larger ones are taken with a listed token in the URL.`,
  );
}

function encodingNotSupported(): LedgerError {
  return new LedgerError(
    'ENCODING_NOT_SUPPORTED',
    `The header Content-Encoding names none of ${encodingsAccepted}; nothing was stored. Send the body as it is.`,
  );
}

function notDecodable(): LedgerError {
  return new LedgerError(
    'BODY_UNREADABLE',
    'The body is not what the header Content-Encoding says; nothing was stored. Send the body as it is.',
  );
}

/**
 * Whether a browser sends it. A page may have its reader's browser post text to this machine, and to others that only they reach, also under a
 * name of its own, which makes it look like a page of this service. CSS is no browser.
 */
function isOfPage({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
}

function ofPage(): LedgerError {
  return new LedgerError(
    'ORIGIN_NOT_ALLOWED',
    'A web page sent this; nothing was stored. Callbacks of programs have neither Origin nor Sec-Fetch-Site.',
  );
}

/** What a URL under /callbacks names. */
interface CallbackUrl {
  /** Whether it is that of the endpoint: `/callbacks/css`, or with a token `/callbacks/css/<token>`. */
  readonly isEndpoint: boolean;
  /** The last segment, decoded; null without one. */
  readonly token: string | null;
  /** False if the percent-encoding is not valid, or the token is longer than any that is set. */
  readonly isReadable: boolean;
}

/** Characters of a token: more than any listed one has. */
const tokenCharactersMax = 256;

/** Nearly every URL of CSS: nothing has to be decoded. */
const plainUrl = /^\/callbacks\/css(?:\/([\w.~-]{1,256}))?\/?(?:\?|$)/;

/**
 * Reads a URL, null if it is not under /callbacks. A slash more at the end, or in between, changes nothing: CSS sends relay
 * callbacks once, so one that a typing mistake leads elsewhere would be lost.
 */
function readCallbackUrl(url: string): CallbackUrl | null {
  const [isPlain, plainToken = null] = plainUrl.exec(url) ?? [];
  if (isPlain !== undefined) return { isEndpoint: true, token: plainToken, isReadable: true };
  // The absolute form, which a client sends to a proxy (RFC 9112, 3.2.2), has the host before the path.
  const path = url
    .replace(/^https?:\/\/[^/?#]*/i, '')
    .replace(/[?#].*$/s, '')
    .replaceAll(/\/{2,}/g, '/');
  if (!/^\/callbacks(\/|$)/.test(path)) return null;
  const match = /^\/callbacks\/css(?:\/([^/]+))?\/?$/.exec(path);
  if (match === null) return { isEndpoint: false, token: null, isReadable: true };
  const [, encoded] = match;
  const token = encoded === undefined ? null : decode(encoded);
  const isReadable = token === null ? encoded === undefined : token.length <= tokenCharactersMax;
  return { isEndpoint: true, token, isReadable };
}

function decode(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}

interface CallbackEndpointOptions {
  readonly receiver: Pick<Receiver, 'receive'>;
  readonly isListedToken: (token: string) => boolean;
  readonly reading: RequestReading;
  /** If true, the connection ends with its answer. */
  readonly stopping: () => boolean;
  readonly onStored: () => void;
  readonly onRefused: (reason: RefusalReason) => void;
  /** Why a request did not arrive whole. */
  readonly lostBecause: (socket: Socket) => RefusalReason;
  readonly rejections: Pick<RejectionLog, 'note'>;
  readonly logger: Logger & DebugLogger;
}

/** The endpoint of callbacks, over HTTP. It uses node:http alone: a framework would cost more than all of this. */
export function createCallbackEndpoint(options: CallbackEndpointOptions) {
  const { receiver, isListedToken, reading, stopping, onStored, onRefused, lostBecause, rejections, logger } = options;

  const receive = async (request: IncomingMessage, body: Uint8Array, token: string | null, requestId: string) => {
    try {
      const remoteAddress = reading.addressOf(request);
      await receiver.receive({ body, token, remoteAddress, contentType: request.headers['content-type'] });
      return null;
    } catch (error) {
      if (error instanceof LedgerError) return error;
      logger.error({ requestId, ...describeFault(error) }, 'a callback failed');
      return new LedgerError('INTERNAL', 'A fault of this server; the callback may not be stored. Send it again.');
    }
  };
  const answerWhenDurable = async (exchange: Exchange, token: string | null) => {
    const { request, response, requestId } = exchange;
    const isListed = token !== null && isListedToken(token);
    const bytesMax = isListed ? callbackBodyBytesMax : unprovenBodyBytesMax;
    const body = !isListed && isOfPage(request) ? ofPage() : await readCallbackBody(request, bytesMax);
    if (body === null) {
      lost(lostBecause(request.socket));
      return;
    }
    const refusal = body instanceof LedgerError ? body : await receive(request, body, token, requestId);
    if (refusal !== null) {
      refuse(exchange, refusal);
      return;
    }
    onStored();
    const headers = { ...storedHeaders, [requestIdHeader]: requestId };
    sendAnswer(request, response, { status: 200, headers, body: storedBody, isLast: stopping() });
  };
  const lost = (reason: RefusalReason) => {
    onRefused(reason);
    rejections.note({ outcome: 'REFUSED', kind: reason, fields: {} });
  };
  const refuse = ({ request, response, requestId }: Exchange, refusal: LedgerError) => {
    const code = isCallbackRefusal(refusal.code) ? refusal.code : 'INTERNAL';
    onRefused(code);
    // The receiver has logged its own.
    if (!loggedByReceiver.has(code)) rejections.note({ outcome: 'REFUSED', kind: code, fields: {} });
    const { headers, ...formed } = formRefusal(
      { status: callbackStatusOf[code], error: code, message: refusal.message },
      requestId,
    );
    sendAnswer(request, response, {
      ...formed,
      headers: { ...headers, ...headersOf[code] },
      isLast: stopping() || code === 'REQUEST_INVALID',
    });
  };

  return {
    /**
     * Answers a callback with 200 `{"code":0}` once it is durable, recorded or in quarantine, else with a refusal and its
     * status in `callbackStatusOf`. Any content type is accepted. False if the URL is of something else: then nothing was done.
     */
    handle(request: IncomingMessage, response: ServerResponse): boolean {
      const { method, url = '', headers, httpVersion } = request;
      const route = readCallbackUrl(url);
      if (route === null) return false;
      const refusal = refusalOf(route, method, headers.host !== undefined || httpVersion === '1.0');
      const requestId = reading.idOf(request);
      const path = route.token === null ? '/callbacks/css' : '/callbacks/css/:token';
      logAnswer(logger, { request, response }, { route: path, requestId });
      if (refusal === null) void answerWhenDurable({ request, response, requestId }, route.token);
      else refuse({ request, response, requestId }, refusal);
      return true;
    },
    /** Counts and logs a request that did not arrive whole. */
    noteLost: lost,
  };
}

/** A request, and its answer to be. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
}

const storedBody = '{"code":0}';
const storedHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'content-length': Buffer.byteLength(storedBody),
};

/** What HTTP requires beside some refusals. */
const headersOf: Readonly<Partial<Record<string, Readonly<Record<string, string>>>>> = {
  METHOD_NOT_ALLOWED: { allow: 'POST' },
  ENCODING_NOT_SUPPORTED: { 'accept-encoding': encodingsAccepted },
};

/** Refusals that the receiver logs, with their cause. */
const loggedByReceiver: ReadonlySet<string> = new Set([
  'BODY_UNREADABLE',
  'NOT_AUTHENTIC',
  'QUARANTINE_FULL',
  'STORE_OVERLOADED',
  'STORE_UNAVAILABLE',
]);

/** What is wrong with a request under /callbacks/ before its body is read; null if nothing is. */
function refusalOf(
  { isEndpoint, isReadable }: { readonly isEndpoint: boolean; readonly isReadable: boolean },
  method: string | undefined,
  hasHost: boolean,
): LedgerError | null {
  if (!hasHost) {
    return new LedgerError(
      'REQUEST_INVALID',
      'The request has no header Host, which HTTP/1.1 requires; nothing was stored.',
    );
  }
  if (!isReadable) {
    return new LedgerError(
      'REQUEST_INVALID',
      'The path of the URL is too long, or its percent-encoding is not valid; nothing was stored.',
    );
  }
  if (!isEndpoint) {
    return new LedgerError(
      'NOT_FOUND',
      'There is no such route; nothing was stored. Callbacks go to POST /callbacks/css or POST /callbacks/css/<token>.',
    );
  }
  if (method === 'POST') return null;
  return new LedgerError('METHOD_NOT_ALLOWED', 'Callbacks are sent by POST; nothing was stored.');
}
