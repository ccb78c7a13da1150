import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { errorCodes } from '../../../src/kernel/errors.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
  await running.post(pushBody({ appid: 1 }));
  await running.post(pushBody({ appid: 2 }));
  await running.projected();
});
afterAll(() => running.close());

const anyUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The only error of an answer: its code is of the closed list, and it names its request and nothing of the machine. */
async function errorOf(query: string, variables: Record<string, unknown> = {}) {
  const { errors = [] } = await running.ask(query, variables);
  expect(errors).toHaveLength(1);
  const [error] = errors;
  if (error === undefined) throw new Error('no error');
  expect(Object.keys(errorCodes)).toContain(error.extensions['code']);
  expect(error.extensions['requestId']).toMatch(anyUuid);
  expect(JSON.stringify(error)).not.toMatch(/node_modules|stacktrace|at file:/);
  return error;
}

const sessions =
  'query ($filter: StreamSessionFilter, $first: Int) { streamSessions(filter: $filter, first: $first) { nodes { id } } }';

describe('a variable of a wrong type is BAD_USER_INPUT, and its value is not repeated', () => {
  test.each([
    ['a number of pages as a text', { first: 'SECRET' }],
    ['a filter as a text', { filter: 'SECRET' }],
    ['a state that there is not', { filter: { state: { eq: 'SECRET' } } }],
    ['a state as an object', { filter: { state: { eq: { SECRET: 1 } } } }],
    ['an object as an id', { filter: { sequence: { eq: { a: 'SECRET' } } } }],
    ['an object within a list', { filter: { sequence: { in: ['1', { a: 'SECRET' }] } } }],
    ['a time that is not one', { filter: { startedAt: { gte: 'SECRET' } } }],
    ['a time without a time zone', { filter: { startedAt: { gte: '2026-01-01T00:00:00' } } }],
    ['a text as an operand object', { filter: { domain: 'SECRET' } }],
    ['a text with quotation marks in it', { first: 'SECRET" at "x' }],
  ])('%s', async (_name, variables) => {
    const error = await errorOf(sessions, variables);
    expect(error.extensions['code']).toBe('BAD_USER_INPUT');
    expect(error.message).toMatch(/^The variable has an invalid value at /);
    expect(JSON.stringify(error)).not.toMatch(/SECRET|2026-01-01/);
  });

  test.each([
    ['a state that there is not, with a semicolon in it', { filter: { state: { eq: 'x; SECRET' } } }],
    ['a text that quotes the words of graphql-js', { first: 'SECRET; SECRET value: ' }],
  ])('%s', async (_name, variables) => {
    const error = await errorOf(sessions, variables);
    expect(JSON.stringify(error)).not.toContain('SECRET');
  });

  test('a variable that is missing', async () => {
    const query = 'query ($sequence: ID!) { streamSession(sequence: $sequence) { id } }';
    expect((await errorOf(query)).extensions['code']).toBe('BAD_USER_INPUT');
  });

  test('too many or too long values, by class-validator', async () => {
    const many = { sequence: { in: Array.from({ length: 501 }, () => 'SECRET') } };
    const long = { domain: { startsWith: 'SECRET'.repeat(100) } };
    for (const filter of [many, long]) {
      const error = await errorOf(sessions, { filter });
      expect(error.extensions['code']).toBe('BAD_USER_INPUT');
      expect(JSON.stringify(error)).not.toContain('SECRET');
    }
  });
});

describe('a wrong value in the document itself is refused before anything is read', () => {
  test.each([
    ['first: "SECRET"'],
    ['filter: {state: {eq: "SECRET"}}'],
    ['filter: {startedAt: {gte: "SECRET"}}'],
    ['filter: {sequence: {eq: {a: "SECRET"}}}'],
  ])('%s', async (argument) => {
    const error = await errorOf(`{ streamSessions(${argument}) { nodes { id } } }`);
    expect(['GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']).toContain(error.extensions['code']);
    expect(JSON.stringify(error)).not.toContain('SECRET');
  });
});

