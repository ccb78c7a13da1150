import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { request, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { compressedBytesMin, encodingFor } from '../../../src/api/http/compression.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
});
afterAll(() => running.close());

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** As sent: `fetch` decodes an answer, and hides how it was encoded. */
async function send(method: string, url: string, headers: OutgoingHttpHeaders = {}, body?: string): Promise<Answer> {
  const sent = request(running.app.url + url, { method, headers, agent: false });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks = (await response.toArray()) as Buffer[];
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
}

const byGet = (query: string) => `/graphql?query=${encodeURIComponent(query)}`;
const large = '{ __schema { types { name description } } }';
const small = '{ __typename }';

const decoders = { br: brotliDecompressSync, gzip: gunzipSync };

test.each(['br', 'gzip'] as const)(
  'an answer above 1 KB is compressed for clients that read %s, by POST and GET, kept or not',
  async (encoding) => {
    const post = () =>
      send(
        'POST',
        '/graphql',
        { 'content-type': 'application/json', 'accept-encoding': encoding },
        JSON.stringify({ query: large }),
      );
    const plain = await send('GET', byGet(large));
    expect(plain.headers['content-encoding']).toBeUndefined();
    for (const answer of [
      await post(),
      await post(),
      await send('GET', byGet(large), { 'accept-encoding': encoding }),
    ]) {
      expect(answer.headers).toMatchObject({
        'content-encoding': encoding,
        vary: expect.stringContaining('Accept-Encoding'),
      });
      expect(decoders[encoding](answer.body).toString()).toBe(plain.body.toString());
      expect(answer.body.length).toBeLessThan(plain.body.length / 2);
    }
  },
);

test('a short answer, and one for a client that names no encoding of ours, is sent as it is', async () => {
  const short = await send('GET', byGet(small), { 'accept-encoding': 'br, gzip' });
  expect(short.body.length).toBeLessThan(compressedBytesMin);
  const others = await send('GET', byGet(large), { 'accept-encoding': 'zstd, *' });
  for (const { headers } of [short, others]) expect(headers['content-encoding']).toBeUndefined();
});

test.each([
  [undefined, null],
  ['', null],
  ['identity', null],
  ['gzip', 'gzip'],
  ['gzip, deflate, br', 'br'],
  ['GZIP;q=0.5', 'gzip'],
  ['br;q=0, gzip;q=1.0', 'gzip'],
  ['br;q=0.000 ,gzip; q=0', null],
  ['*', null],
])('Accept-Encoding %j means %j', (accepted, encoding) => {
  expect(encodingFor(accepted)).toBe(encoding);
});

test.each(['br', 'gzip'] as const)('an export is compressed by %s', async (encoding) => {
  const url = '/export/streamSessions.csv';
  const [plain, compressed] = [await send('GET', url), await send('GET', url, { 'accept-encoding': encoding })];
  expect(compressed.headers['content-encoding']).toBe(encoding);
  expect(decoders[encoding](compressed.body).toString()).toBe(plain.body.toString());
});

test('an answer by GET has a tag, and is not sent to a client that has it; one with errors has none', async () => {
  const first = await send('GET', byGet(large));
  const etag = first.headers.etag ?? '';
  const again = await send('GET', byGet(large), { 'if-none-match': `"other", ${etag}`, 'accept-encoding': 'gzip' });
  expect([etag, again.status, again.body.length]).toEqual([expect.stringMatching(/^W\/"[\w-]{43}"$/), 304, 0]);
  expect(again.headers.etag).toBe(etag);
  const changed = await send('GET', byGet(small), { 'if-none-match': etag });
  expect(changed.status).toBe(200);
  const failed = await send('GET', byGet('{ streamSessions(first: -1) { nodes { id } } }'));
  expect(failed.headers.etag).toBeUndefined();
});

test('HEAD is answered as GET, without a body, wherever OPTIONS names it, and nowhere else', async () => {
  const routes = [byGet(large), '/graphql/stream?query={__typename}', '/export/streamSessions.csv'];
  for (const url of routes) {
    const { headers } = await send('OPTIONS', url);
    const allowed = headers.allow?.split(', ') ?? [];
    const [head, get] = [await send('HEAD', url), await send('GET', url)];
    expect(head.body.length).toBe(0);
    if (allowed.includes('HEAD')) {
      const { 'content-type': type, 'content-length': length, etag } = get.headers;
      expect([head.status, head.headers['content-type'], head.headers.etag]).toEqual([get.status, type, etag]);
      if (length !== undefined) expect(head.headers['content-length']).toBe(length);
    } else expect([head.status, head.headers.allow]).toEqual([405, headers.allow]);
  }
});

const post = async (body: unknown) => {
  const { status, body: answer } = await send(
    'POST',
    '/graphql',
    { 'content-type': 'application/json' },
    JSON.stringify(body),
  );
  const { errors } = JSON.parse(answer.toString()) as { errors: { message: string; extensions: { code: string } }[] };
  return [status, errors[0]?.extensions.code, errors[0]?.message];
};

test('what clients may try in vain has a code that they know: a persisted query, a batch, @defer', async () => {
  const sha256Hash = '0'.repeat(64);
  expect(await post({ extensions: { persistedQuery: { version: 1, sha256Hash } } })).toEqual([
    200,
    'PERSISTED_QUERY_NOT_SUPPORTED',
    'PersistedQueryNotSupported',
  ]);
  expect(await post([{ query: small }])).toEqual([400, 'BAD_REQUEST', 'Operation batching disabled.']);
  expect(await post({ query: '{ ... @defer { __typename } }' })).toEqual([
    400,
    'GRAPHQL_VALIDATION_FAILED',
    'Unknown directive "@defer".',
  ]);
});
