import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { headerBytesMax } from '../../../src/connections/limits.ts';
import { exchange, postHead, statusOf } from '../../support/raw-http.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
});
afterAll(() => running.close());

const close = 'host: localhost\r\nconnection: close\r\n';

/** Refusals by Node, Fastify, Apollo and ourselves, before a handler of ours runs. */
describe('every refusal has an error code, a message and a request id', () => {
  test.each([
    ['another route', `GET /canary HTTP/1.1\r\n${close}\r\n`, 404, 'NOT_FOUND'],
    [
      'another route, with a body of an unknown type',
      `${postHead('/canary', 1, ['content-type: text/xml'])}x`,
      404,
      'NOT_FOUND',
    ],
    ['another method', `GET /callbacks/css/canary HTTP/1.1\r\n${close}\r\n`, 405, 'METHOD_NOT_ALLOWED'],
    ['a rare method', `PROPFIND /graphql?canary HTTP/1.1\r\n${close}\r\n`, 405, 'METHOD_NOT_ALLOWED'],
    ['OPTIONS for a probe', `OPTIONS /healthz HTTP/1.1\r\n${close}\r\n`, 405, 'METHOD_NOT_ALLOWED'],
    ['an unknown method', `CANARY / HTTP/1.1\r\n${close}\r\n`, 400, 'REQUEST_INVALID'],
    ['a tunnel', 'CONNECT canary:443 HTTP/1.1\r\nhost: canary:443\r\n\r\n', 405, 'METHOD_NOT_ALLOWED'],
    ['an expectation', postHead('/callbacks/css', 2, ['expect: canary']), 417, 'REQUEST_INVALID'],
    ['no host', 'POST /callbacks/css HTTP/1.1\r\ncontent-length: 0\r\n\r\n', 400, 'REQUEST_INVALID'],
    ['not HTTP', 'canary\r\n\r\n', 400, 'REQUEST_INVALID'],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}',
      400,
      'REQUEST_INVALID',
    ],
    ['endless headers', `GET / HTTP/1.1\r\nx-canary: ${'canary'.repeat(headerBytesMax)}`, 431, 'REQUEST_INVALID'],
    ['an endless URL', `GET /${'canary'.repeat(headerBytesMax)}`, 431, 'REQUEST_INVALID'],
    ['a long token', postHead(`/callbacks/css/${'canary'.repeat(50)}`, 0), 400, 'REQUEST_INVALID'],
    ['a URL that cannot be decoded', postHead('/callbacks/css/canary%E0%A4%A', 0), 400, 'REQUEST_INVALID'],
    [
      'an endless chunk extension',
      `POST /callbacks/css HTTP/1.1\r\n${close}transfer-encoding: chunked\r\n\r\n1;${'canary'.repeat(4_000)}`,
      413,
      'BODY_TOO_LARGE',
    ],
    ['a body over the limit', postHead('/callbacks/css', 600_000), 413, 'BODY_TOO_LARGE'],
    [
      'a GraphQL body over the limit',
      postHead('/graphql', 600_000, ['content-type: application/json']),
      413,
      'BODY_TOO_LARGE',
    ],
    [
      'GraphQL as a form',
      `${postHead('/graphql', 8, ['content-type: application/x-www-form-urlencoded'])}canary=1`,
      415,
      'BAD_REQUEST',
    ],
    [
      'GraphQL across sites',
      `GET /graphql?query={__typename} HTTP/1.1\r\n${close}sec-fetch-site: cross-site\r\n\r\n`,
      403,
      'ORIGIN_NOT_ALLOWED',
    ],
    [
      'a preflight of another site',
      `OPTIONS /graphql HTTP/1.1\r\n${close}origin: https://canary.example\r\n\r\n`,
      403,
      'ORIGIN_NOT_ALLOWED',
    ],
    [
      'GraphQL as a picture',
      `GET /graphql?query={__typename} HTTP/1.1\r\n${close}accept: image/canary\r\n\r\n`,
      406,
      'BAD_REQUEST',
    ],
    [
      'GraphQL for an invalid host',
      `GET /graphql?query={__typename} HTTP/1.1\r\nhost: [canary\r\nconnection: close\r\n\r\n`,
      400,
      'BAD_REQUEST',
    ],
    ['a mutation by GET', `GET /graphql?query=mutation{__typename} HTTP/1.1\r\n${close}\r\n`, 405, 'BAD_REQUEST'],
  ])('%s', async (_name, request, status, code) => {
    const answer = await exchange(running.app.url, request);
    expect(statusOf(answer)).toBe(status);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    const id = /^x-request-id: ([0-9a-f-]{36})$/im.exec(head)?.[1];
    expect(body).toContain(`"requestId":"${String(id)}"`);
    expect(body).toMatch(new RegExp(`"(error|code)":"${code}"`));
    expect(head).toMatch(/^connection: close$/im);
    expect(head).toMatch(/^content-type: application\/json/im);
    expect(answer).not.toMatch(/node_modules|stack/);
    expect(answer.replaceAll('"canary"', '')).not.toContain('canary');
    expect(running.logLines.join('')).not.toContain('canary');
  });
});

test('405 names the allowed methods', async () => {
  const allowed = async (request: string) => /^allow: (.*)\r$/im.exec(await exchange(running.app.url, request))?.[1];
  expect(await allowed(`DELETE /graphql HTTP/1.1\r\n${close}\r\n`)).toBe('GET, HEAD, OPTIONS, POST');
  expect(await allowed(`DELETE /callbacks/css/x HTTP/1.1\r\n${close}\r\n`)).toBe('POST');
});
