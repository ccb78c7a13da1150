import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseApiTokens } from '../../../src/api/access/tokens.ts';
import { callbackBodyBytesMax, graphqlBodyBytesMax, refusedBodyBytesMax } from '../../../src/connections/limits.ts';
import { openRawConnection, postHead, statusOf, type RawConnection } from '../../support/raw-http.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ access: { mode: 'tokens', tokens: parseApiTokens('viewer=v1') } });
});
afterAll(() => running.close());

const chunkBytes = 64 * 1024;
const chunk = Buffer.alloc(chunkBytes, ' ');

/** Sends as much of a body as the connection takes; resolves with what was sent when it is over. */
async function sendBody(connection: RawConnection, bytes: number): Promise<number> {
  const { socket } = connection;
  let sent = 0;
  while (sent < bytes && !socket.destroyed) {
    const part = chunk.subarray(0, Math.min(chunkBytes, bytes - sent));
    await new Promise<void>((resolve) => {
      socket.once('close', resolve);
      socket.write(part, () => {
        socket.off('close', resolve);
        resolve();
      });
    });
    sent += part.length;
  }
  return sent;
}

const json = ['content-type: application/json'];
const authorized = [...json, 'authorization: Bearer v1'];
const mebibyte = 1024 * 1024;

describe('what is refused while it is still being sent', () => {
  test.each([
    ['a callback that is too large', '/callbacks/css', callbackBodyBytesMax + mebibyte, [], 413, 'BODY_TOO_LARGE'],
    ['an operation that is too large', '/graphql', graphqlBodyBytesMax + mebibyte, authorized, 413, 'BODY_TOO_LARGE'],
    ['the same for a stream', '/graphql/stream', graphqlBodyBytesMax + mebibyte, authorized, 413, 'BODY_TOO_LARGE'],
    ['an operation without a token', '/graphql', mebibyte, json, 401, 'UNAUTHENTICATED'],
    ['another route', '/elsewhere', mebibyte, [], 404, 'NOT_FOUND'],
    ['another method', '/metrics', mebibyte, [], 405, 'METHOD_NOT_ALLOWED'],
  ])('is answered, and all of it is taken: %s', async (_name, path, bytes, headers, status, code) => {
    const connection = await openRawConnection(running.app.url);
    connection.socket.write(postHead(path, bytes, headers));
    // The answer does not wait for the body.
    await connection.until(`"${code}"`);
    expect(await sendBody(connection, bytes)).toBe(bytes);
    const answer = await connection.ended();
    expect(statusOf(answer)).toBe(status);
    expect(answer).toMatch(/^connection: close\r$/im);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(Number(/^content-length: (\d+)\r?$/im.exec(head)?.[1])).toBe(body.length);
  });

  test('the same in chunks, of which nobody knows how many follow', async () => {
    const connection = await openRawConnection(running.app.url);
    const head = 'POST /callbacks/css HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n';
    const size = `${chunkBytes.toString(16)}\r\n`;
    connection.socket.write(head);
    for (let sent = 0; sent < callbackBodyBytesMax + mebibyte; sent += chunkBytes) {
      connection.socket.write(size);
      connection.socket.write(chunk);
      connection.socket.write('\r\n');
    }
    await connection.until('"BODY_TOO_LARGE"');
    connection.socket.write('0\r\n\r\n');
    expect(statusOf(await connection.ended())).toBe(413);
  });

  test('a client of HTTP reads the answer', async () => {
    const send = (path: string, bytes: number) =>
      fetch(`${running.app.url}${path}`, { method: 'POST', body: Buffer.alloc(bytes, ' ') });
    for (const [path, bytes, status] of [
      ['/callbacks/css', 8 * mebibyte, 413],
      ['/graphql', 8 * mebibyte, 401],
      ['/elsewhere', 8 * mebibyte, 404],
    ] as const) {
      const response = await send(path, bytes);
      expect(response.status).toBe(status);
      expect(await response.text()).toContain('"requestId"');
    }
  });

  test('a connection goes on behind a body that was thrown away', async () => {
    const connection = await openRawConnection(running.app.url);
    connection.socket.write('POST /elsewhere HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\n12345');
    await connection.until('"NOT_FOUND"');
    connection.socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    expect(await connection.ended()).toMatch(/"NOT_FOUND"[^]*HTTP\/1\.1 200 /);
  });
});

describe('the wait for the rest is bounded', () => {
  test('by its bytes', async () => {
    const connection = await openRawConnection(running.app.url);
    const bytes = 8 * refusedBodyBytesMax;
    connection.socket.write(postHead('/callbacks/css', bytes));
    await connection.until('"BODY_TOO_LARGE"');
    expect(await sendBody(connection, bytes)).toBeLessThan(bytes);
  });

  test('by a pause', async () => {
    const connection = await openRawConnection(running.app.url);
    connection.socket.write(`${postHead('/callbacks/css', 2 * callbackBodyBytesMax)}{`);
    expect(statusOf(await connection.ended())).toBe(413);
  });
});
