import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CallbacksDocument, StreamSessionDocument } from '../../../schema/operations.generated.ts';
import { errorCodes } from '../../../src/kernel/errors.ts';
import { graphqlBodyBytesMax } from '../../../src/connections/limits.ts';
import { startApp, type RunningApp, type GraphqlAnswer } from '../../support/running-app.ts';
import { parseSample } from '../../support/samples.ts';

const shared = '6674468118806626493';

let running: RunningApp;

beforeAll(async () => {
  running = await startApp();
  for (const appid of [1, 2, 3]) {
    await running.post({ ...parseSample('push'), appid, stream_id: `stream-${appid}` });
    await running.post({ ...parseSample('push'), appid, sequence: `71000000000000000${appid}` });
  }
  await running.projected();
});
afterAll(() => running.close());

/** Every refusal has a code of the closed list and the id of its request. */
function expectCode({ errors }: GraphqlAnswer, code: string): void {
  expect(Object.keys(errorCodes)).toContain(code);
  expect(errors?.[0]?.extensions).toMatchObject({
    code,
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
  });
}

describe('a sequence that several accounts use', () => {
  test('is AMBIGUOUS_ID without appId, and the error names the accounts', async () => {
    const answer = await running.ask('query ($sequence: ID!) { streamSession(sequence: $sequence) { id } }', {
      sequence: shared,
    });
    expectCode(answer, 'AMBIGUOUS_ID');
    expect(answer.data).toEqual({ streamSession: null });
    expect([...(answer.errors?.[0]?.extensions['appIds'] as string[])].sort()).toEqual(['1', '2', '3']);
  });

  test('is found with appId, for each account', async () => {
    for (const appId of ['1', '2', '3']) {
      const { streamSession } = await running.query(StreamSessionDocument, { sequence: shared, appId });
      expect(streamSession).toMatchObject({ appId, sequence: shared, streamId: `stream-${appId}` });
    }
  });

  test('is null for an account that does not use it', async () => {
    expect(await running.query(StreamSessionDocument, { sequence: shared, appId: '4' })).toEqual({
      streamSession: null,
    });
  });
});

describe.each(['streamSessions', 'callbacks'])('a page of %s', (list) => {
  const page = (args: Record<string, unknown>) =>
    running.ask(
      `query ($first: Int, $after: Cursor, $last: Int, $before: Cursor) {
         ${list}(first: $first, after: $after, last: $last, before: $before) {
           nodes { appId } pageInfo { startCursor endCursor } liveFrom } }`,
      args,
    );

  test.each([
    ['first -1', { first: -1 }, 'BAD_USER_INPUT'],
    ['last -1', { last: -1 }, 'BAD_USER_INPUT'],
    ['first 501', { first: 501 }, 'PAGE_TOO_LARGE'],
    ['last 501', { last: 501 }, 'PAGE_TOO_LARGE'],
    ['first beyond Int', { first: 2 ** 31 }, 'BAD_USER_INPUT'],
    ['first 1.5', { first: 1.5 }, 'BAD_USER_INPUT'],
    ['first "10"', { first: '10' }, 'BAD_USER_INPUT'],
    ['first and last', { first: 1, last: 1 }, 'BAD_USER_INPUT'],
    ['a cursor that is none', { after: 'x' }, 'CURSOR_INVALID'],
    ['an empty cursor', { after: '' }, 'CURSOR_INVALID'],
    ['a cursor of JSON that is no list', { after: Buffer.from('{}').toString('base64url') }, 'CURSOR_INVALID'],
    [
      'a cursor of a later version',
      { after: Buffer.from('["p9","callbacks","1"]').toString('base64url') },
      'CURSOR_INVALID',
    ],
    [
      'a cursor with a number beyond 64 bits',
      {
        after: Buffer.from(
          JSON.stringify(
            list === 'callbacks'
              ? ['p2', list, 'RECORDED', 'DESC', '9999999999999999999']
              : ['p2', list, 'STARTED_AT', 'DESC', '9999999999999999999', '9999999999999999999'],
          ),
        ).toString('base64url'),
      },
      'CURSOR_INVALID',
    ],
    ['a wrong cursor before', { last: 5, before: 'x' }, 'CURSOR_INVALID'],
    ['a cursor that is too long', { after: 'x'.repeat(10_000) }, 'BAD_USER_INPUT'],
    ['a cursor that is a number', { after: 5 }, 'BAD_USER_INPUT'],
  ])('is refused with %s', async (_name, args, code) => {
    const answer = await page(args);
    expectCode(answer, code);
    expect(answer.data?.[list] ?? null).toBeNull();
  });

  test('is refused with a cursor of another list, and with a log cursor', async () => {
    const other = list === 'callbacks' ? 'streamSessions' : 'callbacks';
    const answer = await running.ask(`{ ${other} { pageInfo { endCursor } liveFrom } }`);
    const { pageInfo, liveFrom } = answer.data?.[other] as { pageInfo: { endCursor: string }; liveFrom: string };
    expectCode(await page({ after: pageInfo.endCursor }), 'CURSOR_INVALID');
    expectCode(await page({ after: liveFrom }), 'CURSOR_INVALID');
  });

  test('of 0 to 500 is answered', async () => {
    for (const first of [0, 1, 500]) expect((await page({ first })).errors).toBeUndefined();
  });
});

