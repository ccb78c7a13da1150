import { setImmediate as turn } from 'node:timers/promises';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, expect, jest, test } from '@jest/globals';
import { listen } from '../../src/connections/connections.ts';
import { headersTimeoutMs } from '../../src/connections/limits.ts';
import { Door, type DoorOptions } from '../../src/recorder/door.ts';
import { openRawConnection, postHead } from '../support/raw-http.ts';

let opened: { readonly door: Door; readonly server: Server } | null = null;
afterEach(async () => {
  jest.useRealTimers();
  opened?.server.close();
  await opened?.door.drain();
  opened = null;
});

const unexpected = () => expect(null).toBe('called');

/** A door with its own port; by default it answers every request at once. */
async function openDoor(options: Partial<DoorOptions> = {}): Promise<{ door: Door; url: string }> {
  const door = new Door({
    handle(_request, response) {
      response.end('answered');
      return true;
    },
    onward: { connection: unexpected, request: unexpected, upgrade: unexpected },
    connectionsMax: 100,
    onGaveWay: unexpected,
    onCallbackLost: unexpected,
    onRefused: unexpected,
    ...options,
  });
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => door.accept(socket));
  opened = { door, server };
  return { door, url: await listen(server, { host: '127.0.0.1', port: 0 }) };
}

const callback = `${postHead('/callbacks/css', 2)}{}`;

test('a sender that ends its side of the connection after the callback gets the answer all the same', async () => {
  const { url } = await openDoor({
    handle(request, response) {
      // Not before all who listen have read the end.
      request.socket.once('end', () => setImmediate(() => response.end('answered')));
      request.resume();
      return true;
    },
  });
  const sender = await openRawConnection(url);
  sender.socket.end(callback);
  expect(await sender.ended()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*answered/);
});

test('a callback that has arrived when its time is over, because the process did not run, is taken', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'clearImmediate', 'queueMicrotask', 'performance'] });
  const { door, url } = await openDoor();
  const sender = await openRawConnection(url);
  while (door.open() === 0) await turn();
  // It is read from the next turn on.
  await turn();
  sender.socket.end(callback);
  jest.advanceTimersByTime(headersTimeoutMs);
  expect(await sender.ended()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
});

test('where there are too many connections, the one that has been silent longest gives way, whether it has sent something or not', async () => {
  const gaveWay = jest.fn();
  const lost = jest.fn();
  const { door, url } = await openDoor({ connectionsMax: 3, onGaveWay: gaveWay, onCallbackLost: lost });
  const open = async (text = '') => {
    const before = door.open();
    const connection = await openRawConnection(url);
    connection.socket.write(text);
    if (before < 3) while (door.open() === before) await turn();
    return connection;
  };
  const silent = await open();
  const begun = await open(callback.slice(0, 20));
  const kept = await open(callback);
  await kept.until('answered');
  // A flood of idle connections: each takes the room of the oldest one.
  for (let count = 0; count < 20; count += 1) await open();
  await silent.ended();
  await begun.ended();
  const sender = await openRawConnection(url);
  sender.socket.write(callback);
  await sender.until('answered');
  expect(door.open()).toBeLessThanOrEqual(3);
  expect(gaveWay.mock.calls.length).toBeGreaterThanOrEqual(20);
});

test('one whose request waits for its answer does not give way', async () => {
  let answer: () => void = () => undefined;
  let refused = 0;
  const { door, url } = await openDoor({
    connectionsMax: 2,
    onGaveWay: () => (refused += 1),
    handle(request, response) {
      request.resume();
      answer = () => response.end('answered');
      return true;
    },
  });
  const waiting = await openRawConnection(url);
  waiting.socket.write(callback);
  while (door.open() === 0) await turn();
  for (let count = 0; count < 5; count += 1) await openRawConnection(url);
  while (refused < 4) await turn();
  answer();
  await waiting.until('answered');
});

test('a callback whose connection is reset before its headers have arrived is counted as lost', async () => {
  const reasons: string[] = [];
  const { url } = await openDoor({ onCallbackLost: (reason) => reasons.push(reason) });
  const sender = await openRawConnection(url);
  sender.socket.write(callback.slice(0, 40));
  await turn();
  sender.socket.resetAndDestroy();
  await once(sender.socket, 'close');
  while (reasons.length === 0) await turn();
  expect(reasons).toEqual(['CONNECTION_LOST']);
});

test('drained for another process, it gives idle connections away, and those with a request once that is answered', async () => {
  const nothing = () => undefined;
  let answer: () => void = nothing;
  const { door, url } = await openDoor({
    handle(request, response) {
      request.resume();
      answer = () => response.end('answered');
      return true;
    },
  });
  const idle = await openRawConnection(url);
  while (door.open() === 0) await turn();
  const busy = await openRawConnection(url);
  busy.socket.write(callback);
  while (answer === nothing) await turn();
  opened?.server.close();
  const given: unknown[] = [];
  const drained = door.drain((socket) => {
    given.push(socket.remotePort);
    socket.destroy();
  });
  expect(given).toEqual([idle.socket.localPort]);
  answer();
  await busy.until('answered');
  await drained;
});
