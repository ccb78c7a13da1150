import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { answerStalledMsMax } from '../../../src/connections/limits.ts';
import { unsentBytesMax } from '../../../src/api/subscriptions/chunks.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { connectLive, nextOf, type LiveSocket } from '../../support/live-socket.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

let running: RunningApp;
/** The server's socket of each connection. */
let accepted: Socket[];
beforeEach(async () => {
  running = await startApp();
  accepted = [];
  subscribe('net.server.socket', accept);
});
afterEach(async () => {
  unsubscribe('net.server.socket', accept);
  await running.close();
});

function accept(message: unknown): void {
  accepted.push((message as { socket: Socket }).socket);
}

/** More than the socket buffers between the two sides. */
const callbacks = 240;
const junk = 'x'.repeat(60_000);
const recorded = 'subscription { callbackRecorded { callback { position streamSession { sequence } body } } }';
const sequences = Array.from({ length: callbacks }, (_, index) => String(index + 1));

async function postAll(): Promise<void> {
  for (let begin = 0; begin < callbacks; begin += 50) {
    const some = sequences.slice(begin, begin + 50);
    await Promise.all(some.map((sequence) => running.post(pushBody({ sequence, junk }))));
  }
  await running.projected();
}

interface Recorded {
  readonly callbackRecorded: { readonly callback: { readonly streamSession: { readonly sequence: string } } };
}
const received = (socket: LiveSocket, id = '1') =>
  nextOf<Recorded>(socket.messages, id).map(({ callbackRecorded }) => callbackRecorded.callback.streamSession.sequence);
const byNumber = (list: readonly string[]) => [...list].sort((one, other) => Number(one) - Number(other));

test('writes to an unread WebSocket no more than it takes; another one misses nothing, nor does the first once it reads', async () => {
  const slow = await connectLive(running.app.url);
  const ofSlow = accepted.at(-1);
  const fast = await connectLive(running.app.url);
  // With ids of one length, both are sent from the same memory.
  for (const [socket, id] of [
    [slow, '1'],
    [fast, '2'],
  ] as const) {
    socket.subscribe(id, recorded);
    socket.subscribe('q', '{ __typename }');
    await socket.until((messages) => messages.some(({ type }) => type === 'complete'));
  }
  slow.ws.pause();
  await postAll();
  await fast.until(() => received(fast, '2').length === callbacks);
  // One chunk, whose last message may exceed the limit.
  const mostBytes = unsentBytesMax + 2 * junk.length;
  while (ofSlow?.writableLength === 0) await new Promise(setImmediate);
  expect(ofSlow?.writableLength).toBeLessThan(mostBytes);
  expect(received(slow).length).toBeLessThan(callbacks);
  slow.ws.resume();
  await slow.until(() => received(slow).length === callbacks);
  expect(received(slow)).toEqual(received(fast, '2'));
  expect(byNumber(received(slow))).toEqual(sequences);
  await slow.close();
  await fast.close();
});

test('writes to an unread event stream no more than it takes, and it misses nothing once it reads', async () => {
  const body = JSON.stringify({ query: recorded });
  const slow = { socket: connect(Number(new URL(running.app.url).port), '127.0.0.1') };
  slow.socket.write(
    `POST /graphql/stream HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  await once(slow.socket, 'readable');
  const ofSlow = accepted.at(-1);
  slow.socket.pause();
  await postAll();
  // Until the buffers of the system are full.
  while (ofSlow?.writableLength === 0) await new Promise(setImmediate);
  expect(ofSlow?.writableLength).toBeLessThan(unsentBytesMax + 2 * junk.length);
  const seen: string[] = [];
  let rest = '';
  const all = new Promise<void>((resolve) => {
    slow.socket.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [, sequence] = /"streamSession":\{"sequence":"(\d+)"\}/.exec(line) ?? [];
        if (sequence !== undefined) seen.push(sequence);
      }
      if (seen.length >= callbacks) resolve();
    });
  });
  slow.socket.resume();
  await all;
  expect(byNumber(seen)).toEqual(sequences);
  slow.socket.destroy();
});

test('does not queue answers for a client that sends without reading', async () => {
  const socket = await connectLive(running.app.url);
  const ofSocket = accepted.at(-1);
  socket.ws.pause();
  const ping = JSON.stringify({ type: 'ping', payload: { junk: 'x'.repeat(100_000) } });
  for (let count = 0; count < 500; count += 1) socket.ws.send(ping);
  // The server reads until there is no room for answers, and then stops reading.
  for (let same = 0, before = -1; same < 500;) {
    await new Promise(setImmediate);
    same = before === ofSocket?.bytesRead ? same + 1 : 0;
    before = ofSocket?.bytesRead ?? 0;
  }
  expect(ofSocket?.writableLength).toBeLessThan(2_000_000);
  socket.ws.terminate();
});

test('a client that takes nothing of an answer is waited for as long as it may, and that of an event stream longer', async () => {
  const unread = connect(Number(new URL(running.app.url).port), '127.0.0.1').pause();
  while (accepted.length === 0) await new Promise(setImmediate);
  const ofUnread = accepted.at(-1);
  unread.write('GET /graphql');
  // From its first bytes on, the reader has it.
  while (ofUnread?.timeout !== answerStalledMsMax) await new Promise(setImmediate);
  unread.write(`/stream?query=${encodeURIComponent(recorded)} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  await once(unread, 'readable');
  expect(ofUnread.timeout).toBe(0);
  unread.destroy();
});
