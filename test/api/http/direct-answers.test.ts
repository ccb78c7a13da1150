import { ApolloServer } from '@apollo/server';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { Kind, print, type DocumentNode } from 'graphql';
import * as operations from '../../../schema/operations.generated.ts';
import { ledgerSchema } from '../../../src/api/schema.ts';
import { parseApiTokens } from '../../../src/api/access/tokens.ts';
import { everyField } from '../../support/every-field.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { scrapeSample } from '../../support/metrics.ts';
import { relayBody } from '../../support/relay-bodies.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

/** A document that Apollo has seen is answered without it. Blanks after a document make one that it has not seen. */

/** Only watched. */
const asksOfApollo = jest.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest');
let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ access: { mode: 'tokens', tokens: parseApiTokens('viewer=v1,operator=o1') } });
  for (const body of [
    pushBody(),
    interruptionBody(),
    relayBody('TaskStart', { task_start_time: 1_000_000 }, { task_id: 'one' }),
    relayBody('TaskExit', { task_exit_time: 2_000_000, code: -22 }, { task_id: 'one' }),
  ]) {
    await running.post(body);
  }
  await running.projected();
});
afterAll(() => running.close());

interface Asked {
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** All of an answer that does not differ each time. */
async function answerTo({ body, headers = {} }: Asked) {
  const answer = await fetch(`${running.app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer o1', ...headers },
    body: JSON.stringify(body),
  });
  const names = [...answer.headers].filter(
    ([name]) => ![...'date x-request-id content-length ratelimit'.split(' ')].includes(name),
  );
  // The same number of characters, and so the same length.
  const id = answer.headers.get('x-request-id') ?? '';
  const text = (await answer.text()).replaceAll(id, '(id)');
  return { status: answer.status, headers: names, text };
}

let blanks = 0;

/** The answer of Apollo, and that to the same request with a document that it has seen. */
async function bothAnswers(asked: Asked) {
  const query = asked.body['query'];
  if (typeof query !== 'string' || query === '') {
    return { byApollo: await answerTo(asked), known: await answerTo(asked), isDirect: false };
  }
  blanks += 1;
  const byApollo = await answerTo({ ...asked, body: { ...asked.body, query: query + ' '.repeat(blanks) } });
  await answerTo(asked);
  const before = asksOfApollo.mock.calls.length;
  const known = await answerTo(asked);
  return { byApollo, known, isDirect: asksOfApollo.mock.calls.length === before };
}

const shipped = Object.values(operations as Record<string, unknown>)
  .filter((value): value is DocumentNode => (value as { kind?: unknown }).kind === Kind.DOCUMENT)
  .map(print);
const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');
const documented = [...page.matchAll(/```graphql\n(.*?)```/gs)].map(([, text = '']) => text);
const everyList = Object.entries({
  callbacks: 'CallbackRecord',
  streamSessions: 'StreamSession',
  relayTasks: 'RelayTask',
}).map(
  ([list, type]) =>
    `query ($first: Int = 1) { ${list}(first: $first) { totalCount pageInfo { endCursor } nodes { ...all __typename } } }
     fragment all on ${type} { ${everyField(ledgerSchema(), type)} }`,
);
const values = { sequence: String(pushBody()['sequence']), taskId: 'one', appId: null, first: 2, id: 'none' };

/** What the clock, or the answers before, change in an answer. */
const changing = /lagEvents|recordedAt|openConnections|analysedAt/;

test('answers every shipped and documented operation, and every field of a list, as Apollo does', async () => {
  const documents = [...shipped, ...documented, ...everyList].filter(
    (text) => !/^\s*(mutation|subscription)/m.test(text) && !changing.test(text),
  );
  expect(documents.length).toBeGreaterThan(20);
  for (const query of documents) {
    const { byApollo, known, isDirect } = await bothAnswers({ body: { query, variables: values } });
    expect(known).toEqual(byApollo);
    expect(isDirect).toBe(!known.text.includes('"errors"'));
  }
});

const one = `query One($sequence: ID!, $appId: ID, $with: Boolean = true) {
  streamSession(sequence: $sequence, appId: $appId) { id a: startedAt ... @include(if: $with) { streamParam endMessage } } }
  query Page($first: Int) { streamSessions(first: $first) { nodes { sequence callbacks { nodes { body } } } } }
  mutation Discard { discardFromQuarantine(ids: []) { __typename } }`;

/** Mostly the first, so that something of all kinds is among a hundred. */
const mostly = <Value>(usual: fc.Arbitrary<Value>, other: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: other });
const oneOf = (...values: readonly unknown[]) => fc.constantFrom(...values);

const parts = {
  query: mostly(oneOf(one), oneOf('{ streamSessions(first: -1) { nodes { id } } }', '{ none }', '', 7)),
  operationName: mostly(oneOf('One', 'Page'), oneOf('Discard', 'None', '', null, 7)),
  variables: mostly<unknown>(
    fc.record(
      {
        sequence: mostly(oneOf(values.sequence), oneOf('none', 7, null)),
        appId: mostly(oneOf(null), oneOf('1250000000', [], 'none')),
        with: oneOf(true, false, null, 'yes'),
        first: mostly(oneOf(1, 0), oneOf(501, 100_000, -1, '1', null)),
      },
      { requiredKeys: ['sequence'] },
    ),
    oneOf(null, [], 'text', { sequence: { deep: [[]] } }),
  ),
  extensions: mostly(oneOf({}, { clientLibrary: { name: 'a' } }), oneOf(null, { persistedQuery: {} }, 'text', [])),
};
const accepted = ['application/json', 'application/graphql-response+json', '*/*'];
const requests = fc
  .record({
    body: mostly<Asked['body']>(
      fc.record(parts, { requiredKeys: ['query', 'operationName', 'variables'] }),
      fc.record(parts, { requiredKeys: [] }),
    ),
    accept: mostly(
      fc.constantFrom(...accepted, 'application/graphql-response+json, application/json;q=0.9'),
      fc.constantFrom('text/html', 'multipart/mixed', ''),
    ),
    authorization: mostly(fc.constantFrom('Bearer o1', 'Bearer v1'), fc.constant('Basic none')),
    more: mostly<Record<string, string>>(
      fc.constant({}),
      fc.constantFrom(
        { origin: 'https://evil.example' },
        { 'content-type': 'text/plain' },
        { 'content-type': 'application/json; charset=utf-8' },
      ),
    ),
  })
  .map(({ body, accept, authorization, more }): Asked => ({ body, headers: { accept, authorization, ...more } }));

test('answers any request, well-formed or not, with the status, the headers and the bytes of Apollo', async () => {
  const seen = new Set<number | string>();
  await fc.assert(
    fc.asyncProperty(requests, async (asked) => {
      const { byApollo, known, isDirect } = await bothAnswers(asked);
      expect(known).toEqual(byApollo);
      seen.add(known.status).add(known.status === 200 && isDirect ? 'direct' : 'by Apollo');
    }),
    { numRuns: 150 },
  );
  for (const one of [200, 400, 401, 403, 'direct', 'by Apollo']) expect(seen).toContain(one);
});

test('counts each answer once, as Apollo’s', async () => {
  const answered = (outcome: string) =>
    scrapeSample(running.app.url, `live_ledger_graphql_operations_total{outcome="${outcome}"}`);
  const [ok, refused] = [await answered('OK'), await answered('BAD_USER_INPUT')];
  for (const first of [1, -1, 2, -1]) {
    await answerTo({ body: { query: one, operationName: 'Page', variables: { first } } });
  }
  expect([await answered('OK'), await answered('BAD_USER_INPUT')]).toEqual([ok + 2, refused + 2]);
});
