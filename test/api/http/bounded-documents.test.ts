import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spreadsMax } from '../../../src/api/execution/document-bounds.ts';
import { connectLive } from '../../support/live-socket.ts';
import { startApp, type GraphqlAnswer, type RunningApp } from '../../support/running-app.ts';

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
});
afterAll(() => running.close());

/** 8 KB. */
const spreads = `{ ${Array.from({ length: 990 }, (_, index) => `...f${index}`).join(' ')} }`;

const refusals = [
  ['990 fragment spreads', spreads, 'OPERATION_TOO_COSTLY', `990 fragment spreads; at most ${spreadsMax}`],
  [
    'a field that is selected 200 times',
    `{ projections { ${'name '.repeat(200)} } }`,
    'OPERATION_TOO_COSTLY',
    'repeats fields',
  ],
  ['a field that there is not', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED', 'Cannot query field "nothing"'],
  ['a document that is cut off', '{ projections {', 'GRAPHQL_PARSE_FAILED', 'Syntax Error'],
] as const;

const firstError = ({ errors }: Pick<GraphqlAnswer, 'errors'>) => {
  const { message = '', extensions = {} } = errors?.[0] ?? {};
  return { code: extensions['code'], message };
};

/** Each way into GraphQL. */
const ways: Readonly<Record<string, (query: string) => Promise<GraphqlAnswer>>> = {
  POST: (query) => running.ask(query),
  async GET(query) {
    const answer = await fetch(`${running.app.url}/graphql?query=${encodeURIComponent(query)}`);
    return { status: answer.status, ...((await answer.json()) as object) };
  },
  async 'event stream'(query) {
    const answer = await fetch(`${running.app.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const [, data = '{}'] = /^data: (.*)$/m.exec(await answer.text()) ?? [];
    return { status: answer.status, ...(JSON.parse(data) as object) };
  },
  async WebSocket(query) {
    const socket = await connectLive(running.app.url);
    socket.subscribe('1', query);
    await socket.until((messages) => messages.some(({ type }) => type === 'error'));
    const message = socket.messages.find(({ type }) => type === 'error');
    await socket.close();
    return { status: 200, errors: message?.payload as NonNullable<GraphqlAnswer['errors']> };
  },
};

test.each(refusals)('%s: is refused alike whichever way it comes, and each time', async (_name, text, code, words) => {
  for (const [way, send] of Object.entries(ways)) {
    // A blank of its own, so that each way is the first to see its text.
    const query = text + ' '.repeat(Object.keys(ways).indexOf(way));
    const [first, again] = [firstError(await send(query)), firstError(await send(query))];
    expect([way, first]).toEqual([way, { code, message: expect.stringContaining(words) }]);
    expect([way, again]).toEqual([way, first]);
  }
});

test('a document that is executed is the one that was read, however a query string is written', async () => {
  const valid = encodeURIComponent('{ __typename }');
  const invalid = encodeURIComponent('{ nothing }');
  for (const search of [
    `query=${valid}&query=${invalid}`,
    `query=${invalid}&query=${valid}`,
    `query=%7B+nothing+%7D`,
  ]) {
    const answer = await fetch(`${running.app.url}/graphql?${search}`);
    const { data } = (await answer.json()) as GraphqlAnswer;
    expect([answer.status, data]).toEqual([400, undefined]);
  }
});

test('an error of a document has the media type that its client accepts', async () => {
  for (const [accept, status] of [
    ['application/graphql-response+json', 400],
    ['application/json', 200],
  ] as const) {
    for (let time = 0; time < 2; time += 1) {
      const answer = await fetch(`${running.app.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept },
        body: JSON.stringify({ query: spreads }),
      });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, `${accept}; charset=utf-8`]);
    }
  }
});
