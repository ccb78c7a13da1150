import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { operationNodesMax } from '../../../src/api/cost.ts';
import { operationBodyBytesMax, operationEntriesMax, operationRowsMax } from '../../../src/lists/budgets.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { eventsOf, openEventStream } from '../../support/live-stream.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

/** A request with `GraphQL-Cost: 1` is answered with what its operation cost, beside the bounds. */

let running: RunningApp;
const bodies = [1, 2, 3].map((nth) => JSON.stringify(pushBody({ sequence: String(nth) })));
beforeAll(async () => {
  running = await startApp();
  for (const body of bodies) await running.post(body);
  await running.projected();
});
afterAll(() => running.close());

interface Answered {
  readonly data?: unknown;
  readonly errors?: { extensions: { code: string } }[];
  readonly extensions?: Record<string, unknown>;
}

async function ask(query: string, variables: object = {}, headers: Record<string, string> = { 'graphql-cost': '1' }) {
  const response = await fetch(`${running.app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answered;
}

/** What was used, each beside its bound. */
const cost = (used: Record<'nodes' | 'variableLevels' | 'rows' | 'entries' | 'bodyBytes', unknown>) => ({
  nodes: { used: used.nodes, limit: operationNodesMax },
  variableLevels: { used: used.variableLevels, limit: 32 },
  rows: { used: used.rows, limit: operationRowsMax },
  entries: { used: used.entries, limit: operationEntriesMax },
  bodyBytes: { used: used.bodyBytes, limit: operationBodyBytesMax },
});
const nothingUsed = { nodes: 0, variableLevels: 0, rows: 0, entries: 0, bodyBytes: 0 };

describe('the cost of an answer', () => {
  test.each([
    ['nodes of pages', '{ streamSessions(first: 3) { nodes { sequence } } }', {}, { nodes: 4 }],
    ['a value that is read on its own', '{ viewer { role } }', {}, { nodes: 1 }],
    [
      'levels of variables',
      'query ($filter: StreamSessionFilter) { streamSessions(first: 3, filter: $filter) { nodes { sequence } } }',
      { filter: { state: { eq: 'LIVE' } } },
      { nodes: 4, variableLevels: 2 },
    ],
    [
      'rows that were examined',
      '{ streamSessions(first: 3, filter: { userIp: { ne: "192.0.2.1" } }) { nodes { sequence } } }',
      {},
      { nodes: 4, rows: expect.any(Number) },
    ],
    [
      'bytes of bodies',
      '{ callbacks(first: 3) { nodes { body } } }',
      {},
      { nodes: 7, bodyBytes: Buffer.byteLength(bodies.join('')) },
    ],
  ])('has %s', async (_what, query, variables, used) => {
    const answer = await ask(query, variables);
    expect(answer.errors).toBeUndefined();
    expect(answer.extensions).toEqual({ cost: cost({ ...nothingUsed, ...used }) });
  });

  test('has more rows the more that a list examines', async () => {
    const list = (alias: string) => `${alias}: streamSessions(filter: { userIp: { ne: "192.0.2.1" } }) { liveFrom }`;
    const [one, two] = [await ask(`{ ${list('a')} }`), await ask(`{ ${list('a')} ${list('b')} }`)];
    const rowsOf = ({ extensions }: Answered) => (extensions?.['cost'] as ReturnType<typeof cost>).rows.used as number;
    expect(rowsOf(one)).toBeGreaterThanOrEqual(bodies.length);
    expect(rowsOf(two)).toBe(2 * rowsOf(one));
  });

  test('has entries of lists inside of objects', async () => {
    const { extensions } = await ask(
      '{ streamSessions(first: 3) { nodes { operatorFacts { at } callbacks { nodes { streamSessions { sureness } } } } } }',
    );
    expect(extensions?.['cost']).toMatchObject({ entries: { used: 3 } });
  });

  test('is in an answer that is kept, only if it is asked for, and the data are the same', async () => {
    const query = '{ streamSessions(first: 2) { nodes { sequence } } }';
    const plain = [await ask(query, {}, {}), await ask(query, {}, {}), await ask(query, {}, { 'graphql-cost': '0' })];
    const withCost = [await ask(query), await ask(query)];
    expect(plain.map(({ extensions }) => extensions)).toEqual([undefined, undefined, undefined]);
    expect(new Set([...plain, ...withCost].map(({ data }) => JSON.stringify(data))).size).toBe(1);
    for (const { extensions } of withCost) expect(extensions).toMatchObject({ cost: { nodes: { used: 3 } } });
    expect((await ask(query, {}, {})).extensions).toBeUndefined();
  });

  test.each([
    ['{ streamSessions(first: 500) { nodes { callbacks { nodes { position } } } } }', 26_001],
    [
      `{ streamSessions { ...f0 } } ${Array.from({ length: 16 }, (_none, nth) => `fragment f${nth} on StreamSessionConnection { ...f${nth + 1} ...f${nth + 1} }`).join(' ')} fragment f16 on StreamSessionConnection { liveFrom }`,
      null,
    ],
  ])('is in the refusal of an operation that costs too much; null is too many to count: %#', async (query, nodes) => {
    const { errors, extensions } = await ask(query);
    expect(errors).toMatchObject([
      { extensions: { code: 'OPERATION_TOO_COSTLY' }, locations: [{ line: 1, column: 1 }] },
    ]);
    expect(extensions).toEqual({ cost: cost({ ...nothingUsed, nodes }) });
  });

  test('is in an answer by GET, and in one of which a part failed', async () => {
    const query = '{ streamSessions(first: 1) { nodes { isSilent(afterSeconds: 0) } } }';
    const url = `${running.app.url}/graphql?${new URLSearchParams({ query }).toString()}`;
    const response = await fetch(url, { headers: { 'graphql-cost': '1' } });
    const { data, errors, extensions } = (await response.json()) as Answered;
    expect([data, errors?.length]).toEqual([{ streamSessions: { nodes: [{ isSilent: null }] } }, 1]);
    expect(extensions).toEqual({ cost: cost({ ...nothingUsed, nodes: 3 }) });
  });

  test('is in what an event stream answers to a query, and in its refusal, but in no message of a subscription', async () => {
    const firstOf = async (query: string) => {
      const response = await openEventStream(running.app.url, query, {}, { 'graphql-cost': '1' });
      for await (const { data } of eventsOf(response)) return JSON.parse(data ?? '') as Answered;
      throw new Error('The stream had no event.');
    };
    const query = '{ callbacks(first: 1) { nodes { body } } }';
    const { extensions } = await firstOf(query);
    const bodyBytes = Buffer.byteLength(bodies.at(-1) ?? '');
    expect(extensions).toEqual({ cost: cost({ ...nothingUsed, nodes: 3, bodyBytes }) });
    const refused = await firstOf('{ streamSessions(first: 500) { nodes { callbacks { nodes { position } } } } }');
    expect(refused.extensions).toEqual({ cost: cost({ ...nothingUsed, nodes: 26_001 }) });
    const { callbacks } = (await ask('{ callbacks(last: 1) { nodes { cursor } } }')).data as {
      callbacks: { nodes: { cursor: string }[] };
    };
    const after = callbacks.nodes[0]?.cursor ?? '';
    const message = await firstOf(`subscription { callbackRecorded(after: "${after}") { cursor } }`);
    expect(message).toEqual({ data: { callbackRecorded: { cursor: expect.any(String) } } });
  });

  test('is missing where a document can not be run', async () => {
    for (const query of ['{', '{ nothing }']) expect((await ask(query)).extensions).toBeUndefined();
  });
});
