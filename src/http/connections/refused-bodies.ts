import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { refusedBodyBytesMax, refusedConnectionLingerMs } from '../limits.ts';

/**
 * Lets senders see why they are refused: an answer that is sent while the body still arrives does not end before the rest of
 * the body has arrived too, and been thrown away. Ending sooner would reset the connection, and many senders then report a
 * broken one instead of the answer. That wait ends after `refusedBodyBytesMax`, after a pause of
 * `refusedConnectionLingerMs`, or with the time that a request may take as a whole.
 */
export function discardRefusedBodies(server: FastifyInstance): void {
  server.addHook('onSend', ({ raw }, reply, payload, next) => {
    if (reply.statusCode < 400 || typeof payload !== 'string' || !isArriving(raw)) {
      next(null, payload);
      return;
    }
    // The answer is complete with this length, although its end is still to come.
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

/** Reads on and throws away: resolves once the body has ended, its connection is gone, or it is not worth waiting for. */
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
