import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { secretDigest } from '../../../src/kernel/encoding.ts';
import type { ApiAccess } from '../../../src/api/access/admission.ts';
import { parseApiTokens, type ApiToken, parseAccessFile } from '../../../src/api/access/tokens.ts';
import { exchange, statusOf } from '../../support/raw-http.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { readSample } from '../../support/samples.ts';

describe('API_TOKENS', () => {
  const of = (token: string, more: Partial<ApiToken> = {}) => ({
    role: 'viewer',
    scope: null,
    rates: null,
    name: null,
    digest: secretDigest(token),
    expiresAtMs: null,
    ...more,
  });

  test.each([
    ['', []],
    ['viewer=v1', [of('v1')]],
    [' viewer = v1 , ,operator=o=1=', [of('v1'), of('o=1=', { role: 'operator' })]],
    ['viewer:a@b:2027-12-31=v1', [of('v1', { name: 'a@b', expiresAtMs: Date.parse('2028-01-01T00:00:00Z') })]],
  ])('parses %j: entries are separated by commas, and no token is kept as it is', (list, tokens) => {
    expect(parseApiTokens(list)).toEqual(tokens);
  });

  test.each(['canary', 'owner=canary', '=canary', 'viewer=', 'Viewer=canary', 'canary=viewer'])(
    'refuses %j with the number of the entry and nothing of its content',
    (entry) => {
      expect(() => parseApiTokens(`viewer=v1,${entry}`)).toThrow(
        'entry 2 is not "<role>=<token>", with one of the roles viewer, analyst, operator, admin',
      );
      expect(() => parseApiTokens(`viewer=v1,${entry}`)).not.toThrow(/canary/);
    },
  );

  test.each(['2027-02-30', '2027-13-01', '31.12.2027', ''])('refuses the last day %j', (day) => {
    expect(() => parseApiTokens(`viewer:canary:${day}=canary`)).toThrow('entry 1 has a last day that is not a date');
  });
});

