import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { callbackBodyBytesMax, unprovenBodyBytesMax } from '../connections/limits.ts';
import { formRefusal, requestIdHeader } from '../connections/refusal.ts';
import type { RequestReading } from '../connections/request-reading.ts';
import { LedgerError } from '../kernel/errors.ts';
import { describeFault, type Logger } from '../kernel/logger.ts';
import { logAnswer, sendAnswer, type DebugLogger } from './answer.ts';
import { encodingsAccepted, readCallbackBody, readCallbackUrl } from './callback-request.ts';
import type { Receiver } from './receiver.ts';
import { callbackStatusOf, isCallbackRefusal, type RefusalReason } from './refusals.ts';
import type { RejectionLog } from './rejection-log.ts';

export interface CallbackEndpointOptions {
  readonly receiver: Pick<Receiver, 'receive'>;
  readonly isListedToken: (token: string) => boolean;
  readonly reading: RequestReading;
  /** If true, the connection ends with its answer. */
  readonly stopping: () => boolean;
  readonly onStored: () => void;
  readonly onRefused: (reason: RefusalReason) => void;
  /** Why a request did not arrive whole. */
  readonly lostBecause: (socket: Socket) => RefusalReason;
  readonly rejections: RejectionLog;
  readonly logger: Logger & DebugLogger;
}

/** The endpoint of callbacks, over HTTP. It uses node:http alone: a framework would cost more than all of this. */
export interface CallbackEndpoint {
  /**
   * Answers a callback with 200 `{"code":0}` once it is durable, recorded or in quarantine, else with a refusal and its status
   * in `callbackStatusOf`. Any content type is accepted. False if the URL is of something else: then nothing was done.
   */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Counts and logs a request that did not arrive whole. */
  noteLost(reason: RefusalReason): void;
}

/** Creates the endpoint; it needs no closing. */
export function createCallbackEndpoint(options: CallbackEndpointOptions): CallbackEndpoint {
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
    const body = await readCallbackBody(request, isListed ? callbackBodyBytesMax : unprovenBodyBytesMax);
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
    handle(request, response) {
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
