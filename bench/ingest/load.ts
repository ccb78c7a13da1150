/**
 * The load, in a process of its own: callbacks over so many connections, one after another on each, for so long. Sockets
 * and a request written by hand, so that it takes little of the machine that it measures.
 */
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { history } from '../callback-history.ts';

export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly ms: number;
}

export interface Loaded {
  readonly acknowledged: number;
  readonly refused: number;
  /** Of each callback that was acknowledged, and what those had waited at the end that were not answered yet. */
  readonly latenciesMs: readonly number[];
}

/** Callbacks that a process has ready before it begins; a server that takes more of them gets them again. */
const callbacksReady = 40_000;
const requests = [...history({ events: callbacksReady, relayShare: 0.2 })].map(
  ({ event: { data } }) =>
    `POST /callbacks/css HTTP/1.1\r\nhost: ledger\r\ncontent-length: ${data.byteLength}\r\n\r\n${Buffer.from(data).toString()}`,
);
const nextRequests = forEver(requests);

function* forEver<Value>(values: readonly Value[]): Generator<Value, never> {
  for (;;) yield* values;
}

function run({ port, connections, ms }: Load): Promise<Loaded> {
  const latenciesMs: number[] = [];
  let refused = 0;
  const open = Array.from({ length: connections }, () => {
    const socket = connect(port, '127.0.0.1').setNoDelay(true);
    const one = { socket, sentMs: 0 };
    let answer = '';
    const send = () => {
      one.sentMs = performance.now();
      socket.write(nextRequests.next().value);
    };
    socket.on('connect', send);
    socket.on('error', (error) => {
      throw error;
    });
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      if (!answer.endsWith('}')) return;
      if (answer.startsWith('HTTP/1.1 200')) latenciesMs.push(performance.now() - one.sentMs);
      else refused += 1;
      answer = '';
      send();
    });
    return one;
  });
  return new Promise((resolve) => {
    setTimeout(() => {
      const acknowledged = latenciesMs.length;
      const waited = open.map(({ sentMs }) => performance.now() - sentMs);
      for (const { socket } of open) socket.destroy();
      resolve({ acknowledged, refused, latenciesMs: [...latenciesMs, ...waited] });
    }, ms);
  });
}

process.on('message', (load: Load) => {
  void run(load).then((loaded) => process.send?.(loaded));
});
