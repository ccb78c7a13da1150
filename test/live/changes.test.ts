import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readModelFileName, removeReadModel } from '../../src/projecting/file/read-model-file.ts';
import { interruptionBody, pushBody } from '../support/callback-bodies.ts';
import { connectLive, nextOf, type LiveSocket } from '../support/live-socket.ts';
import { relayBody } from '../support/relay-bodies.ts';
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

const changed = `subscription ($filter: StreamSessionFilter, $after: Cursor, $left: Boolean) {
  streamSessionChanged(filter: $filter, after: $after, left: $left) { cursor matches streamSession { sequence state } }
}`;

interface Changed {
  readonly streamSessionChanged: {
    readonly cursor: string;
    readonly matches: boolean;
    readonly streamSession: { readonly sequence: string; readonly state: string };
  };
}
const sent = (socket: LiveSocket, id = '1') =>
  nextOf<Changed>(socket.messages, id).map(({ streamSessionChanged: { matches, streamSession } }) =>
    [streamSession.sequence, streamSession.state, matches].join(' '),
  );
const cursors = (socket: LiveSocket) =>
  nextOf<Changed>(socket.messages, '1').map(({ streamSessionChanged: { cursor } }) => cursor);

async function liveFrom(): Promise<string> {
  await running.projected();
  const answer = await running.ask('{ streamSessions { liveFrom } }');
  return (answer.data?.['streamSessions'] as { liveFrom: string }).liveFrom;
}

const push = (sequence: string, event_time: number, others = {}) =>
  running.post(pushBody({ sequence, event_time, ...others }));
const end = (sequence: string, event_time: number) => running.post(interruptionBody({ sequence, event_time }));

describe('a callback that changes two sessions', () => {
  beforeEach(async () => {
    await push('1', 1_000);
    await push('2', 2_000);
  });

  test('is never cut in half: resuming between the two sends the second', async () => {
    const first = await connect();
    const after = await liveFrom();
    // A newer push of the same stream: that session begins, and the one before it is superseded, by one callback.
    await push('3', 3_000);
    first.subscribe('1', changed, { after });
    await first.until(() => sent(first).length === 2);
    expect(sent(first)).toEqual(['3 LIVE true', '2 SUPERSEDED true']);
    const [between] = cursors(first);
    const second = await connect();
    second.subscribe('1', changed, { after: between });
    await second.until(() => sent(second).length === 1);
    expect(sent(second)).toEqual(['2 SUPERSEDED true']);
  });

  test('sends each session once while catching up, in its newest state', async () => {
    await end('1', 1_500);
    const before = await liveFrom();
    await end('2', 2_500);
    await push('3', 3_000);
    await end('3', 3_500);
    await running.projected();
    const socket = await connect();
    socket.subscribe('1', changed, { after: before });
    await socket.until(() => sent(socket).length === 2);
    expect(sent(socket)).toEqual(['2 ENDED true', '3 ENDED true']);
  });
});

describe('left', () => {
  const filter = { domain: { eq: 'test.domain.com' }, state: { eq: 'LIVE' } };

  test('sends what leaves a list only if asked to, and never what could not have been in it', async () => {
    const after = await liveFrom();
    const socket = await connect();
    socket.subscribe('1', changed, { after, filter, left: true });
    socket.subscribe('2', changed, { after, filter });
    await push('1', 1_000);
    await socket.until(() => sent(socket, '1').length === 1);
    await push('9', 1_000, { app: 'elsewhere.example', stream_id: 'other' });
    await end('1', 1_500);
    await push('2', 2_000, { stream_id: 'another' });
    await socket.until(() => sent(socket, '2').includes('2 LIVE true') && sent(socket, '1').includes('2 LIVE true'));
    expect(sent(socket, '1')).toEqual(['1 LIVE true', '1 ENDED false', '2 LIVE true']);
    expect(sent(socket, '2')).toEqual(['1 LIVE true', '2 LIVE true']);
  });
});

test('sends nothing for a redelivery', async () => {
  const after = await liveFrom();
  const socket = await connect();
  socket.subscribe('1', changed, { after });
  await push('1', 1_000);
  await socket.until(() => sent(socket).length === 1);
  await running.post(pushBody({ sequence: '1', event_time: 1_000, t: 7 }));
  await running.projected();
  await push('2', 500);
  await socket.until(() => sent(socket).some((one) => one.startsWith('2')));
  expect(sent(socket).filter((one) => one.startsWith('1'))).toEqual(['1 LIVE true']);
});

test('sends relay tasks at their changes, with their runs', async () => {
  const after = await liveFrom();
  const socket = await connect();
  socket.subscribe(
    '1',
    `subscription ($after: Cursor) { relayTaskChanged(after: $after, filter: { state: { eq: RUNNING } }, left: true) {
      matches relayTask { taskId state exitCode runs { number exitCode } }
    } }`,
    { after },
  );
  await running.post(relayBody('TaskStart', { task_start_time: 1_000_000 }));
  await socket.until((messages) => nextOf(messages, '1').length === 1);
  await running.post(relayBody('TaskExit', { task_exit_time: 2_000_000, code: -5, message: 'gone' }));
  await socket.until((messages) => nextOf(messages, '1').length === 2);
  expect(nextOf(socket.messages, '1')).toMatchObject([
    { relayTaskChanged: { matches: true, relayTask: { taskId: '1', state: 'RUNNING', runs: [{ number: 1 }] } } },
    { relayTaskChanged: { matches: false, relayTask: { state: 'EXITED' } } },
  ]);
});

test('a cursor outlives the read models, which are built again', async () => {
  await push('1', 1_000);
  const after = await liveFrom();
  await push('2', 2_000);
  await running.restart((dataDir) => {
    removeReadModel(readModelFileName(dataDir));
    return Promise.resolve();
  });
  // Until then there is none that can answer.
  await running.projected();
  const socket = await connect();
  socket.subscribe('1', changed, { after });
  await socket.until(() => sent(socket).length === 2);
  expect(sent(socket)).toEqual(['2 LIVE true', '1 SUPERSEDED true']);
});

test('a process that stops closes with a cursor, and its subscribers resume there', async () => {
  const after = await liveFrom();
  const socket = await connect();
  socket.subscribe('1', changed, { after });
  await push('1', 1_000);
  await socket.until(() => sent(socket).length === 1);
  const restarted = running.restart();
  const { code, reason } = await socket.closed();
  expect(code).toBe(1001);
  const [, cursor = ''] = /^the server is stopping; after (\S+)$/.exec(reason) ?? [];
  await restarted;
  await push('2', 2_000);
  const again = await connect();
  again.subscribe('1', changed, { after: cursor });
  await again.until(() => sent(again).length === 2);
  expect(sent(again)).toEqual(['2 LIVE true', '1 SUPERSEDED true']);
});
