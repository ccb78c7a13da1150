import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient, type Client, type ExecutionResult, type RequestParams } from 'graphql-sse';
import { parseApiTokens } from '../../../src/api/access/tokens.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { exchange, statusOf } from '../../support/raw-http.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

let running: RunningApp;
let client: Client;
beforeAll(async () => {
  running = await startApp({ access: { mode: 'tokens', tokens: parseApiTokens('operator=o1') } });
  client = createClient({
    url: `${running.app.url}/graphql/stream`,
    headers: { authorization: 'Bearer o1' },
    retryAttempts: 0,
  });
  await running.post(pushBody({ sequence: '1' }));
  await running.projected();
});
afterAll(async () => {
  client.dispose();
  await running.close();
});

/** All results until the server completes the operation. */
async function resultsOf(operation: RequestParams): Promise<ExecutionResult<Record<string, unknown>, unknown>[]> {
  const results = [];
  for await (const result of client.iterate(operation)) results.push(result);
  return results;
}

const refusedWith = (code: string) => [
  {
    errors: [expect.objectContaining({ extensions: expect.objectContaining({ code, requestId: expect.any(String) }) })],
  },
];

describe('the client of graphql-sse, by distinct connections', () => {
  test('gets the answer of a query', async () => {
    const query = 'query ($first: Int) { streamSessions(first: $first) { nodes { sequence } } }';
    expect(await resultsOf({ query, variables: { first: 1 } })).toEqual([
      { data: { streamSessions: { nodes: [{ sequence: '1' }] } } },
    ]);
  });

  test('gets the answer of a mutation', async () => {
    const query = 'mutation { discardFromQuarantine(ids: ["x"]) { outcome } }';
    expect(await resultsOf({ query })).toEqual([{ data: { discardFromQuarantine: [{ outcome: 'NOT_FOUND' }] } }]);
  });

  test('gets the messages of a subscription', async () => {
    const { liveFrom } = (await resultsOf({ query: '{ callbacks { liveFrom } }' }))[0]?.data?.['callbacks'] as {
      liveFrom: string;
    };
    await running.post(pushBody({ sequence: '2' }));
    await running.post(pushBody({ sequence: '3' }));
    const query =
      'subscription ($after: Cursor) { callbackRecorded(after: $after) { callback { streamSession { sequence } } } }';
    const messages = client.iterate<{ callbackRecorded: { callback: unknown } }>({
      query,
      variables: { after: liveFrom },
    });
    const received = [];
    for await (const { data } of messages) {
      received.push(data?.callbackRecorded.callback);
      if (received.length === 2) break;
    }
    expect(received).toEqual([{ streamSession: { sequence: '2' } }, { streamSession: { sequence: '3' } }]);
  });

  test.each([
    ['GRAPHQL_PARSE_FAILED', { query: '{' }],
    ['GRAPHQL_VALIDATION_FAILED', { query: '{ nothing }' }],
    ['GRAPHQL_VALIDATION_FAILED', { query: 'subscription { nothing }' }],
    ['BAD_REQUEST', { query: '{ __typename }', operationName: 'other' }],
    [
      'OPERATION_TOO_COSTLY',
      { query: '{ streamSessions(first: 500) { nodes { callbacks { nodes { position } } } } }' },
    ],
    ['CURSOR_INVALID', { query: 'subscription { callbackRecorded(after: "x") { cursor } }' }],
  ])('gets %s as a result: %j', async (code, operation) => {
    expect(await resultsOf(operation)).toEqual(refusedWith(code));
  });

  test('gets the errors of a query beside its data', async () => {
    const [result] = await resultsOf({
      query: '{ streamSession(sequence: "1") { id } callbacks(after: "x") { liveFrom } }',
    });
    expect(result?.errors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID' } }]);
  });
});

describe('by GET', () => {
  const get = (query: string) =>
    exchange(
      running.app.url,
      `GET /graphql/stream?query=${encodeURIComponent(query)} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer o1\r\n\r\n`,
    );

  test('a query is answered', async () => {
    expect(await get('{ __typename }')).toMatch(
      /^HTTP\/1\.1 200 [^]*\r\n\r\nevent: next\ndata: \{"data":\{"__typename":"Query"\}\}\n\nevent: complete\ndata:\n\n$/,
    );
  });

  test('a mutation is refused with 405', async () => {
    const answer = await get('mutation { discardFromQuarantine(ids: ["x"]) { outcome } }');
    expect(statusOf(answer)).toBe(405);
    expect(answer).toMatch(/^allow: POST\r$/im);
    expect(answer).toContain('"METHOD_NOT_ALLOWED"');
  });
});
