/**
 * Generates the load in its own process: callbacks over several connections, one after another on each, for a given time. Sockets and the
 * request are written by hand, to take little of the machine being measured.
 */
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { history } from '../callback-history.ts';
import { signBody } from '../signed-body.ts';

export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly ms: number;
  /** Whether each callback has a connection of its own, closed by the server. Its latency then begins with the connection. */
  readonly closes?: boolean;
}

export interface Loaded {
  readonly acknowledged: number;
  readonly refused: number;
  /** The first answer that was a refusal; empty if there was none, or if the connection was closed instead. */
  readonly refusal: string;
  /** The latency of each acknowledged callback, and the time that unanswered ones had waited at the end. */
  readonly latenciesMs: readonly number[];
}

/** Callbacks that a process prepares before it begins; a server that takes more receives them again. */
const callbacksReady = 40_000;
/** The share of relay callbacks, and the signing key: without a key, callbacks are not signed with the current time. */
const [relayShare = '0.2', key] = process.argv.slice(2);
const signedAtMs = Date.now();
/** Requests without their first lines, which depend on the connection. */
const requests = [...history({ events: callbacksReady, relayShare: Number(relayShare) })].map(({ event: { data } }) => {
  const sent = Buffer.from(data).toString();
  const body = key === undefined ? sent : signBody(sent, key, signedAtMs);
  return `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
});
const nextRequests = forEver(requests);

function* forEver<Value>(values: readonly Value[]): Generator<Value, never> {
  for (;;) yield* values;
}

async function run({ port, connections, ms, closes = false }: Load): Promise<Loaded> {
  const latenciesMs: number[] = [];
  let [refused, refusal, isOver] = [0, '', false];
  const head = `POST /callbacks/css HTTP/1.1\r\nhost: ledger\r\n${closes ? 'connection: close\r\n' : ''}`;
  const open = Array.from({ length: connections }, () => {
    const one = { sentMs: 0, isAnswered: false, end: () => undefined as unknown };
    const openConnection = () => {
      const socket = connect(port, '127.0.0.1').setNoDelay(true);
      one.end = () => socket.destroy();
      let answer = '';
      const send = () => {
        if (!closes) one.sentMs = performance.now();
        one.isAnswered = false;
        socket.write(head + nextRequests.next().value);
      };
      if (closes) one.sentMs = performance.now();
      socket.on('connect', send);
      socket.on('error', (error) => {
        throw error;
      });
      socket.on('data', (chunk) => {
        answer += chunk.toString('latin1');
        if (!answer.endsWith('}')) return;
        if (answer.startsWith('HTTP/1.1 200')) latenciesMs.push(performance.now() - one.sentMs);
        else {
          refused += 1;
          refusal ||= answer;
        }
        one.isAnswered = true;
        answer = '';
        if (!closes) send();
      });
      if (!closes) return;
      socket.on('close', () => {
        if (isOver) return;
        if (!one.isAnswered) refused += 1;
        openConnection();
      });
    };
    openConnection();
    return one;
  });
  await pause(ms);
  isOver = true;
  const acknowledged = latenciesMs.length;
  const waited = open.filter(({ isAnswered }) => !isAnswered).map(({ sentMs }) => performance.now() - sentMs);
  for (const { end } of open) end();
  return { acknowledged, refused, refusal, latenciesMs: [...latenciesMs, ...waited] };
}

process.on('message', (load: Load) => {
  void run(load).then((loaded) => process.send?.(loaded));
});
