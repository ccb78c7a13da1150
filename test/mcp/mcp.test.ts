import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { answerCharsMax } from '../../src/mcp/ledger-server.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { program } from '../support/live-ledger-process.ts';
import { openQuestionsLedger } from '../support/questions-ledger.ts';
import { startApp, viewerAndOperator, type RunningApp } from '../support/running-app.ts';

/** The tools through the SDK's own client: over HTTP, and over the standard input and output of the built command. */

const clientInfo = { name: 'a-test', version: '1' };

/** `mode`: the protocol of 2026, or that of 2025 with its handshake. */
async function overHttp(running: RunningApp, token = '', mode: 'auto' | 'legacy' = 'auto'): Promise<Client> {
  const client = new Client(clientInfo, { versionNegotiation: { mode } });
  const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
  await client.connect(
    new StreamableHTTPClientTransport(new URL('/mcp', running.app.url), { requestInit: { headers } }),
  );
  return client;
}

async function overStdio(running: RunningApp, token = ''): Promise<Client> {
  const client = new Client(clientInfo);
  const env = { PATH: process.env['PATH'] ?? '', ...(token !== '' && { LIVE_LEDGER_TOKEN: token }) };
  const args = [program, 'mcp', '--url', running.app.url];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env }));
  return client;
}

interface List {
  readonly totalCount: number;
  readonly nodes: readonly Readonly<Record<string, unknown>>[];
}

interface Called {
  /** Null: it has answered. */
  readonly refusal: string | null;
  readonly answer: object;
  /** The same, of a tool with lists. */
  readonly lists: Readonly<Record<string, List>>;
}

/** What a tool answered, which the client has checked against the type that the tool declares. */
async function call(client: Client, name: string, args: Record<string, unknown> = {}): Promise<Called> {
  const result = await client.callTool({ name, arguments: args });
  const [content] = result.content;
  const text = content?.type === 'text' ? content.text : '';
  if (result.isError === true) return { refusal: text, lists: {}, answer: {} };
  const answer: unknown = JSON.parse(text);
  expect(answer).toEqual(result.structuredContent);
  return { refusal: null, answer: answer as object, lists: answer as Called['lists'] };
}

describe.each([
  ['over HTTP', overHttp, '2026-07-28'],
  ['over HTTP, with the protocol of 2025', (running: RunningApp) => overHttp(running, '', 'legacy'), '2025-11-25'],
  ['over standard input and output', overStdio, '2025-11-25'],
])('%s', (_name, connect, protocol) => {
  let running: RunningApp;
  let client: Client;
  beforeAll(async () => {
    running = await openQuestionsLedger();
    client = await connect(running);
  });
  afterAll(async () => {
    await client.close();
    await running.close();
  });

  test('speaks the protocol that the client chooses', () => {
    expect(client.getNegotiatedProtocolVersion()).toBe(protocol);
  });

  test('lists five tools that only read, each with the types of what it takes and answers', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'live_pushes',
      'why_push_ended',
      'failures_since',
      'stream_history',
      'graphql_query',
    ]);
    for (const { annotations, inputSchema, outputSchema } of tools) {
      expect(annotations).toMatchObject({ readOnlyHint: true });
      expect([inputSchema.type, outputSchema?.['type']]).toEqual(['object', 'object']);
    }
  });

  test('what is live', async () => {
    const { lists } = await call(client, 'live_pushes');
    const { data } = await running.ask(
      '{ streamSessions(filter: { state: { eq: LIVE } }) { totalCount nodes { sequence streamId startedAt isSilent } } }',
    );
    const { totalCount, nodes } = data?.['streamSessions'] as List;
    expect(lists['pushes']?.totalCount).toBe(totalCount);
    expect(lists['pushes']?.nodes).toEqual(nodes.map((node) => expect.objectContaining(node) as unknown));
    const { lists: ofDomain } = await call(client, 'live_pushes', { domain: 'cam.example.com', first: 1 });
    expect(ofDomain['pushes']).toMatchObject({ nodes: [{ domain: 'cam.example.com' }] });
  });

  test('why a push ended, how sure that is, and what happened around it', async () => {
    const { answer } = await call(client, 'why_push_ended', { streamId: 'field-7' });
    const { data } = await running.ask(
      `{ streamSessions(filter: { streamId: { eq: "field-7" } }, first: 1) { nodes { sequence endedAt endCause { side summary advice sureness because alternative } } } }`,
    );
    const [newest] = (data?.['streamSessions'] as List).nodes;
    expect(answer).toMatchObject({ push: newest });
    expect(answer).toMatchObject({
      push: { timeline: { entries: [{ owner: 'NEIGHBOUR' }, { callback: { kind: 'PUSH' } }, {}] } },
    });
    const bySequence = await call(client, 'why_push_ended', { sequence: newest?.['sequence'] });
    expect(bySequence.answer).toEqual(answer);
    expect((await call(client, 'why_push_ended', { sequence: '5' })).refusal).toBe('The ledger has no such push.');
    expect((await call(client, 'why_push_ended')).refusal).toBe('Give a sequence or a streamId.');
  });

  test('what failed since a moment', async () => {
    const { refusal, lists, answer } = await call(client, 'failures_since', {
      since: '2026-11-20T12:00:00Z',
      first: 50,
    });
    expect(refusal).toBeNull();
    const sidesOf = (some: List | undefined) => some?.nodes.map(({ endCause }) => (endCause as { side: string }).side);
    expect(sidesOf(lists['pushes'])?.length).toBeGreaterThan(5);
    expect(sidesOf(lists['pushes'])).not.toContain('CLIENT');
    expect(lists['refusedPushes']).toMatchObject({
      totalCount: 3,
      nodes: [{ streamId: 'booth', reason: { side: 'CONFIGURATION' } }, {}, {}],
    });
    expect(lists['relayTasks']?.nodes.map(({ exitCode }) => exitCode).sort()).toEqual([-22, -5]);
    expect(lists['missingCallbacks']?.nodes).toContainEqual(
      expect.objectContaining({ streamId: 'promo', reason: 'RUN_WITHOUT_START', sureness: 'LIKELY' }),
    );
    expect(answer).toMatchObject({
      receivingOutages: [],
      recordingEvents: { totalCount: 0 },
      projections: [{ lagEvents: 0 }],
    });
    expect((await call(client, 'failures_since', { since: 'yesterday' })).refusal).toContain('since');
  });

  test('the history of a stream', async () => {
    const { lists } = await call(client, 'stream_history', { streamId: 'gala', since: '2026-11-20T20:00:00Z' });
    expect(lists['pushes']).toMatchObject({ totalCount: 1, nodes: [{ startedAt: '2026-11-20T20:20:30.000Z' }] });
    const { lists: relayed } = await call(client, 'stream_history', { streamId: 'rerun' });
    expect(relayed['relayTasks']).toMatchObject({ nodes: [{ taskId: '300001', state: 'RUNNING' }] });
  });

  test('a query of its own, with errors beside what there is', async () => {
    const query = 'query ($first: Int) { callbacks(first: $first) { totalCount nodes { kind } } }';
    const { answer } = await call(client, 'graphql_query', { query, variables: { first: 1 } });
    expect(answer).toMatchObject({ data: { callbacks: { nodes: [{}] } }, errors: [] });
    const { answer: refused } = await call(client, 'graphql_query', { query: '{ nothing }' });
    expect(refused).toMatchObject({ data: null, errors: [{ code: 'GRAPHQL_VALIDATION_FAILED' }] });
    const { answer: unread } = await call(client, 'graphql_query', { query: '{' });
    expect(unread).toMatchObject({ errors: [{ code: 'GRAPHQL_PARSE_FAILED' }] });
  });

  test('no mutation and no subscription', async () => {
    for (const query of [
      'mutation { sendTestCallback { status } }',
      'subscription { __typename }',
      '{ viewer { role } } mutation { a }',
    ]) {
      expect((await call(client, 'graphql_query', { query })).refusal).toBe('Only queries are answered here.');
    }
  });

  test('no answer that is too large for a model', async () => {
    const query = '{ __schema { types { name description fields { name description } } } }';
    const { refusal, answer } = await call(client, 'graphql_query', { query });
    expect(refusal).toMatch(`more than ${answerCharsMax} characters`);
    expect(answer).toEqual({});
  });
});

