import { performance } from 'node:perf_hooks';
import { WebSocket } from 'ws';
import type { HostileLine } from '../hostile-line.ts';
import { createTally, type Tally } from '../posting.ts';

/** As many as the bound on tokens lets through, and as many operations as one connection may have. */
const [connections, operations, spreads] = [4, 100, 990];

/** Each pair of spreads is compared when the document is checked. No two documents are equal, so none is remembered. */
function documentOf(operation: number): string {
  const name = (index: number) => `${operation.toString(36).padStart(2, '0')}${index.toString(36).padStart(2, '0')}`;
  return `{${Array.from({ length: spreads }, (_, index) => `...f${name(index)}`).join(' ')}}`;
}

/** Resolves when the connection closes or the time is over. */
function attackOver(port: number, first: number, tally: Tally, signal: AbortSignal): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
  const say = (message: object) => socket.send(JSON.stringify(message));
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => socket.terminate());
    socket.on('open', () => say({ type: 'connection_init' }));
    socket.on('message', (data: Buffer) => {
      const { type } = JSON.parse(data.toString()) as { readonly type: string };
      if (type !== 'connection_ack') {
        tally.add(type);
        return;
      }
      for (let operation = first; operation < first + operations; operation += 1) {
        say({ type: 'subscribe', id: String(operation), payload: { query: documentOf(operation) } });
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      if (!signal.aborted) tally.add(`closed with ${code}`);
      resolve();
    });
  });
}

export const fragmentSpreads: HostileLine = {
  name: 'fragment-spreads',
  what: `a GraphQL document of ${spreads} fragment spreads (8 KB), ${connections} WebSockets with ${operations} of them each`,
  async attack({ port, ms }) {
    const tally = createTally();
    const signal = AbortSignal.timeout(ms);
    const begunMs = performance.now();
    let answeredMs = 0;
    const noting: Tally = {
      ...tally,
      add(status) {
        answeredMs = performance.now() - begunMs;
        tally.add(status);
      },
    };
    const all = Array.from({ length: connections }, (_, at) => attackOver(port, at * operations, noting, signal));
    await Promise.all(all);
    return `${connections * operations} sent: ${tally.toString()}; the last after ${(answeredMs / 1_000).toFixed(1)} s`;
  },
};
