import type { IncomingMessage, ServerResponse } from 'node:http';
import { LedgerError, type ErrorCode } from '../kernel/errors.ts';
import { discardRest, isArriving } from '../connections/refused-bodies.ts';
import { callbackBodyBytesMax } from '../connections/limits.ts';
import { formRefusal, requestIdHeader } from '../connections/refusal.ts';
import type { CallbackIntake } from './callback-intake.ts';

/** The status of each refusal. Never 200, because CSS repeats a callback only after any other status. */
export const callbackStatusOf: Partial<Record<ErrorCode, number>> = {
  BODY_UNREADABLE: 400,
  REQUEST_INVALID: 400,
  NOT_AUTHENTIC: 401,
  BODY_TOO_LARGE: 413,
  QUARANTINE_FULL: 429,
  STORE_OVERLOADED: 503,
  STORE_UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** The request of a callback, however it was routed. */
export interface CallbackExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The last segment of the URL; null without one. */
  readonly token: string | null;
  readonly requestId: string;
  readonly remoteAddress: string;
}

export interface CallbackHandlerOptions {
  readonly intake: CallbackIntake;
  /** If true, the connection ends with its answer. */
  readonly stopping: () => boolean;
}

/**
 * Answers a callback with 200 `{"code":0}` once it is durable, recorded or in quarantine, else with a refusal and its status
 * in `callbackStatusOf`. Any content type is accepted. It uses node:http alone, because a framework's work for each request
 * would cost more than all of this.
 */
export function createCallbackHandler(options: CallbackHandlerOptions): (exchange: CallbackExchange) => void {
  const { intake, stopping } = options;
  const handle = async ({ request, response, token, requestId, remoteAddress }: CallbackExchange) => {
    const body = await readBody(request);
    const isWhole = !(body instanceof LedgerError);
    if (!isWhole) intake.noteRefused(body);
    const contentType = request.headers['content-type'];
    const refusal = isWhole ? await intake.take({ body, token, remoteAddress, contentType }, requestId) : body;
    if (refusal === null) {
      answer(response, { status: 200, headers: { ...storedHeaders, [requestIdHeader]: requestId }, body: storedBody });
      return;
    }
    const { code, message } = refusal;
    const formed = formRefusal({ status: callbackStatusOf[code] ?? 500, error: code, message }, requestId);
    if (!isArriving(request)) {
      answer(response, formed);
      return;
    }
    answer(response, { ...formed, headers: { ...formed.headers, connection: 'close' } }, discardRest(request));
  };
  return (exchange) => void handle(exchange);

  function answer(response: ServerResponse, { status, headers, body }: Answer, rest?: Promise<void>): void {
    // The connection is broken, or the server has itself answered 408, because the request took too long.
    if (response.destroyed || response.headersSent) return;
    if (stopping()) headers = { ...headers, connection: 'close' };
    response.writeHead(status, headers);
    if (rest === undefined) {
      response.end(body);
      return;
    }
    response.write(body);
    void rest.then(() => response.end());
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string;
}

const storedBody = '{"code":0}';
const storedHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'content-length': Buffer.byteLength(storedBody),
};

/** Resolves with the body, or with BODY_TOO_LARGE as soon as that is known, or REQUEST_INVALID if it does not arrive whole. */
function readBody(request: IncomingMessage): Promise<Buffer | LedgerError> {
  return new Promise((resolve) => {
    if (Number(request.headers['content-length']) > callbackBodyBytesMax) {
      resolve(tooLarge());
      return;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= callbackBodyBytesMax) {
        chunks.push(chunk);
        return;
      }
      request.off('data', onData);
      resolve(tooLarge());
    };
    request.on('data', onData);
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes)));
    request.on('error', () => resolve(incomplete()));
  });
}

function tooLarge(): LedgerError {
  return new LedgerError(
    'BODY_TOO_LARGE',
    `The body is larger than ${callbackBodyBytesMax} bytes, and a callback of CSS has 0.3 to 2 KB; nothing was stored.`,
  );
}

function incomplete(): LedgerError {
  return new LedgerError('REQUEST_INVALID', 'The request is incomplete, or not valid HTTP; nothing was stored.');
}
