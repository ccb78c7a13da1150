import { expect, test } from '@jest/globals';
import { createFront } from '../../src/primary/front-server.ts';
import { openRawConnection, postHead } from '../support/raw-http.ts';

test('a sender that ends its side of the connection after the callback gets the answer all the same', async () => {
  let noteEnd: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (noteEnd = resolve));
  const unexpected = () => expect(null).toBe('called');
  const front = createFront({
    intake: { take: () => ended.then(() => null), noteRefused: unexpected },
    routing: {
      reading: {
        idOf: () => 'request-1',
        addressOf: ({ socket }) => {
          // Not before all who listen have read the end.
          socket.once('end', () => setImmediate(noteEnd));
          return '';
        },
      },
      logger: { level: 'info', debug: unexpected },
    },
    handOver: unexpected,
    takesCallbacks: () => true,
    passOn: { request: unexpected, upgrade: unexpected },
    onRefused: unexpected,
  });
  const { port } = await front.listen('127.0.0.1', 0);
  const sender = await openRawConnection(`http://127.0.0.1:${port}`);
  sender.socket.end(`${postHead('/callbacks/css', 2)}{}`);
  expect(await sender.ended()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\{"code":0\}$/);
  await front.drain();
});