describe('ACCESS_FILE', () => {
  const fileWith = (token: object) => JSON.stringify({ tokens: [token] });
  const anna = { name: 'anna', role: 'operator', sha256: secretDigest('o1') };

  test('has the digests of tokens, as sha256sum prints them', () => {
    expect(parseAccessFile(fileWith({ ...anna, lastDay: '2027-12-31' })).tokens).toEqual([
      {
        name: 'anna',
        role: 'operator',
        scope: null,
        rates: null,
        digest: secretDigest('o1'),
        expiresAtMs: Date.parse('2028-01-01T00:00:00Z'),
      },
    ]);
    expect(secretDigest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  test('has scopes of tokens and of rules, with domains in lower case', () => {
    const scope = [{ domains: ['Push.Example.com', '*.A.example'] }, { accounts: ['1250000001'], streams: ['One'] }];
    const rule = { claim: 'groups', has: 'a', role: 'viewer' };
    const { tokens, identities } = parseAccessFile(
      JSON.stringify({ tokens: [{ ...anna, scope }], identities: [{ ...rule, scope }, rule] }),
    );
    const read = [{ domains: ['push.example.com', '*.a.example'] }, { accounts: ['1250000001'], streams: ['One'] }];
    expect([tokens[0]?.scope, identities.rules.map((one) => one.scope)]).toEqual([read, [read, null]]);
  });

  test.each([
    ['{', 'the file is not JSON'],
    ['{"token":[]}', '"token" is unknown; there are tokens'],
    [fileWith({ ...anna, role: 'owner' }), 'tokens[0].role: must be one of viewer, analyst, operator, admin'],
    [fileWith({ ...anna, sha256: 'canary' }), 'tokens[0].sha256: must be a text that matches'],
    [fileWith({ ...anna, token: 'canary' }), 'tokens[0]: "token" is unknown'],
    [fileWith({ ...anna, scope: [] }), 'tokens[0].scope: must have 1 to 100 entries'],
    [fileWith({ ...anna, scope: [{}] }), 'tokens[0].scope[0]: limits nothing'],
    [fileWith({ ...anna, scope: { domains: ['canary'] } }), 'tokens[0].scope: must be a list'],
    [
      fileWith({ ...anna, scope: [{ domain: ['canary'] }] }),
      'tokens[0].scope[0]: "domain" is unknown; there are accounts',
    ],
    [
      fileWith({ ...anna, scope: [{ domains: ['canary.*'] }] }),
      'tokens[0].scope[0].domains[0]: must be a text that matches',
    ],
    [
      fileWith({ ...anna, scope: [{ accounts: [1] }] }),
      'tokens[0].scope[0].accounts[0]: must be a text of 1 to 64 characters, in quotes',
    ],
    [fileWith({ ...anna, lastDay: '2027-02-30' }), 'tokens[0].lastDay: must be a date'],
  ])('%s is refused by the path of what is wrong', (text, problem) => {
    expect(() => parseAccessFile(text)).toThrow(problem);
    expect(() => parseAccessFile(text)).not.toThrow(/canary/);
  });
});

let running: RunningApp;

const query = '{ streamSessions { nodes { streamParam callbacks { nodes { body } } } } }';
const nodeWith = (streamParam: unknown, body: unknown) => ({
  streamSessions: { nodes: [{ streamParam, callbacks: { nodes: [{ body }] } }] },
});
const bodyWith = (stream_param: string, sign: string): unknown => expect.objectContaining({ stream_param, sign });
const asSent = nodeWith('stream_param=test', bodyWith('stream_param=test', 'ca3e25e5dc17a6f9909a9ae7281e300d'));
const fingerprint: unknown = expect.stringMatching(/^\(hidden [0-9a-f]{12}\)$/);

/** One app for the tests around: they change nothing that another one sees. */
function shareApp(access: ApiAccess): void {
  beforeAll(async () => {
    running = await startApp({ access });
    await running.post(readSample('push'));
    await running.projected();
  });
  afterAll(() => running.close());
}

const askAs = async (host: string, more = '') => {
  const query = encodeURIComponent('{ streamSessions { nodes { streamParam } } }');
  const lines = [`GET /graphql?query=${query} HTTP/1.1`, `host: ${host}`, more];
  return exchange(running.app.url, `${lines.filter(Boolean).join('\r\n')}\r\nconnection: close\r\n\r\n`);
};

describe('GraphQL with tokens', () => {
  shareApp({ mode: 'tokens', tokens: parseApiTokens('viewer=v1,analyst=a1,operator=o1,admin=d1') });

  test.each([
    ['d1', asSent],
    ['o1', nodeWith(fingerprint, bodyWith('(hidden)', '(hidden)'))],
    ['a1', nodeWith(fingerprint, bodyWith('(hidden)', '(hidden)'))],
    ['v1', nodeWith(fingerprint, fingerprint)],
  ])('answers %s with what its role may read', async (token, data) => {
    expect(await running.ask(query, {}, { authorization: `Bearer ${token}` })).toEqual({ status: 200, data });
  });

  test.each([{}, { authorization: 'Bearer wrong' }, { authorization: 'Basic djE6' }])(
    'refuses a request without a valid one with 401: %j',
    async (headers) => {
      const { status, data, errors } = await running.ask(query, {}, headers);
      expect({ status, data }).toEqual({ status: 401, data: undefined });
      expect(errors).toMatchObject([
        { extensions: { code: 'UNAUTHENTICATED', requestId: expect.any(String) as unknown } },
      ]);
    },
  );

  test('refuses a GET too, and any body before it is read', async () => {
    const { url } = running.app;
    for (const response of [
      await fetch(`${url}/graphql?query={__typename}`),
      await fetch(`${url}/graphql`, { method: 'POST', body: 'x'.repeat(200_000), headers: { connection: 'close' } }),
    ]) {
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    }
  });

  test('answers requests for any host', async () => {
    expect(statusOf(await askAs('ledger.example', 'authorization: Bearer v1'))).toBe(200);
  });
});

describe('the role of a request', () => {
  shareApp({ mode: 'tokens', tokens: parseApiTokens('viewer=v1,operator=o1,viewer=both,operator=both') });

  test.each([
    ['Bearer v1', 'VIEWER'],
    ['Bearer o1', 'OPERATOR'],
    ['bearer   o1', 'OPERATOR'],
    ['Bearer both', 'OPERATOR'],
    ['Bearer v2', null],
    ['Bearer', null],
    ['Bearer ', null],
    ['Basic v1', null],
    ['v1', null],
    ['Bearer v1 o1', null],
    ['', null],
  ])('with %j is %j', async (authorization, role) => {
    const { status, data } = await running.ask('{ viewer { role } }', {}, { authorization });
    expect([status, data]).toEqual(role === null ? [401, undefined] : [200, { viewer: { role } }]);
  });
});

describe('GraphQL in mode closed', () => {
  shareApp({ mode: 'closed' });

  test('refuses everybody and says why, but still accepts callbacks', async () => {
    const { status, errors } = await running.ask(query, {}, { authorization: 'Bearer v1' });
    expect(status).toBe(401);
    expect(errors).toMatchObject([
      { message: expect.stringContaining('API_TOKENS is not set') as unknown, extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    expect(await running.post(readSample('push'))).toMatchObject({ status: 200 });
  });
});

describe('GraphQL in mode open', () => {
  shareApp({ mode: 'open' });

  test('answers everybody as an admin', async () => {
    expect(await running.ask(query)).toMatchObject({
      status: 200,
      data: asSent,
    });
  });

  test('refuses requests for another host, whose name may resolve to this machine for a web page elsewhere', async () => {
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

  test('trusts no header that a web page can set, and refuses its mutations too', async () => {
    expect(statusOf(await askAs('evil.example', 'x-forwarded-host: localhost'))).toBe(401);
    const body = JSON.stringify({ query: 'mutation { discardFromQuarantine(ids: ["a"]) { outcome } }' });
    const head = `POST /graphql HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\ncontent-type: application/json`;
    const answer = await exchange(running.app.url, `${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    expect(statusOf(answer)).toBe(401);
  });

  test('refuses event streams for another host', async () => {
    const query = encodeURIComponent('subscription { callbackRecorded { cursor } }');
    const head = `GET /graphql/stream?query=${query} HTTP/1.1\r\nconnection: close\r\naccept: text/event-stream`;
    const answer = await exchange(running.app.url, `${head}\r\nhost: evil.example\r\n\r\n`);
    expect(statusOf(answer)).toBe(401);
    expect(answer).toContain('set API_TOKENS');
  });
});
