/**
 * Generates the load in its own process: callbacks over several connections, one after another on each, for a given time. Sockets and the
 * request are written by hand, to take little of the machine being measured.
 */
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { signatureLeadSeconds, signatureOf } from '../../src/domain/callback/signature.ts';
import { history } from '../callback-history.ts';

export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly ms: number;
}

export interface Loaded {
  readonly acknowledged: number;
  readonly refused: number;
  /** The latency of each acknowledged callback, and the time that unanswered ones had waited at the end. */
  readonly latenciesMs: readonly number[];
}

/** Callbacks that a process prepares before it begins; a server that takes more receives them again. */
const callbacksReady = 40_000;
/** The share of relay callbacks, and the signing key: without a key, callbacks are not signed with the current time. */
const [relayShare = '0.2', key] = process.argv.slice(2);
const t = Math.floor(Date.now() / 1_000) + signatureLeadSeconds;
const requests = [...history({ events: callbacksReady, relayShare: Number(relayShare) })].map(({ event: { data } }) => {
  const body = key === undefined ? Buffer.from(data).toString() : sign(Buffer.from(data).toString(), key);
  return `POST /callbacks/css HTTP/1.1\r\nhost: ledger\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
});
const nextRequests = forEver(requests);

function sign(body: string, key: string): string {
  return body.replace(/"t":"?\d+"?/, `"t":${t}`).replace(/"sign":"\w+"/, `"sign":"${signatureOf(key, t)}"`);
}

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
