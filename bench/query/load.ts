/**
 * Generates the load in its own process: queries over several connections, one after another on each, for a given time, and callbacks at a
 * steady rate meanwhile. Sockets and requests are written by hand, to take little of the machine.
 */
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { callbackRequests } from '../live/callback-requests.ts';
import { openPosting } from '../live/posting.ts';
import { quantilesOf, type Quantiles } from '../measure.ts';

export interface Load {
  readonly port: number;
  /** Bodies of the requests, sent in turn. */
  readonly bodies: readonly string[];
  readonly connections: number;
  readonly ms: number;
  /** 0: none. */
  readonly callbacksPerSecond: number;
}

export interface Loaded {
  readonly answered: number;
  readonly callbacks: number;
  readonly elapsedMs: number;
  readonly latency: Quantiles;
}

/** Connections for callbacks: more than the callbacks waiting for a commit at 2,000 a second. */
const callbackConnections = 64;

/** Milliseconds between two checks of how many callbacks are due. */
const pacedEveryMs = 5;

const nextCallback = callbackRequests();

async function run(load: Load): Promise<Loaded> {
  const posting = load.callbacksPerSecond === 0 ? null : await openPacedPosting(load);
  const begunMs = performance.now();
  const latenciesMs = await ask(load);
  const elapsedMs = performance.now() - begunMs;
  const callbacks = posting?.end() ?? 0;
  return { answered: latenciesMs.length, callbacks, elapsedMs, latency: quantilesOf(latenciesMs) };
}

async function openPacedPosting({ port, callbacksPerSecond }: Load) {
  const posting = await openPosting({
    port,
    connections: callbackConnections,
    next: nextCallback,
    onAcknowledged: () => undefined,
  });
  const begunMs = performance.now();
  let due = 0;
  const timer = setInterval(() => {
    const until = ((performance.now() - begunMs) * callbacksPerSecond) / 1_000;
    // Callbacks that found no free connection are not sent later: the rate is that of the callbacks accepted.
    for (; due < until; due += 1) posting.post();
  }, pacedEveryMs);
  return {
    end(): number {
      clearInterval(timer);
      posting.end();
      return posting.acknowledged();
    },
  };
}

/** Milliseconds that each answer took. */
async function ask({ port, bodies, connections, ms }: Load): Promise<number[]> {
  const requests = bodies.map(requestOf);
  const latenciesMs: number[] = [];
  let sent = 0;
  const sockets = Array.from({ length: connections }, () => {
    const socket = connect(port, '127.0.0.1').setNoDelay(true);
    let sentMs = 0;
    const send = () => {
      sentMs = performance.now();
      socket.write(requests[sent % requests.length] ?? '');
      sent += 1;
    };
    const onAnswered = createAnswerReader((answer) => {
      assertAnswer(answer);
      latenciesMs.push(performance.now() - sentMs);
      send();
    });
    socket.on('connect', send).on('data', onAnswered);
    return socket;
  });
  await new Promise((resolve) => setTimeout(resolve, ms));
  for (const socket of sockets) socket.destroy();
  return latenciesMs;
}

function requestOf(body: string): string {
  return `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\naccept: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** Calls back with each complete answer, head and body. */
function createAnswerReader(onAnswer: (answer: Buffer) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let [length, wanted] = [0, Infinity];
  return (chunk) => {
    chunks.push(chunk);
    length += chunk.length;
    if (wanted === Infinity) wanted = lengthOfAnswer(Buffer.concat(chunks));
    if (length < wanted) return;
    const answer = Buffer.concat(chunks);
    chunks = [];
    [length, wanted] = [0, Infinity];
    onAnswer(answer);
  };
}

/** The length of an answer; Infinity if its head is not complete. */
function lengthOfAnswer(begin: Buffer): number {
  const end = begin.indexOf('\r\n\r\n');
  if (end < 0) return Infinity;
  const [, bytes] = /\r\ncontent-length: (\d+)/i.exec(begin.toString('latin1', 0, end)) ?? [];
  if (bytes === undefined) throw new Error('An answer does not say its length.');
  return end + '\r\n\r\n'.length + Number(bytes);
}

/** Checks only that this is an answer; whole answers were compared before. */
function assertAnswer(answer: Buffer): void {
  const body = answer.indexOf('\r\n\r\n') + '\r\n\r\n'.length;
  if (answer.toString('latin1', 0, 12) === 'HTTP/1.1 200' && answer.indexOf('{"data":{"', body) === body) return;
  throw new Error(`An answer is none: ${answer.toString('utf8', 0, 200)}`);
}

process.on('message', (load: Load) => {
  void run(load).then((loaded) => process.send?.(loaded));
});
