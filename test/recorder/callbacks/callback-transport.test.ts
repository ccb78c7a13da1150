import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { headerBytesMax, unprovenBodyBytesMax } from '../../../src/connections/limits.ts';
import { exchange, openRawConnection, postHead, statusOf } from '../../support/raw-http.ts';
import { recordedArrivals } from '../../support/recorded.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { readSample } from '../../support/samples.ts';

const push = readSample('push');

describe('the callback endpoint on the wire', () => {
  let running: RunningApp;
  let before: number;
  const added = async () => (await recordedArrivals(running)).slice(before);

  beforeAll(async () => {
    running = await startApp();
  });
  afterAll(() => running.close());
  beforeEach(async () => {
    before = (await recordedArrivals(running)).length;
  });

  test.each([
    ['application/json', ['content-type: application/json']],
    ['application/json with a charset', ['content-type: application/json; charset=GBK']],
    ['a form', ['content-type: application/x-www-form-urlencoded']],
    ['a form of parts without a boundary', ['content-type: multipart/form-data']],
    ['text/plain', ['content-type: text/plain']],
    ['application/octet-stream', ['content-type: application/octet-stream']],
    ['what is no content type', ['content-type: ;;=,']],
    ['an empty content type', ['content-type: ']],
    ['two content types', ['content-type: text/html', 'content-type: application/json']],
    ['none', []],
  ])('the content type does not matter: %s', async (_name, headers) => {
    const answer = await exchange(running.app.url, postHead('/callbacks/css', push.length, headers), push);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toMatch(/\r\n\r\n\{"code":0\}$/);
    expect(push.equals((await added())[0]?.data ?? Buffer.alloc(0))).toBe(true);
  });

  test('records a chunked body as one body', async () => {
    const half = 100;
    const chunks = [push.subarray(0, half), push.subarray(half)].map(
      (chunk) => `${chunk.length.toString(16)}\r\n${chunk.toString('latin1')}\r\n`,
    );
    const head =
      'POST /callbacks/css HTTP/1.1\r\nhost: ledger\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n';
    expect(statusOf(await exchange(running.app.url, head, ...chunks, '0\r\n\r\n'))).toBe(200);
    expect(push.equals((await added())[0]?.data ?? Buffer.alloc(0))).toBe(true);
  });

  test('refuses a chunked body over the limit too', async () => {
    const head =
      'POST /callbacks/css HTTP/1.1\r\nhost: ledger\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n';
    const chunk = `80000\r\n${' '.repeat(0x80000)}\r\n`;
    expect(statusOf(await exchange(running.app.url, head, chunk, '1\r\n \r\n0\r\n\r\n'))).toBe(413);
    expect(await added()).toEqual([]);
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('takes a body compressed by %s, and stores what it says', async (encoding, pack) => {
    const packed = pack(push);
    const head = postHead('/callbacks/css', packed.length, [`content-encoding: ${encoding}`]);
    expect(statusOf(await exchange(running.app.url, head, packed))).toBe(200);
    expect((await added())[0]?.data).toEqual(push);
  });

  test('refuses a body that decodes to more than the limit with 413, and one that does not decode with 400', async () => {
    const send = async (packed: Buffer) => {
      const head = postHead('/callbacks/css', packed.length, ['content-encoding: gzip']);
      return statusOf(await exchange(running.app.url, head, packed));
    };
    expect(await send(gzipSync(Buffer.alloc(unprovenBodyBytesMax + 1, ' ')))).toBe(413);
    expect(await send(push)).toBe(400);
    expect(await added()).toEqual([]);
  });

  test('refuses another encoding with 415, and names those that it takes', async () => {
    const head = postHead('/callbacks/css', 2, ['content-encoding: zstd']);
    const answer = await exchange(running.app.url, head, '{}');
    expect([statusOf(answer), answer]).toEqual([415, expect.stringMatching(/accept-encoding: gzip, deflate, br\r\n/i)]);
  });

  test.each(['/callbacks/css/', '/callbacks/css//', '//callbacks//css', 'http://ledger/callbacks/css'])(
    'takes a callback at %s: a slash more changes nothing',
    async (route) => {
      const head = postHead(route, push.length);
      expect(statusOf(await exchange(running.app.url, head, push))).toBe(200);
      expect(await added()).toHaveLength(1);
    },
  );

  test('the answer is JSON', async () => {
    const { headers } = await running.post(push);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
  });

  test.each(['GET', 'PUT', 'DELETE', 'HEAD'])('refuses %s with 405, and records nothing', async (method) => {
    const answer = await exchange(
      running.app.url,
      `${method} /callbacks/css HTTP/1.1\r\nhost: ledger\r\nconnection: close\r\n\r\n`,
    );
    expect(statusOf(answer)).toBe(405);
    expect(answer).toContain('\r\nallow: POST\r\n');
    expect(await added()).toEqual([]);
  });

  test('refuses another route with 404 NOT_FOUND and nothing of the URL', async () => {
    const answer = await running.post('{}', '/callbacks/css/token/more?canary=1');
    expect(answer).toMatchObject({ status: 404, body: { error: 'NOT_FOUND' } });
    expect(JSON.stringify(answer.body)).not.toContain('canary');
  });

  test.each([
    [400, '/callbacks/css/%E0%A4%A?canary=1'],
    [400, '/%canary'],
    [400, `/callbacks/css/${'canary'.repeat(60)}`],
  ])('refuses an undecodable or overlong URL with %i REQUEST_INVALID and nothing of it', async (status, route) => {
    const answer = await running.post('{}', route);
    expect(answer).toMatchObject({ status, body: { error: 'REQUEST_INVALID' } });
    expect(JSON.stringify(answer.body)).not.toContain('canary');
    expect(running.logLines.join('')).not.toContain('canary');
  });

  test('refuses headers over the limit with 431, and ends the connection', async () => {
    const headers = [`x-padding: ${'x'.repeat(headerBytesMax)}`];
    const answer = await exchange(running.app.url, postHead('/callbacks/css', push.length, headers));
    expect(statusOf(answer)).toBe(431);
    expect(answer).toContain('"error":"REQUEST_INVALID"');
    expect(await added()).toEqual([]);
  });

  test.each([
    ['what is not HTTP', '\u0016\u0003\u0001 hello\r\n\r\n'],
    ['a header without a colon', 'POST /callbacks/css HTTP/1.1\r\nhost ledger\r\n\r\n'],
    ['a length that is none', 'POST /callbacks/css HTTP/1.1\r\nhost: ledger\r\ncontent-length: many\r\n\r\n'],
    [
      'a length and chunks',
      'POST /callbacks/css HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}',
    ],
    ['no host', 'POST /callbacks/css HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}'],
  ])('refuses with 400, and ends the connection: %s', async (_name, request) => {
    expect(statusOf(await exchange(running.app.url, request))).toBe(400);
    expect(await added()).toEqual([]);
  });

  test('an aborted request records nothing and does not affect others', async () => {
    const broken = await openRawConnection(running.app.url);
    broken.socket.write(postHead('/callbacks/css', push.length, ['expect: 100-continue']));
    await broken.until('100 Continue');
    broken.socket.write(push.subarray(0, 50));
    broken.socket.resetAndDestroy();
    expect(await running.post(push)).toMatchObject({ status: 200 });
    expect(await added()).toHaveLength(1);
  });

  test('says so to a client that ends in the middle of a request, and ends the connection', async () => {
    const half = await openRawConnection(running.app.url);
    half.socket.end(Buffer.concat([Buffer.from(postHead('/callbacks/css', push.length)), push.subarray(0, 50)]));
    expect(await half.ended()).toContain('The connection ended before the request was complete; nothing was stored.');
    expect(await added()).toEqual([]);
  });

  test('accepts several callbacks on one connection', async () => {
    const head = `POST /callbacks/css HTTP/1.1\r\nhost: ledger\r\ncontent-length: ${push.length}\r\n\r\n`;
    const answer = await exchange(
      running.app.url,
      head,
      push,
      head,
      push,
      postHead('/callbacks/css', push.length),
      push,
    );
    expect(answer.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
    expect(await added()).toHaveLength(3);
  });
});
