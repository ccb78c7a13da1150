import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { discardRest, isArriving } from '../../connections/refused-bodies.ts';

/**
 * Lets senders see why they are refused. If the body still arrives, the answer ends after the server has read and discarded
 * the rest of it. Ending sooner would reset the connection, and many senders would report that instead of the answer. The wait
 * ends after `refusedBodyBytesMax`, after a pause of `refusedConnectionLingerMs`, or with the timeout of the whole request.
 */
export function discardRefusedBodies(server: FastifyInstance): void {
  server.addHook('onSend', ({ raw }, reply, payload, next) => {
    if (reply.statusCode < 400 || typeof payload !== 'string' || !isArriving(raw)) {
      next(null, payload);
      return;
    }
    // With its length, the answer is complete for the client before it ends.
    void reply.header('content-length', Buffer.byteLength(payload));
    next(null, Readable.from(withoutRest(payload, raw), { objectMode: false }));
  });
}

async function* withoutRest(answer: string, request: IncomingMessage): AsyncGenerator<Buffer, void> {
  yield Buffer.from(answer);
  await discardRest(request);
}
