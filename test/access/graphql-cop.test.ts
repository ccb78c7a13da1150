import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseApiTokens } from '../../src/api/access/tokens.ts';
import { startApp, type GraphqlAnswer, type RunningApp } from '../support/running-app.ts';

/** The checks of graphql-cop, with its requests: what it reports as a finding is no answer of a service with tokens, or is one that docs/threats.md explains. */
let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ access: { mode: 'tokens', tokens: parseApiTokens('viewer=token-of-a-viewer') } });
});
afterAll(() => running.close());

const callers: Readonly<Record<string, Record<string, string>>> = {
  'a viewer': { authorization: 'Bearer token-of-a-viewer' },
  'nobody known': {},
};

interface Answered extends GraphqlAnswer {
  readonly extensions?: unknown;
}

interface Sent {
  readonly method?: 'GET' | 'POST';
  readonly query?: string;
  readonly body?: string;
  readonly type?: string;
}

async function send(
  caller: Record<string, string>,
  { method = 'POST', query = '', body, type }: Sent,
): Promise<Answered> {
  const route = method === 'GET' ? `/graphql?query=${encodeURIComponent(query)}` : '/graphql';
  const response = await fetch(`${running.app.url}${route}`, {
    method,
    headers: { ...caller, ...(method === 'POST' && { 'content-type': type ?? 'application/json' }) },
    ...(method === 'POST' && { body: body ?? JSON.stringify({ query }) }),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

const times = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join(' ');

/** What each check sends, and the code that refuses it; null: it is answered, which docs/threats.md explains. */
const checks: readonly (readonly [check: string, sent: Sent, code: string | null])[] = [
  [
    'alias overloading',
    { query: `query cop { ${times(101, (at) => `alias${at}: __typename`)} }` },
    'OPERATION_TOO_COSTLY',
  ],
  [
    'array-based batching',
    { body: JSON.stringify(Array(10).fill({ query: 'query cop { __typename }' })) },
    'BAD_REQUEST',
  ],
  ['directive overloading', { query: `query cop { __typename ${'@aa'.repeat(10)} }` }, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'circular introspection',
    { query: `query cop { __schema { types { ${'fields { type { '.repeat(4)} name ${'} } '.repeat(4)} } } }` },
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'circular fragments',
    { query: 'query { __schema { ...A } } fragment A on __Schema { ...B } fragment B on __Schema { ...A }' },
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['field duplication', { query: `query cop { ${'__typename '.repeat(500)} }` }, 'OPERATION_TOO_COSTLY'],
  ['mutations by GET', { method: 'GET', query: 'mutation cop { __typename }' }, 'BAD_REQUEST'],
  [
    'a form of another page',
    { body: 'query=query+cop+{__typename}', type: 'application/x-www-form-urlencoded' },
    'BAD_REQUEST',
  ],
  ['text of another page', { body: JSON.stringify({ query: '{ __typename }' }), type: 'text/plain' }, 'BAD_REQUEST'],
  ['unhandled errors', { query: 'qwerty cop { abc }' }, 'GRAPHQL_PARSE_FAILED'],
  ['suggestions of fields', { query: 'query cop { __schema { directive } }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['queries by GET', { method: 'GET', query: 'query cop { __typename }' }, null],
  ['trace mode', { query: 'query cop { __typename }' }, null],
  ['introspection', { query: 'query cop { __schema { types { name fields { name } } } }' }, null],
];

describe.each(Object.entries(callers))('%s', (name, caller) => {
  const isKnown = name === 'a viewer';

  test.each(checks)('%s', async (_check, sent, code) => {
    const { status, data, errors = [], extensions } = await send(caller, sent);
    const expected = isKnown ? code : 'UNAUTHENTICATED';
    expect(errors[0]?.extensions['code'] ?? null).toBe(expected);
    expect([status === 200, data != null]).toEqual([expected === null, expected === null]);
    // Neither traces, nor stacks, nor ten errors for one document.
    expect([extensions, errors.length < 10]).toEqual([undefined, true]);
    expect(JSON.stringify(errors)).not.toMatch(/exception|stack|node_modules|\.ts:\d/i);
    if (!isKnown) expect(JSON.stringify(errors)).not.toMatch(/did you mean|__schema|cannot query/i);
  });

  test('GraphiQL is a page without data; no other IDE is served', async () => {
    const pages = ['/graphiql', '/playground', '/console', '/graphql', '/altair'];
    const asked = pages.map((page) =>
      fetch(`${running.app.url}${page}`, { headers: { ...caller, accept: 'text/html' } }),
    );
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses).toEqual([200, 404, 404, isKnown ? 406 : 401, 404]);
  });
});