describe('pages', () => {
  test.each([
    ['first', 501],
    ['last', 501],
    ['first', 2_147_483_647],
  ])('of more nodes than an answer may have are PAGE_TOO_LARGE: %s %p', async (argument, size) => {
    const error = await errorOf(`{ streamSessions(${argument}: ${size}) { pageInfo { hasNextPage } } }`);
    // Above the cost of an operation, it is refused for that first.
    expect(error.extensions['code']).toBe(size > 10_000 ? 'OPERATION_TOO_COSTLY' : 'PAGE_TOO_LARGE');
  });

  test.each(['first: -1', 'last: -1', 'first: 1, last: 1', 'last: 1, after: "x"', 'first: 1, before: "x"'])(
    'that make no sense are BAD_USER_INPUT: %s',
    async (argument) => {
      const error = await errorOf(`{ streamSessions(${argument}) { nodes { id } } }`);
      expect(error.extensions['code']).toBe('BAD_USER_INPUT');
    },
  );

  test('after a cursor of another list, or none at all, are CURSOR_INVALID', async () => {
    const { data } = await running.ask('{ callbacks { pageInfo { endCursor } liveFrom } }');
    const { pageInfo, liveFrom } = data?.['callbacks'] as { pageInfo: { endCursor: string }; liveFrom: string };
    for (const cursor of [pageInfo.endCursor, liveFrom, 'SECRET', '']) {
      const error = await errorOf('query ($after: Cursor) { streamSessions(after: $after) { nodes { id } } }', {
        after: cursor,
      });
      expect(error.extensions['code']).toBe('CURSOR_INVALID');
      expect(error.message).not.toContain('SECRET');
    }
  });
});

describe('every other refusal has its code', () => {
  test('an operation that could touch too many nodes', async () => {
    const error = await errorOf(
      '{ streamSessions(first: 500) { nodes { callbacks(first: 500) { nodes { streamSession { id } } } } } }',
    );
    expect(error.extensions['code']).toBe('OPERATION_TOO_COSTLY');
  });

  test('an operation whose fragments multiply until counting its nodes is too much itself', async () => {
    const doubling = Array.from({ length: 14 }, (_, at) => `fragment F${at} on Query { ...F${at + 1} ...F${at + 1} }`);
    const query =
      '{ callbacks(first: 400) { nodes { streamSession { callbacks(first: 400) { nodes { position } } } } } ...F0 }';
    const error = await errorOf([query, ...doubling, 'fragment F14 on Query { __typename }'].join('\n'));
    expect(error.extensions['code']).toBe('OPERATION_TOO_COSTLY');
  });

  test('a sequence that several accounts use, with the accounts', async () => {
    const error = await errorOf('{ streamSession(sequence: "6674468118806626493") { id } }');
    expect(error.extensions).toMatchObject({ code: 'AMBIGUOUS_ID', appIds: ['1', '2'] });
  });

  test('a field that there is not', async () => {
    const error = await errorOf('{ streamSessions { nothing } }');
    expect(error).toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' }, locations: [{ line: 1 }] });
  });

  test.each(['{', '', 'hello {'])('what is no document: %p', async (query) => {
    const error = await errorOf(query);
    expect(['GRAPHQL_PARSE_FAILED', 'BAD_REQUEST']).toContain(error.extensions['code']);
  });

  test('a document of several operations, none of them named', async () => {
    const error = await errorOf('query A { projections { name } } query B { projections { name } }');
    expect(error.extensions['code']).toBe('BAD_REQUEST');
  });
});

describe('a document that is refused repeats no value', () => {
  test.each([
    ['a number where a document begins', '4111111'],
    ['a text where a name is wanted', '{ "4111111" }'],
    ['a text where a document ends', '{ __typename } "4111111"'],
    ['a number behind a field', '{ __typename 4111111 }'],
    ['a value of a wrong type', '{ streamSessions(first: "4111111") { nodes { id } } }'],
    ['a name that no enum has', '{ streamSessions(filter: { state: { eq: "4111111" } }) { nodes { id } } }'],
  ])('%s', async (_name, query) => {
    expect(JSON.stringify(await errorOf(query))).not.toContain('4111111');
  });

  test('nor the name of an operation that it does not have', async () => {
    const response = await fetch(`${running.app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'query A { __typename }', operationName: 'SECRET' }),
    });
    const text = await response.text();
    expect([response.status, text.includes('BAD_REQUEST')]).toEqual([400, true]);
    expect(text).toContain('operationName');
    expect(text).not.toContain('SECRET');
  });

  test('but names what the schema does not have: the author of the document needs it', async () => {
    expect((await errorOf('{ sessions { id } }')).message).toContain('"sessions"');
  });
});