describe('with tokens', () => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp({ access: viewerAndOperator });
    await running.post(pushBody({ sequence: '5', stream_param: 'txSecret=secret' }));
    await running.projected();
  });
  afterAll(() => running.close());

  const query = '{ viewer { role } streamSessions { nodes { a: streamParam } } }';

  test.each([
    ['HTTP', overHttp],
    ['standard input and output', overStdio],
  ])('an operator is answered as a viewer over %s, too: a model passes on what it reads', async (_name, connect) => {
    for (const token of ['v1', 'o1']) {
      const client = await connect(running, token);
      const { answer } = await call(client, 'graphql_query', { query });
      const streamSessions = { nodes: [{ a: expect.stringMatching(/^\(hidden [0-9a-f]{12}\)$/) as unknown }] };
      expect(answer).toEqual({ data: { viewer: { role: 'VIEWER' }, streamSessions }, errors: [] });
      await client.close();
    }
  });

  test('nobody else is answered', async () => {
    await expect(overHttp(running, 'wrong')).rejects.toThrow();
    const client = await overStdio(running, 'wrong');
    expect((await call(client, 'live_pushes')).refusal).toMatch(/^The request has no valid token/);
    await client.close();
  });

  const send = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${running.app.url}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      body: JSON.stringify(body),
    });
  const viewer = { authorization: 'Bearer v1' };
  const listing = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };

  test('a request is refused before its message is read, as at /graphql', async () => {
    const refused = await send(listing);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect((await send(listing, { ...viewer, origin: 'https://elsewhere.example' })).status).toBe(403);
    expect((await fetch(`${running.app.url}/mcp`, { headers: viewer })).status).toBe(405);
    expect((await send({ text: 'x'.repeat(2_000_000) }, viewer)).status).toBe(413);
  });

  test('one message is answered, and no batch', async () => {
    const answer = await send(listing, viewer);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const batch = await send([listing, listing], viewer);
    expect([batch.status, await batch.json()]).toMatchObject([400, { error: 'BAD_REQUEST' }]);
  });

  test('GraphQL answers whoever asks for it as a viewer', async () => {
    const headers = { authorization: 'Bearer o1', 'live-ledger-as-viewer': 'true' };
    expect(await running.ask('{ viewer { role } }', {}, headers)).toMatchObject({
      data: { viewer: { role: 'VIEWER' } },
    });
    const { errors } = await running.ask('mutation { sendTestCallback { status } }', {}, headers);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});
