import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { refusedBodyBytesMax, refusedConnectionLingerMs } from '../limits.ts';

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

/** Whether a body is still arriving. */
export function isArriving({ complete, headers }: IncomingMessage): boolean {
  return !complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);
}

async function* withoutRest(answer: string, request: IncomingMessage): AsyncGenerator<Buffer, void> {
  yield Buffer.from(answer);
  await discardRest(request);
}

/** Reads and discards the rest of a body. Resolves once it ends, pauses, becomes too large, or loses its connection. */
export function discardRest(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    const pausing = setTimeout(over, refusedConnectionLingerMs);
    function over() {
      clearTimeout(pausing);
      request.off('data', count);
      resolve();
    }
    function count(chunk: Buffer) {
      bytes += chunk.length;
      if (bytes > refusedBodyBytesMax) over();
      else pausing.refresh();
    }
    if (request.complete || request.destroyed) over();
    for (const end of ['end', 'error', 'close']) request.once(end, over);
    request.on('data', count);
    request.resume();
  });
}
