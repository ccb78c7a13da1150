import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GraphQLFormattedError } from 'graphql';
import { connectLive, type LiveSocket } from '../../support/live-socket.ts';
import { eventsOf, openEventStream } from '../../support/live-stream.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

/** A value that its type refuses is refused alike in a document and in variables, and whatever way it is sent. */

let running: RunningApp;
let socket: LiveSocket;
beforeAll(async () => {
  running = await startApp();
  socket = await connectLive(running.app.url);
});
afterAll(async () => {
  await socket.close();
  await running.close();
});

interface Asked {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

interface Refused {
  readonly status: number | null;
  readonly errors: readonly GraphQLFormattedError[];
}

let asked = 0;
const ways: Readonly<Record<string, (operation: Asked) => Promise<Refused>>> = {
  HTTP: (operation) => post(operation, '*/*'),
  'HTTP as application/json': (operation) => post(operation, 'application/json'),
  async WebSocket({ query, variables }) {
    const id = String((asked += 1));
    socket.subscribe(id, query, variables);
    const { type, payload } = await socket.until((messages) => messages.find((message) => message.id === id));
    const { errors } = type === 'error' ? { errors: payload } : (payload as { errors: unknown });
    return { status: null, errors: errors as GraphQLFormattedError[] };
  },
  async SSE({ query, variables }) {
    const response = await openEventStream(running.app.url, query, variables, { accept: 'text/event-stream' });
    for await (const { data } of eventsOf(response)) return { status: null, errors: errorsIn(data ?? '') };
    throw new Error('The stream had no event.');
  },
};

async function post(operation: Asked, accept: string): Promise<Refused> {
  const response = await fetch(`${running.app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify(operation),
  });
  return { status: response.status, errors: errorsIn(await response.text()) };
}

const errorsIn = (text: string) => (JSON.parse(text) as { errors: GraphQLFormattedError[] }).errors;
const statuses: Readonly<Record<string, number>> = { HTTP: 400, 'HTTP as application/json': 200 };

const inFilter = (comparison: string) => (value: string) => `streamSessions(filter: { ${comparison}: ${value} })`;
const inList = (argument: string) => (value: string) => `streamSessions(${argument}: ${value})`;

/** The type, the value in the document, the value in variables, and where it is used. */
const wrong: [string, string, unknown, (value: string) => string][] = [
  ['StreamSessionState', 'SECRET', 'SECRET', (value) => inFilter('state')(`{ eq: ${value} }`)],
  ['StreamSessionState', '"LIVE"', 5, (value) => inFilter('state')(`{ eq: ${value} }`)],
  ['DateTime', '"2026-01-01T00:00:00"', '2026-01-01T00:00:00', inFilter('liveAt')],
  ['DateTime', '"2026-02-30T00:00:00Z"', '2026-02-30T00:00:00Z', inFilter('liveAt')],
  ['DateTime', '5', 5, inFilter('liveAt')],
  ['Cursor', '5', 5, inList('after')],
  ['Int', '"SECRET"', 'SECRET', inList('first')],
  ['Int', '1.5', 1.5, inList('first')],
  ['Int', '2147483648', 2_147_483_648, inList('first')],
  ['ID', 'true', true, (value) => inFilter('sequence')(`{ eq: ${value} }`)],
  ['ID', '1e30', 1e30, (value) => inFilter('sequence')(`{ eq: ${value} }`)],
  ['String', '5', 5, (value) => inFilter('domain')(`{ eq: ${value} }`)],
  ['Boolean', '"true"', 'true', (value) => inFilter('domain')(`{ isNull: ${value} }`)],
  ['Float', '"5"', '5', (value) => inFilter('pushDurationMs')(`{ eq: ${value} }`)],
  ['IdFilter', '{ nothing: 1 }', { nothing: 1 }, inFilter('sequence')],
  ['StreamSessionOrder', '{ field: STARTED_AT }', { field: 'STARTED_AT' }, inList('orderBy')],
];

describe.each(Object.entries(ways))('by %s', (way, send) => {
  test.each(wrong)('%s %s in the document, and %p in variables', async (type, literal, value, use) => {
    const document = { query: `{ ${use(literal)} { liveFrom } }`, variables: {} };
    const variable = { query: `query ($value: ${type}) { ${use('$value')} { liveFrom } }`, variables: { value } };
    for (const operation of [document, variable]) {
      const { status, errors } = await send(operation);
      expect(errors).toEqual([
        {
          message: expect.not.stringContaining('SECRET'),
          locations: [{ line: 1, column: expect.any(Number) }],
          extensions: { code: 'BAD_USER_INPUT', requestId: expect.any(String) },
        },
      ]);
      expect(status).toBe(statuses[way] ?? null);
    }
  });
});

test('what the schema does not have is still another error, beside a wrong value', async () => {
  const { errors } = await post({ query: '{ streamSessions(first: "x") { nothing } }', variables: {} }, '*/*');
  const codes = errors.map(({ extensions }) => extensions?.['code']);
  expect(codes.sort()).toEqual(['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED']);
});
