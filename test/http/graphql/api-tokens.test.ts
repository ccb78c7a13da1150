import { afterEach, describe, expect, test } from '@jest/globals';
import { callerOf, parseApiTokens, type ApiAccess } from '../../../src/http/graphql/api-tokens.ts';
import { exchange, statusOf } from '../../support/raw-http.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { readSample } from '../../support/samples.ts';

describe('API_TOKENS', () => {
  test.each([
    ['', []],
    ['viewer=v1', [{ role: 'viewer', token: 'v1' }]],
    [
      ' viewer = v1 , ,operator=o=1=',
      [
        { role: 'viewer', token: 'v1' },
        { role: 'operator', token: 'o=1=' },
      ],
    ],
  ])('%j are read: commas part the entries, the first sign of equality the role', (list, tokens) => {
    expect(parseApiTokens(list)).toEqual(tokens);
  });

  test.each(['canary', 'owner=canary', '=canary', 'viewer=', 'Viewer=canary', 'canary=viewer'])(
    '%j is refused by its place, without a word of what it holds',
    (entry) => {
      expect(() => parseApiTokens(`viewer=v1,${entry}`)).toThrow(
        'entry 2 is not "viewer=<token>" or "operator=<token>"',
      );
      expect(() => parseApiTokens(`viewer=v1,${entry}`)).not.toThrow(/canary/);
    },
  );
});

describe('the role of a request', () => {
  const access: ApiAccess = {
    mode: 'tokens',
    tokens: parseApiTokens('viewer=v1,operator=o1,viewer=both,operator=both'),
  };

  test.each([
    ['Bearer v1', 'viewer'],
    ['Bearer o1', 'operator'],
    ['bearer   o1', 'operator'],
    ['Bearer both', 'operator'],
    ['Bearer v2', null],
    ['Bearer', null],
    ['Bearer ', null],
    ['Basic v1', null],
    ['v1', null],
    ['Bearer v1 o1', null],
    ['', null],
    [undefined, null],
  ])('with %j is %j', (authorization, role) => {
    expect(callerOf(access, authorization)?.role ?? null).toBe(role);
  });

  test('is operator for everybody where it is open, and none for anybody where it is closed', () => {
    expect(callerOf({ mode: 'open' }, undefined)?.role).toBe('operator');
    expect(callerOf({ mode: 'closed' }, 'Bearer o1')).toBeNull();
  });
});