describe('a GraphQL request', () => {
  const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
    fetch(`${running.app.url}/graphql`, { method: 'POST', headers, body });
  const codesOf = async (response: Response) =>
    ((await response.json()) as GraphqlAnswer).errors?.map(({ extensions }) => extensions['code']);

  test.each([
    ['no JSON', 'query=x', 400, 'BAD_REQUEST'],
    ['nothing', '', 400, 'BAD_REQUEST'],
    ['a list of operations', '[{"query":"{__typename}"}]', 400, 'BAD_REQUEST'],
    ['null', 'null', 400, 'BAD_REQUEST'],
    ['no query', '{"variables":{}}', 400, 'BAD_REQUEST'],
    ['a query that is a number', '{"query":5}', 400, 'BAD_REQUEST'],
    ['variables that are a text', '{"query":"{__typename}","variables":"x"}', 400, 'BAD_REQUEST'],
    ['an operation that is not there', '{"query":"{__typename}","operationName":"other"}', 400, 'BAD_REQUEST'],
    ['no GraphQL', '{"query":"SELECT 1"}', 400, 'GRAPHQL_PARSE_FAILED'],
    ['a field that there is not', '{"query":"{ nothing }"}', 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['more tokens than are taken', `{"query":"{${' a'.repeat(6_000)} }"}`, 400, 'GRAPHQL_PARSE_FAILED'],
    ['a field 300 times', `{"query":"{${' projections{name}'.repeat(300)} }"}`, 400, 'OPERATION_TOO_COSTLY'],
    ['fields 600 deep', `{"query":"${'{a'.repeat(600)}${'}'.repeat(600)}"}`, 400, 'OPERATION_TOO_COSTLY'],
    ['fields 1,600 deep', `{"query":"${'{a'.repeat(1_600)}${'}'.repeat(1_600)}"}`, 400, 'GRAPHQL_PARSE_FAILED'],
  ])('is refused with a code: %s', async (_name, body, status, code) => {
    const response = await post(body);
    expect({ status: response.status, codes: [...new Set(await codesOf(response))] }).toEqual({
      status,
      codes: [code],
    });
  });

  test('without a content type of JSON, as `curl --data` sends it, is refused with the header that it lacks', async () => {
    for (const path of ['/graphql', '/graphql/stream']) {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const body = '{"query":"{ __typename }"}';
      const response = await fetch(`${running.app.url}${path}`, { method: 'POST', headers, body });
      const { errors } = (await response.json()) as GraphqlAnswer;
      expect(errors).toMatchObject([
        { message: expect.stringContaining('content-type: application/json'), extensions: { code: 'BAD_REQUEST' } },
      ]);
    }
  });

  test('with lists 2,400 deep is refused with 400, by the parser or behind it', async () => {
    const deep = `${'['.repeat(2_400)}${']'.repeat(2_400)}`;
    const answer = await running.ask(`{ streamSession(sequence: ${deep}) { id } }`);
    expect(answer.status).toBe(400);
    expect(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED']).toContain(answer.errors?.[0]?.extensions['code']);
  });

  test('larger than the limit is refused with 413', async () => {
    const response = await post(
      JSON.stringify({ query: '{__typename}', variables: { x: 'x'.repeat(graphqlBodyBytesMax) } }),
    );
    expect({ status: response.status, codes: await codesOf(response) }).toEqual({
      status: 413,
      codes: ['BODY_TOO_LARGE'],
    });
  });

  test('with variables 60,000 brackets deep is refused or answered, and harms nothing', async () => {
    const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`;
    const response = await post(
      `{"query":"query ($s: ID!) { streamSession(sequence: $s) { id } }","variables":{"s":${deep}}}`,
    );
    expect(response.status).toBe(400);
    expect(await running.ask('{ __typename }')).toEqual({ status: 200, data: { __typename: 'Query' } });
  });

  test.each([
    ['a sequence that is an object', { sequence: {} }],
    ['a sequence that is a list', { sequence: ['1'] }],
    ['a sequence that is true', { sequence: true }],
    ['no sequence', {}],
    ['a sequence that is null', { sequence: null }],
  ])('with %s is BAD_USER_INPUT', async (_name, variables) => {
    const answer = await running.ask('query ($sequence: ID!) { streamSession(sequence: $sequence) { id } }', variables);
    expectCode(answer, 'BAD_USER_INPUT');
  });

  test.each([
    ['a filter that there is not', { nothing: { eq: '1' } }],
    ['an operator that there is not', { appId: { like: '1' } }],
    ['a state that there is not', { state: { eq: 'GONE' } }],
    ['a moment without a zone', { startedAt: { gt: '2026-01-01T00:00:00' } }],
    ['a moment that is a number', { startedAt: { gt: 5 } }],
    ['a day that there is not', { startedAt: { gt: '2026-13-01T00:00:00Z' } }],
    ['more values than are taken', { appId: { in: Array.from({ length: 501 }, String) } }],
    ['a value that is too long', { appId: { eq: 'x'.repeat(513) } }],
    ['a filter that is a list', [[]]],
  ])('with %s is BAD_USER_INPUT', async (_name, filter) => {
    const query = 'query ($filter: StreamSessionFilter) { streamSessions(filter: $filter) { nodes { id } } }';
    expectCode(await running.ask(query, { filter }), 'BAD_USER_INPUT');
  });

  test('with a sequence that is a smaller number, or a number in the document, finds the session of these digits', async () => {
    const sequence = '710000000000000001';
    const answer = await running.ask(`{ streamSession(sequence: ${sequence}) { sequence } }`);
    expect(answer.data).toEqual({ streamSession: { sequence } });
    const byAccount = 'query ($appId: ID!) { streamSessions(filter: { appId: { eq: $appId } }) { totalCount } }';
    expect((await running.ask(byAccount, { appId: 1 })).data).toEqual({ streamSessions: { totalCount: 2 } });
  });

  test('that could return too many nodes is refused before anything is read', async () => {
    const query = '{ streamSessions(first: 500) { nodes { callbacks(first: 500) { nodes { position } } } } }';
    expectCode(await running.ask(query), 'OPERATION_TOO_COSTLY');
  });

  test('leaves the server working', async () => {
    expect((await running.query(CallbacksDocument, { first: 500 })).callbacks.nodes).toHaveLength(6);
  });
});
