import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { startApp, analystAndAdmin, type RunningApp } from '../../support/running-app.ts';

const beganMs = Date.parse('2026-10-25T12:00:00Z');
const [sequence, event_time] = ['7000000000000000001', beganMs / 1_000];

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({
    access: analystAndAdmin,
  });
  const codes = [8, 14];
  for (const body of [
    pushBody({ sequence, event_time, stream_param: 'txSecret=SECRET' }),
    // Two that contradict each other: the later one counts.
    ...codes.map((errcode, index) =>
      interruptionBody({
        sequence,
        event_time: event_time + 30 + index,
        errcode,
        errmsg: `at http://a/b?SECRET=${errcode}`,
      }),
    ),
  ]) {
    expect((await running.post(body)).status).toBe(200);
  }
  await running.projected();
});
afterAll(() => running.close());

const explained = async (token: string, args = '') => {
  const query = `{ streamSession(sequence: "${sequence}"${args}) {
    explanation { field value setBy { kind position } others { value callback { position } } }
  } }`;
  const { data, errors } = await running.ask(query, {}, { authorization: `Bearer ${token}` });
  expect(errors).toBeUndefined();
  const { streamSession } = data as { streamSession: { explanation: { field: string }[] } };
  return Object.fromEntries(streamSession.explanation.map(({ field, ...rest }) => [field, rest]));
};

test('each field of a session names the callback that set it, and what another one says', async () => {
  const fields = await explained('o1');
  expect(fields).toMatchObject({
    startedAt: { value: '2026-10-25T12:00:00.000Z', setBy: { kind: 'PUSH', position: '2' } },
    endedAt: {
      value: '2026-10-25T12:00:31.000Z',
      setBy: { kind: 'INTERRUPTION', position: '4' },
      others: [{ value: '2026-10-25T12:00:30.000Z', callback: { position: '3' } }],
    },
    endCode: { value: '14', setBy: { position: '4' }, others: [{ value: '8', callback: { position: '3' } }] },
    pushDurationMs: { value: '30000', setBy: { position: '4' }, others: [] },
    streamParam: { value: 'txSecret=SECRET', setBy: { position: '2' } },
  });
});

test('at most 20 values of others are listed, and they cost as lists do', async () => {
  const many = '7000000000000000009';
  for (let nth = 0; nth < 22; nth++) {
    const body = interruptionBody({ sequence: many, event_time: event_time + nth, errcode: 8 });
    expect((await running.post(body)).status).toBe(200);
  }
  await running.projected();
  const ask = (first: string) =>
    running.ask(first, {}, { authorization: 'Bearer o1' }) as Promise<{ data?: unknown; errors?: unknown }>;
  const { data } = await ask(`{ streamSession(sequence: "${many}") { explanation { field others { value } } } }`);
  const { streamSession } = data as { streamSession: { explanation: { field: string; others: unknown[] }[] } };
  expect(streamSession.explanation.find(({ field }) => field === 'endedAt')?.others).toHaveLength(20);
  const page = '{ streamSessions(first: 50) { nodes { explanation { others { callback { position } } } } } }';
  expect(await ask(page)).toMatchObject({ errors: [{ extensions: { code: 'OPERATION_TOO_COSTLY' } }] });
});

test('an analyst reads no credentials in it', async () => {
  const fields = await explained('v1');
  expect(JSON.stringify(fields)).not.toContain('SECRET');
  expect(fields).toMatchObject({
    streamParam: { value: expect.stringMatching(/^\(hidden [0-9a-f]{12}\)$/) as unknown },
    endMessage: { value: 'at http://a/b?(hidden)' },
  });
});

test('as of the past, only what was known then is explained', async () => {
  const { data } = await running.ask(
    `{ streamSession(sequence: "${sequence}") { callbacks { nodes { cursor } } } }`,
    {},
    { authorization: 'Bearer v1' },
  );
  const { streamSession } = data as { streamSession: { callbacks: { nodes: { cursor: string }[] } } };
  const [, second] = streamSession.callbacks.nodes;
  const fields = await explained('o1', `, asOf: { cursor: "${second?.cursor ?? ''}" }`);
  expect(fields).toMatchObject({ endCode: { value: '8', setBy: { position: '3' }, others: [] } });
});
