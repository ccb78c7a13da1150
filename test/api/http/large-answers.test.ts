import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { answerBytesMax } from '../../../src/api/execution/execute.ts';
import { connectLive } from '../../support/live-socket.ts';
import { largeAnswerBytesLeast, largeQuery, repeated } from '../../support/large-answer.ts';
import { startApp, type GraphqlAnswer, type RunningApp } from '../../support/running-app.ts';

/** The schema itself is what a test can ask much of: no rows are needed. */

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
});
afterAll(() => running.close());

/** More than one answer may have, though it touches fewer nodes than it may. */
const tooLarge = `__schema { types { fields { ${repeated(100, (index) => `${'a'.repeat(260)}${index}: description`)} } } }`;

const codeOf = ({ errors }: Pick<GraphqlAnswer, 'errors'>) => errors?.[0]?.extensions['code'];

test.each([
  ['whole', `{ ${tooLarge} }`],
  ['although a field fails', `{ streamSessions(after: "x") { liveFrom } ${tooLarge} }`],
])('an answer of more than 16 MiB is an error instead, %s, also for a document that is known', async (_by, query) => {
  for (let time = 0; time < 2; time += 1) {
    const answer = await running.ask(query);
    expect([answer.status, codeOf(answer), answer.data]).toEqual([400, 'OPERATION_TOO_COSTLY', undefined]);
    expect(answer.errors?.[0]?.message).toContain(String(answerBytesMax));
  }
});

test('so it is on an event stream and on a WebSocket', async () => {
  const query = `{ ${tooLarge} }`;
  const streamed = await fetch(`${running.app.url}/graphql/stream?query=${encodeURIComponent('{ __typename }')}`);
  expect(streamed.status).toBe(200);
  const answer = await fetch(`${running.app.url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const [, data = '{}'] = /^data: (.*)$/m.exec(await answer.text()) ?? [];
  expect(codeOf(JSON.parse(data) as GraphqlAnswer)).toBe('OPERATION_TOO_COSTLY');
  const socket = await connectLive(running.app.url);
  socket.subscribe('1', query);
  const payload = await socket.until((messages) => messages.find(({ type }) => type === 'next')?.payload);
  expect(codeOf(payload as GraphqlAnswer)).toBe('OPERATION_TOO_COSTLY');
  await socket.close();
});

test('a large answer is sent whole, with its length', async () => {
  const expected = JSON.stringify((await running.ask(largeQuery)).data);
  expect(expected.length).toBeGreaterThan(largeAnswerBytesLeast);
  const answer = await fetch(`${running.app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-encoding': 'identity' },
    body: JSON.stringify({ query: largeQuery }),
  });
  const text = await answer.text();
  expect(JSON.stringify((JSON.parse(text) as GraphqlAnswer).data)).toBe(expected);
  expect(Number(answer.headers.get('content-length'))).toBe(Buffer.byteLength(text));
});
