import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pushBody } from '../support/callback-bodies.ts';
import { connectLive, nextOf, type LiveSocket } from '../support/live-socket.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

let running: RunningApp;
const open: LiveSocket[] = [];
beforeEach(async () => {
  running = await startApp();
});
afterEach(async () => {
  for (const socket of open.splice(0)) await socket.close();
  await running.close();
});

async function connect(): Promise<LiveSocket> {
  const socket = await connectLive(running.app.url);
  open.push(socket);
  return socket;
}

const recorded = `subscription ($after: Cursor) {
  callbackRecorded(after: $after) { cursor callback { position eventType streamSession { sequence } body } }
}`;

interface Recorded {
  readonly callbackRecorded: {
    readonly cursor: string;
    readonly callback: { readonly streamSession: { readonly sequence: string } };
  };
}
const sequences = (socket: LiveSocket, id = '1') =>
  nextOf<Recorded>(socket.messages, id).map(({ callbackRecorded }) => callbackRecorded.callback.streamSession.sequence);

test('sends a recorded callback, and nothing for its redelivery', async () => {
  const { liveFrom } = (await running.ask('{ callbacks { liveFrom } }')).data?.['callbacks'] as { liveFrom: string };
  const socket = await connect();
  socket.subscribe('1', recorded, { after: liveFrom });
  await running.post(pushBody({ sequence: '1' }));
  await running.post(pushBody({ sequence: '1', t: 5 }));
  await running.post(pushBody({ sequence: '2' }));
  await socket.until(() => sequences(socket).includes('2'));
  expect(sequences(socket)).toEqual(['1', '2']);
});

test('list, subscribe with liveFrom, resume with a cursor: nothing is missed or repeated', async () => {
  await running.post(pushBody({ sequence: '1' }));
  await running.projected();
  const { liveFrom } = (await running.ask('{ callbacks { liveFrom } }')).data?.['callbacks'] as { liveFrom: string };
  await running.post(pushBody({ sequence: '2' }));
  await running.projected();
  const first = await connect();
  first.subscribe('1', recorded, { after: liveFrom });
  await first.until(() => sequences(first).length === 1);
  await running.post(pushBody({ sequence: '3' }));
  await first.until(() => sequences(first).length === 2);
  const after = nextOf<Recorded>(first.messages, '1')[1]?.callbackRecorded.cursor;
  await first.close();
  await running.post(pushBody({ sequence: '4' }));
  await running.restart();
  const second = await connect();
  second.subscribe('1', recorded, { after });
  await running.post(pushBody({ sequence: '5' }));
  await second.until(() => sequences(second).includes('5'));
  expect([...sequences(first), ...sequences(second)]).toEqual(['2', '3', '4', '5']);
});
