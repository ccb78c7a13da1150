import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LedgerError, type ErrorCode } from '../../kernel/errors.ts';
import { describeFault } from '../../kernel/logger.ts';
import type { Receiver } from '../../receiving/receiver.ts';
import { callbackBodyBytesMax } from '../limits.ts';
import { refuse } from '../refusals/refusal.ts';

/** Status of each refusal. Never 200: CSS repeats a callback that was answered with anything else. */
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

/** Called with the outcome of every callback. */
export interface CallbackObserver {
  stored(): void;
  refused(refusal: LedgerError): void;
}

/**
 * `POST /callbacks/css` and `POST /callbacks/css/:token`. Answers 200 `{"code":0}` once the callback is durable,
 * recorded or in quarantine, else with a refusal and a status from above. The content type does not matter.
 */
export function callbackRoutes(server: FastifyInstance, receiver: Receiver, observer: CallbackObserver): void {
  void server.register((scope, _options, done) => {
    // Every content type is parsed as bytes, so that the body is stored byte for byte.
    scope.addHook('onRequest', (request, _reply, next) => {
      request.headers['content-type'] = 'application/octet-stream';
      next();
    });
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, next) => next(null, body));
    scope.setErrorHandler((error, request, reply) => {
      const refusal = toLedgerError(error, request);
      const { code, message } = refusal;
      observer.refused(refusal);
      return refuse(reply, request, { status: callbackStatusOf[code] ?? 500, error: code, message });
    });

    const handle = async (request: FastifyRequest, reply: FastifyReply) => {
      const { token = null } = request.params as { token?: string };
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      await receiver.receive({ body, token, remoteAddress: request.ip });
      observer.stored();
      return reply.send({ code: 0 });
    };
    const options = { bodyLimit: callbackBodyBytesMax };
    scope.post('/callbacks/css', options, handle);
    scope.post('/callbacks/css/:token', options, handle);
    done();
  });
}

function toLedgerError(error: unknown, request: FastifyRequest): LedgerError {
  if (error instanceof LedgerError) return error;
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new LedgerError(
      'BODY_TOO_LARGE',
      `The body is larger than ${callbackBodyBytesMax} bytes, and a callback of CSS has 0.3 to 2 KB; nothing was stored.`,
    );
  }
  if (statusCode !== undefined && statusCode < 500) {
    return new LedgerError('REQUEST_INVALID', 'The request is incomplete, or not valid HTTP; nothing was stored.');
  }
  request.log.error(describeFault(error), 'a callback failed');
  return new LedgerError('INTERNAL', 'A fault of this server; the callback may not be stored. Send it again.');
}
