import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { getOperationAST, parse } from 'graphql';
import { StreamSessionResolver } from '../../../src/sessions/stream-session-resolver.ts';
import { KeptAnswers, type Asked } from '../../../src/api/http/direct-answers.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { startApp, viewerAndOperator, type RunningApp } from '../../support/running-app.ts';

/** An answer that is made of the read models alone is kept until they change. Blanks after a document make one for which none is. */

let nowMs = 1_600_000_000_000;
let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ access: viewerAndOperator, clock: () => nowMs });
});
afterAll(() => running.close());

/** Only watched. */
const listsRead = jest.spyOn(StreamSessionResolver.prototype, 'streamSessions');

const asked = (query: string, variables: Record<string, unknown> = {}, token = 'o1') =>
  running.ask(query, variables, { authorization: `Bearer ${token}` });

/** Three times: by then its document is known, and its answer may have been kept. */
async function askedAgain(query: string): Promise<void> {
  for (let times = 0; times < 3; times += 1) await asked(query);
}

test('a page is not read again until a callback changes anything', async () => {
  const page = '{ streamSessions { nodes { sequence deliveries } } }';
  await running.post(pushBody({ sequence: 'a' }));
  await running.projected();
  await askedAgain(page);
  const readBefore = listsRead.mock.calls.length;
  const before = await asked(page);
  expect(listsRead.mock.calls.length).toBe(readBefore);
  expect(before.data).toEqual({ streamSessions: { nodes: [{ sequence: 'a', deliveries: 1 }] } });
  await running.post(pushBody({ sequence: 'a' }));
  await running.projected();
  expect((await asked(page)).data).toEqual({ streamSessions: { nodes: [{ sequence: 'a', deliveries: 2 }] } });
});

test.each([
  ['the clock', '{ streamSessions(filter: { isSilent: { eq: true, afterSeconds: 60 } }) { nodes { sequence } } }'],
  ['the log', '{ streamSessions { liveFrom } }'],
  ['bodies', '{ callbacks { nodes { body } } streamSessions { nodes { sequence } } }'],
  ['this process', '{ projections { lagEvents } streamSessions { nodes { sequence } } }'],
])('what is made of %s is made anew each time', async (_what, query) => {
  await askedAgain(query);
  const readBefore = listsRead.mock.calls.length;
  await askedAgain(query);
  expect(listsRead.mock.calls.length).toBe(readBefore + 3);
});

const documents = [
  `query ($sequence: ID!) { streamSession(sequence: $sequence) {
    id state streamParam endMessage isSilent(afterSeconds: 60) lastHeardAt relayTasks { taskId } operatorFacts { text } } }`,
  'query ($sequence: ID!) { streamSession(sequence: $sequence) { id state streamParam endMessage deliveries } }',
  'query ($first: Int) { streamSessions(first: $first) { totalCount nodes { id state streamParam deliveries } } }',
  'query ($first: Int) { streamSessions(first: $first) { liveFrom nodes { sequence isSilent } } viewer { role } }',
  '{ streamSessions(filter: { isSilent: { eq: true, afterSeconds: 60 } }) { nodes { sequence } } }',
];
const sequences = ['one', 'two', 'three'];
const secrets = { stream_param: 'txSecret=a', errmsg: 'of rtmp://a.example/live?txSecret=a' };

const arrival = fc.record({
  body: fc.constantFrom(pushBody, interruptionBody),
  sequence: fc.constantFrom(...sequences),
});
const question = fc.record({
  query: fc.constantFrom(...documents),
  variables: fc.record({ sequence: fc.constantFrom(...sequences), first: fc.constantFrom(1, 2, null) }),
  token: fc.constantFrom('v1', 'o1'),
});
const steps = fc.array(fc.oneof({ weight: 1, arbitrary: arrival }, { weight: 4, arbitrary: question }), {
  maxLength: 30,
});

let blanks = 0;

test('property: whatever was asked before, of any role, an answer is the one that Apollo makes now', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      for (const step of history) {
        nowMs += 20_000;
        if ('body' in step) {
          await running.post(step.body({ sequence: step.sequence, ...secrets }));
          await running.projected();
          continue;
        }
        const { query, variables, token } = step;
        blanks += 1;
        const byApollo = await asked(query + ' '.repeat(blanks), variables, token);
        const answer = await asked(query, variables, token);
        expect(answer).toEqual(byApollo);
        if (token === 'v1') expect(JSON.stringify(answer)).not.toContain('txSecret');
      }
    }),
    { numRuns: 15 },
  );
});

test('a number that is too large is refused, and not answered as null was', async () => {
  const query = 'query ($first: Int) { streamSessions(first: $first) { nodes { id } } }';
  for (let times = 0; times < 3; times += 1) await asked(query, { first: null });
  const headers = { 'content-type': 'application/json', authorization: 'Bearer o1' };
  const body = `{"query":${JSON.stringify(query)},"variables":{"first":1e400}}`;
  const answer = await fetch(`${running.app.url}/graphql`, { method: 'POST', headers, body });
  expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});

test('answers are dropped with their state, and all of them where there are too many', () => {
  const operation = getOperationAST(parse('{ viewer { role } }'));
  if (operation == null) throw new Error('The document has not one operation.');
  const one: Asked = { operation, variables: { first: 1 }, role: 'viewer', scope: null };
  const other: Asked = { ...one, role: 'operator' };
  const kept = new KeptAnswers();
  const [state, next] = [{}, {}];
  kept.keep(state, one, 'text');
  expect(kept.find(state, one)).toBe('text');
  expect(kept.find(state, other)).toBeUndefined();
  expect(kept.find(state, { ...one, scope: [{ domains: ['push.example.com'] }] })).toBeUndefined();
  expect(kept.find(state, { ...one, variables: { first: 2 } })).toBeUndefined();
  expect(kept.find(next, one)).toBeUndefined();
  expect(kept.find(state, one)).toBeUndefined();
  kept.keep(state, one, 'text');
  kept.keep(state, other, 'x'.repeat(8 * 1024 * 1024 - 30));
  expect(kept.find(state, one)).toBeUndefined();
  // What would exceed it alone is not kept.
  kept.keep(state, one, 'x'.repeat(9 * 1024 * 1024));
  expect([kept.find(state, one), kept.find(state, other)?.length]).toEqual([undefined, 8 * 1024 * 1024 - 30]);
});