describe('GraphQL', () => {
  let running: RunningApp;
  afterEach(() => running.close());

  const query = '{ streamSessions { nodes { streamParam callbacks { nodes { body } } } } }';
  const told = (streamParam: string, sign: string) => ({
    streamSessions: {
      nodes: [
        { streamParam, callbacks: { nodes: [{ body: expect.objectContaining({ stream_param: streamParam, sign }) }] } },
      ],
    },
  });

  async function start(access: ApiAccess): Promise<void> {
    running = await startApp({ access });
    await running.post(readSample('push'));
    await running.projected();
  }

  test('with tokens answers an operator with what was sent, a viewer without credentials', async () => {
    await start({ mode: 'tokens', tokens: parseApiTokens('viewer=v1,operator=o1') });
    const operator = await running.ask(query, {}, { authorization: 'Bearer o1' });
    expect(operator).toEqual({ status: 200, data: told('stream_param=test', 'ca3e25e5dc17a6f9909a9ae7281e300d') });
    const viewer = await running.ask(query, {}, { authorization: 'Bearer v1' });
    expect(viewer).toEqual({ status: 200, data: told('(hidden)', '(hidden)') });
  });

  test.each([{}, { authorization: 'Bearer wrong' }, { authorization: 'Basic djE6' }])(
    'with tokens answers one without any of them with 401: %j',
    async (headers) => {
      await start({ mode: 'tokens', tokens: parseApiTokens('viewer=v1,operator=o1') });
      const { status, data, errors } = await running.ask(query, {}, headers);
      expect({ status, data }).toEqual({ status: 401, data: undefined });
      expect(errors).toMatchObject([
        { extensions: { code: 'UNAUTHENTICATED', requestId: expect.any(String) as unknown } },
      ]);
    },
  );

  test('with tokens refuses a GET too, and a body of any kind, before it is read', async () => {
    await start({ mode: 'tokens', tokens: parseApiTokens('viewer=v1') });
    const { url } = running.app;
    for (const response of [
      await fetch(`${url}/graphql?query={__typename}`),
      await fetch(`${url}/graphql`, { method: 'POST', body: 'x'.repeat(200_000), headers: { connection: 'close' } }),
    ]) {
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    }
  });

  test('closed answers nobody, and says why; callbacks are taken all the same', async () => {
    await start({ mode: 'closed' });
    const { status, errors } = await running.ask(query, {}, { authorization: 'Bearer v1' });
    expect(status).toBe(401);
    expect(errors).toMatchObject([
      { message: expect.stringContaining('API_TOKENS is not set') as unknown, extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    expect(await running.post(readSample('push'))).toMatchObject({ status: 200 });
  });

  test('open answers everybody, as an operator', async () => {
    await start({ mode: 'open' });
    expect(await running.ask(query)).toMatchObject({
      status: 200,
      data: told('stream_param=test', 'ca3e25e5dc17a6f9909a9ae7281e300d'),
    });
  });

  const askAs = async (host: string, more = '') => {
    const query = encodeURIComponent('{ streamSessions { nodes { streamParam } } }');
    const lines = [`GET /graphql?query=${query} HTTP/1.1`, `host: ${host}`, 'apollo-require-preflight: 1', more];
    return exchange(running.app.url, `${lines.filter(Boolean).join('\r\n')}\r\nconnection: close\r\n\r\n`);
  };

  test('open answers nobody who asks for another host: its name may point here for a web page elsewhere', async () => {
    await start({ mode: 'open' });
    for (const host of ['evil.example:4160', 'evil.example', 'localhost.evil.example', '127.0.0.1.evil.example']) {
      const answer = await askAs(host);
      expect([host, statusOf(answer)]).toEqual([host, 401]);
      expect(answer).toContain('"UNAUTHENTICATED"');
      expect(answer).toContain('set API_TOKENS');
      expect(answer).not.toContain('stream_param=test');
    }
    for (const host of ['localhost', 'LocalHost:4000', '127.0.0.1:4000', '127.8.9.1', '[::1]:4000']) {
      const answer = await askAs(host);
      expect([host, statusOf(answer)]).toEqual([host, 200]);
      expect(answer).toContain('stream_param=test');
    }
  });

  test('open believes no header that a web page may set: a mutation of one is refused too', async () => {
    running = await startApp({ access: { mode: 'open' }, trustProxy: ['127.0.0.1'] });
    expect(statusOf(await askAs('evil.example', 'x-forwarded-host: localhost'))).toBe(401);
    const body = JSON.stringify({ query: 'mutation { discardFromQuarantine(ids: ["a"]) { outcome } }' });
    const head = `POST /graphql HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\ncontent-type: application/json`;
    const answer = await exchange(running.app.url, `${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    expect(statusOf(answer)).toBe(401);
  });

  test('open streams no events to whoever asks for another host', async () => {
    await start({ mode: 'open' });
    const query = encodeURIComponent('subscription { callbackRecorded { cursor } }');
    const head = `GET /graphql/stream?query=${query} HTTP/1.1\r\nconnection: close\r\naccept: text/event-stream`;
    const answer = await exchange(running.app.url, `${head}\r\nhost: evil.example\r\n\r\n`);
    expect(statusOf(answer)).toBe(401);
    expect(answer).toContain('set API_TOKENS');
  });

  test('with tokens is asked by any name', async () => {
    await start({ mode: 'tokens', tokens: parseApiTokens('viewer=v1') });
    expect(statusOf(await askAs('ledger.example', 'authorization: Bearer v1'))).toBe(200);
  });
});
