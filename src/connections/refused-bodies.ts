import type { IncomingMessage } from 'node:http';
import { refusedBodyBytesMax, refusedConnectionLingerMs } from './limits.ts';

/** Whether a body is still arriving. */
export function isArriving({ complete, headers }: IncomingMessage): boolean {
  return !complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);
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
