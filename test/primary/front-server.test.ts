import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, jest, test } from '@jest/globals';
import { headersTimeoutMs } from '../../src/connections/limits.ts';
import { createFront, type Front, type FrontOptions } from '../../src/primary/front-server.ts';
import { openRawConnection, postHead } from '../support/raw-http.ts';

afterEach(() => {
  jest.useRealTimers();
});

const unexpected = () => expect(null).toBe('called');

type FrontUses = Pick<FrontOptions['intake'], 'take'> & Pick<FrontOptions['routing']['reading'], 'addressOf'>;

function createFrontWith({ take, addressOf }: FrontUses): Front {
  return createFront({
    intake: { take, noteRefused: unexpected },
    routing: {
      reading: { idOf: () => 'request-1', addressOf },
      logger: { level: 'info', debug: unexpected },
    },
    handOver: unexpected,
    takesCallbacks: () => true,
    passOn: { request: unexpected, upgrade: unexpected },
    onRefused: unexpected,
  });
}

test('a sender that ends its side of the connection after the callback gets the answer all the same', async () => {
  let noteEnd: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (noteEnd = resolve));
  const front = createFrontWith({
    take: () => ended.then(() => null),
    addressOf: ({ socket }) => {
      // Not before all who listen have read the end.
      socket.once('end', () => setImmediate(noteEnd));
      return '';
    },
  });
  const sender = await openRawConnection(await front.listen('127.0.0.1', 0));
  sender.socket.end(`${postHead('/callbacks/css', 2)}{}`);
  expect(await sender.ended()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\{"code":0\}$/);
  await front.drain();
});

test('a callback that has arrived when its time is over, because the process did not run, is taken', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'clearImmediate', 'queueMicrotask', 'performance'] });
  const front = createFrontWith({ take: () => Promise.resolve(null), addressOf: () => '' });
  const sender = await openRawConnection(await front.listen('127.0.0.1', 0));
  while (front.open() === 0) await turn();
  // It is read from the next turn on.
  await turn();
  try {
    sender.socket.end(`${postHead('/callbacks/css', 2)}{}`);
    jest.advanceTimersByTime(headersTimeoutMs);
    expect(await sender.ended()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  } finally {
    sender.socket.destroy();
    await front.drain();
  }
});
