import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { relayBody } from '../../support/relay-bodies.ts';
import { parseSample } from '../../support/samples.ts';

let nowMs = Date.parse('2026-10-25T12:00:00Z');
const sequence = '6674468118806626493';

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ clock: () => nowMs });
  const start = relayBody(
    'TaskStart',
    { task_start_time: Date.parse('2018-12-18T06:49:45Z') },
    { stream_id: '', to_url: 'rtmp://test.domain.com/live/test_stream' },
  );
  const bodies = [start, parseSample('push'), parseSample('interruption'), parseSample('interruption')];
  for (const body of [
    ...bodies,
    {
      ...start,
      callback_event: 'TaskExit',
      msg: JSON.stringify({ code: -22, task_exit_time: Date.parse('2018-12-18T06:50:30Z') }),
    },
  ]) {
    expect((await running.post(body)).status).toBe(200);
    nowMs += 60_000;
  }
  await running.projected();
});
afterAll(() => running.close());

const session = `state endedAt deliveries endCode
  callbacks(first: 5) { totalCount nodes { eventType streamSession { state } } } relayTasks { taskId state runs { exitCode } }`;

test('answers what was known then, with all that belongs to it', async () => {
  const { data, errors } = await running.ask(`{
    before: streamSession(sequence: "${sequence}", asOf: { recordedAt: "2026-10-25T12:00:59Z" }) { ${session} }
    begun: streamSession(sequence: "${sequence}", asOf: { recordedAt: "2026-10-25T12:01:00Z" }) { ${session} }
    once: streamSession(sequence: "${sequence}", asOf: { recordedAt: "2026-10-25T12:02:30Z" }) { ${session} }
    now: streamSession(sequence: "${sequence}", asOf: { recordedAt: "2100-01-01T00:00:00Z" }) { ${session} }
    present: streamSession(sequence: "${sequence}") { ${session} }
    task: relayTask(taskId: "1", asOf: { recordedAt: "2026-10-25T12:03:00Z" }) {
      state runs { exitCode } streamSessions { sequence state deliveries } callbacks(first: 5) { nodes { relayTask { state } } }
    }
  }`);
  expect(errors).toBeUndefined();
  const fed = [{ taskId: '1', state: 'RUNNING', runs: [{ exitCode: null }] }];
  expect(data).toMatchObject({
    before: null,
    begun: { state: 'LIVE', endedAt: null, deliveries: 1, relayTasks: fed, callbacks: { totalCount: 1 } },
    once: {
      state: 'ENDED',
      deliveries: 2,
      endCode: 1,
      callbacks: { nodes: [{ streamSession: { state: 'ENDED' } }, {}] },
    },
    now: data?.['present'] as object,
    present: { deliveries: 3, relayTasks: [{ state: 'EXITED' }] },
    task: {
      state: 'RUNNING',
      runs: [{ exitCode: null }],
      streamSessions: [{ sequence, state: 'ENDED', deliveries: 3 }],
      callbacks: { nodes: [{ relayTask: { state: 'RUNNING' } }] },
    },
  });
});

test('answers as of the cursor of a callback', async () => {
  const listed = await running.ask('{ callbacks(filter: { eventType: { eq: 1 } }) { nodes { cursor } } }');
  const [{ cursor } = { cursor: '' }] = (listed.data?.['callbacks'] as { nodes: { cursor: string }[] }).nodes;
  const { data } = await running.ask(
    `query ($cursor: Cursor!) { streamSession(sequence: "${sequence}", asOf: { cursor: $cursor }) { state deliveries } }`,
    { cursor },
  );
  expect(data).toEqual({ streamSession: { state: 'LIVE', deliveries: 1 } });
});

test.each([
  ['asOf: {}', 'state', 'BAD_USER_INPUT'],
  ['asOf: { recordedAt: "2026-10-25T12:00:59Z", cursor: "x" }', 'state', 'BAD_USER_INPUT'],
  ['asOf: { cursor: "x" }', 'state', 'CURSOR_INVALID'],
  ['asOf: { recordedAt: "2100-01-01T00:00:00Z" }', 'isSilent', 'BAD_USER_INPUT'],
  ['asOf: { recordedAt: "2100-01-01T00:00:00Z" }', 'timeline { isComplete }', 'BAD_USER_INPUT'],
])('refuses %s { %s } with %s', async (asOf, field, code) => {
  const { errors } = await running.ask(`{ streamSession(sequence: "${sequence}", ${asOf}) { ${field} } }`);
  expect(errors?.[0]?.extensions['code']).toBe(code);
});

test.each([{}, { recordedAt: '2026-10-25T12:00:59Z', cursor: 'x' }, { cursor: null }])(
  'a moment in variables must be one: %j is refused',
  async (asOf) => {
    const query = `query ($asOf: AsOf) { streamSession(sequence: "${sequence}", asOf: $asOf) { state } }`;
    const { errors = [] } = await running.ask(query, { asOf });
    expect(errors[0]).toMatchObject({
      message: expect.stringMatching(
        /^The variable has an invalid value at \$?asOf.*: (Exactly one|Field "cursor")/,
      ) as unknown,
      extensions: { code: 'BAD_USER_INPUT' },
    });
  },
);
