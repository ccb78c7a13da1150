import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseOrigins } from '../../../src/settings/settings.ts';
import { parseApiTokens } from '../../../src/api/access/tokens.ts';
import { openLiveSocket } from '../../support/live-socket.ts';
import { openEventStream } from '../../support/live-stream.ts';
import { exchange, statusOf } from '../../support/raw-http.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

const listed = 'https://dashboard.example';
const elsewhere = 'https://elsewhere.example';

describe('CORS_ORIGINS', () => {
  test('takes origins as browsers send them', () => {
    const origins = ['https://example.com', 'http://localhost:3000', 'http://[::1]:8080'];
    expect(parseOrigins(` ${origins.join(' , ')},`)).toEqual(origins);
  });

  test.each([
    'example.com',
    'https://example.com/',
    'https://Example.com',
    'https://example.com:443',
    'null',
    'https:',
  ])('refuses %j, which no browser sends, with the number of the entry', (entry) => {
    expect(() => parseOrigins(`${listed},${entry}`)).toThrow(/^entry 2 is not an origin as browsers send it/);
  });

  test('refuses the wildcard', () => {
    expect(() => parseOrigins('*')).toThrow('name the origins');
    expect(() => parseOrigins('https://*.example.com,*')).toThrow(/entry 2/);
  });
});

/** What GraphQL by POST and GET, an event stream and a WebSocket answer: a status, or `open`. */
async function answers(url: string, headers: Record<string, string>, token?: string) {
  const all = { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const post = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...all },
    body: '{"query":"{ __typename }"}',
  });
  const get = await fetch(`${url}/graphql?query={__typename}`, { headers: all });
  const left = new AbortController();
  const stream = await openEventStream(url, 'subscription { callbackRecorded { cursor } }', {}, all, left.signal);
  left.abort();
  const socket = await openLiveSocket(url, undefined, { headers: all });
  socket.send({ type: 'connection_init' });
  const opened = await socket.until((messages) => messages.length > 0).catch(() => false);
  const socketAnswer = opened ? 'open' : await socket.closed();
  await socket.close();
  return {
    answers: [post.status, get.status, stream.status, socketAnswer],
    allowed: [post, get, stream].map((response) => response.headers.get('access-control-allow-origin')),
  };
}

const closed = {
  code: 4403,
  reason: 'Forbidden; A web page of another origin asked. Add its origin to CORS_ORIGINS to let it.',
};
const refused = { answers: [403, 403, 403, closed], allowed: [null, null, null] };
const answered = (origin: string | null) => ({ answers: [200, 200, 200, 'open'], allowed: [origin, origin, origin] });

describe.each([
  ['without tokens', { mode: 'open' }, undefined],
  ['with tokens', { mode: 'tokens', tokens: parseApiTokens('viewer=v1') }, 'v1'],
] as const)('%s', (_name, access, token) => {
  let listing: RunningApp;
  let plain: RunningApp;
  beforeAll(async () => {
    listing = await startApp({ access, corsOrigins: [listed] });
    plain = await startApp({ access });
  });
  afterAll(async () => {
    await listing.close();
    await plain.close();
  });

  test('a program, which sends neither header, is answered', async () => {
    expect(await answers(plain.app.url, {}, token)).toEqual(answered(null));
  });

  test('a page of this server is answered', async () => {
    const { url } = plain.app;
    const headers = { origin: url, 'sec-fetch-site': 'same-origin' };
    expect(await answers(url, headers, token)).toEqual(answered(null));
    expect(await answers(url, { 'sec-fetch-site': 'none' }, token)).toEqual(answered(null));
  });

  test.each([
    ['an origin', { origin: elsewhere }],
    ['no origin of its own', { origin: 'null' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['another site by Sec-Fetch-Site alone', { 'sec-fetch-site': 'cross-site' }],
    ['another host of the site', { 'sec-fetch-site': 'same-site' }],
  ])('a page of %s is refused', async (_name, headers: Record<string, string>) => {
    expect(await answers(plain.app.url, headers, token)).toEqual(refused);
    expect(await answers(listing.app.url, headers, token)).toEqual(refused);
  });

  test('a page of a listed origin is answered, and may read it', async () => {
    const headers = { origin: listed, 'sec-fetch-site': 'cross-site' };
    expect(await answers(plain.app.url, headers, token)).toEqual(refused);
    expect(await answers(listing.app.url, headers, token)).toEqual(answered(listed));
  });

  test.each(['/graphql', '/graphql/stream'])('preflights for %s are answered for listed origins', async (path) => {
    const preflight = (origin: string) =>
      fetch(`${listing.app.url}${path}`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      });
    const { status, headers } = await preflight(listed);
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, listed]);
    expect(headers.get('access-control-allow-methods')).toBe('GET, POST');
    expect(headers.get('access-control-allow-headers')).toMatch(
      /^authorization, content-type, last-event-id, apollo-require-preflight, graphql-cost, /,
    );
    expect(headers.get('access-control-max-age')).toBe('7200');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    const ofOther = await preflight(elsewhere);
    expect([ofOther.status, ofOther.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    for (const response of [{ headers }, ofOther]) expect(response.headers.get('vary')).toBe('Origin, Sec-Fetch-Site');
  });

  test('other routes answer no page', async () => {
    const { headers } = await fetch(`${listing.app.url}/metrics`, { headers: { origin: listed } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('with tokens', () => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp({
      access: { mode: 'tokens', tokens: parseApiTokens('operator=o1') },
      corsOrigins: [listed],
      trustProxy: ['127.0.0.1'],
    });
  });
  afterAll(() => running.close());

  test('a page of a listed origin can read that it has no token, and how to send one', async () => {
    for (const path of ['/graphql', '/graphql/stream']) {
      const { status, headers } = await fetch(`${running.app.url}${path}?query={__typename}`, {
        headers: { origin: listed },
      });
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expect(headers.get('access-control-allow-origin')).toBe(listed);
      expect(headers.get('access-control-expose-headers')).toContain('www-authenticate');
    }
  });

  test('a page that a trusted proxy serves under another host is of this server', async () => {
    const headers = { origin: 'https://ledger.example', 'x-forwarded-host': 'ledger.example' };
    expect(await answers(running.app.url, headers, 'o1')).toEqual(answered(null));
    expect(await answers(running.app.url, { origin: 'https://ledger.example' }, 'o1')).toEqual(refused);
  });

  test('a mutation by GET is refused with 405, also where its page may ask', async () => {
    const head = 'GET /graphql?query=mutation{__typename} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n';
    const headers = `origin: ${listed}\r\nauthorization: Bearer o1\r\n\r\n`;
    expect(statusOf(await exchange(running.app.url, head + headers))).toBe(405);
  });
});

test('a query by GET as urql sends it is answered', async () => {
  const running = await startApp();
  try {
    const search = new URLSearchParams({ operationName: 'Kind', query: 'query Kind { __typename }', variables: '{}' });
    const response = await fetch(`${running.app.url}/graphql?${search.toString()}`, {
      headers: {
        accept:
          'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
      },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  } finally {
    await running.close();
  }
});
