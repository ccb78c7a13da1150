import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { introspectionOf, graphqlRequest } from '../introspecting.ts';
import type { HostileLine } from '../hostile-line.ts';

const [atOnce, schemas, aliases] = [3, 20, 400];

/** Reads whatever comes until the time is over, and says what came. */
function ask(port: number, ms: number): Promise<string> {
  const begunMs = performance.now();
  const socket = connect(port, '127.0.0.1');
  let [bytes, firstLine, lastMs] = [0, '', 0];
  return new Promise((resolve) => {
    socket.setTimeout(ms);
    const over = setTimeout(() => socket.destroy(), ms);
    socket.on('connect', () => socket.write(graphqlRequest(introspectionOf(schemas, aliases))));
    socket.on('data', (chunk) => {
      if (bytes === 0) firstLine = chunk.toString('latin1', 0, chunk.indexOf('\r'));
      bytes += chunk.length;
      lastMs = performance.now() - begunMs;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(over);
      const mb = (bytes / 1_048_576).toFixed(1);
      resolve(bytes === 0 ? 'no answer' : `${firstLine}, ${mb} MB in ${(lastMs / 1_000).toFixed(1)} s`);
    });
  });
}

export const introspection: HostileLine = {
  name: 'introspection',
  what: `introspection with ${schemas} × ${aliases} aliases (7 KB), ${atOnce} at once`,
  async attack({ port, ms }) {
    return (await Promise.all(Array.from({ length: atOnce }, () => ask(port, ms)))).join('; ');
  },
};
