import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { interruptionBody, pushBody, without } from '../../support/callback-bodies.ts';
import { startApp, analystAndAdmin, type RunningApp } from '../../support/running-app.ts';

const atMs = Date.parse('2026-10-25T12:00:00Z');
const event_time = atMs / 1_000;

const refusal = (sequence: string, overrides: Record<string, unknown> = {}) =>
  interruptionBody({ sequence, event_time, errcode: 18, errmsg: 'push url maybe invalid', ...overrides });

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ access: analystAndAdmin });
  for (const body of [
    refusal('7000000000000000001', { stream_param: 'txSecret=SECRET' }),
    refusal('7000000000000000002', {
      event_time: event_time + 60,
      errcode: 19,
      user_ip: '192.0.2.7',
      stream_id: 'other',
      errmsg: 'rtmp://a/b?k=SECRET refused',
    }),
    without(pushBody({ sequence: '8', event_time, app: 'unnamed.example' }), 'appid'),
    pushBody({ sequence: '9', event_time, app: 'unnamed.example' }),
    pushBody({ sequence: '10', event_time }),
    interruptionBody({
      sequence: '10',
      event_time: event_time + 9,
      errcode: '4294967296',
      errmsg: 'limit of rtmp://a/b?k=SECRET reached',
    }),
  ]) {
    expect((await running.post(body)).status).toBe(200);
  }
  await running.projected();
});
afterAll(() => running.close());

async function ask<Data>(query: string, token = 'o1'): Promise<Data> {
  const { data, errors } = await running.ask(query, {}, { authorization: `Bearer ${token}` });
  expect(errors).toBeUndefined();
  return data as Data;
}

interface Listed {
  readonly refusedPushes: { readonly nodes: readonly Record<string, unknown>[] };
}

const all = `{ refusedPushes { nodes { id at appId sequence domain path streamId userIp endCode message streamParam deliveries
  reason { side summary sureness } callback { kind streamId streamSession { sequence } } } } }`;

test('a refused push is in a list of its own, with its reason and its callback', async () => {
  const { refusedPushes } = await ask<Listed>(all);
  expect(refusedPushes.nodes).toMatchObject([
    { sequence: '7000000000000000002', endCode: 19, reason: { side: 'AUTH', sureness: 'CERTAIN' } },
    {
      at: '2026-10-25T12:00:00.000Z',
      sequence: '7000000000000000001',
      endCode: 18,
      deliveries: 1,
      domain: 'test.domain.com',
      path: 'live',
      streamId: 'test_stream',
      streamParam: 'txSecret=SECRET',
      reason: { side: 'CONFIGURATION', sureness: 'LIKELY' },
      callback: { kind: 'INTERRUPTION', streamId: 'test_stream', streamSession: null },
    },
  ]);
  expect(await ask('{ streamSession(sequence: "7000000000000000001") { sequence } }')).toEqual({ streamSession: null });
});

test('an analyst reads no credentials in it', async () => {
  const shown = await ask<Listed>(all, 'v1');
  expect(JSON.stringify(shown)).not.toContain('SECRET');
  expect(shown.refusedPushes.nodes[0]).toMatchObject({ message: 'rtmp://a/b?(hidden) refused' });
});

test.each([
  ['a time range', 'from: "2026-10-25T12:00:00Z", to: "2026-10-25T12:01:00Z"', ['7000000000000000001']],
  ['an address', 'filter: { userIp: { eq: "192.0.2.7" } }', ['7000000000000000002']],
  ['a stream', 'filter: { streamId: { eq: "other" } }, from: "2026-10-25T12:01:00Z"', ['7000000000000000002']],
  ['a code', 'filter: { endCode: { eq: 18 } }', ['7000000000000000001']],
])('refused pushes are found by %s', async (_name, args, sequences) => {
  const { refusedPushes } = await ask<Listed>(`{ refusedPushes(${args}) { nodes { sequence } } }`);
  expect(refusedPushes.nodes.map(({ sequence }) => sequence)).toEqual(sequences);
});

test('refused pushes are counted by what they are grouped by', async () => {
  const time = 'from: "2026-10-25T00:00:00Z", to: "2026-10-26T00:00:00Z"';
  const { refusedPushStatistics: byAddress } = await ask<Record<string, unknown>>(
    `{ refusedPushStatistics(${time}, groupBy: [USER_IP, END_CODE, HOUR], orderBy: { field: LAST_AT, direction: DESC }) {
      rows { userIp endCode from attempts firstAt lastAt lastEndCode } rowCount total { attempts firstAt lastAt lastEndCode } } }`,
  );
  const [first, last] = ['2026-10-25T12:00:00.000Z', '2026-10-25T12:01:00.000Z'];
  expect(byAddress).toMatchObject({
    rows: [
      { userIp: '192.0.2.7', endCode: 19, from: first, attempts: 1, firstAt: last, lastAt: last, lastEndCode: 19 },
      { userIp: pushBody()['user_ip'], endCode: 18, attempts: 1, firstAt: first, lastAt: first, lastEndCode: 18 },
    ],
    rowCount: 2,
    total: { attempts: 2, firstAt: first, lastAt: last, lastEndCode: 19 },
  });
  const { refusedPushStatistics: ofOne } = await ask<Record<string, unknown>>(
    `{ refusedPushStatistics(${time}, groupBy: [STREAM_ID], filter: { endCode: { eq: 18 } }) { rows { streamId attempts } } }`,
  );
  expect(ofOne).toEqual({ rows: [{ streamId: 'test_stream', attempts: 1 }] });
});

test('a refused push is in no statistic of sessions', async () => {
  const time = 'from: "2026-10-25T00:00:00Z", to: "2026-10-26T00:00:00Z"';
  const found = await ask(`{ streamSessionStatistics(${time}) { total { began ended } }
    concurrency(${time}, stepSeconds: 3600) { peak { live } } }`);
  expect(found).toMatchObject({
    // The three other pushes, one of which has ended.
    streamSessionStatistics: { total: { began: 3, ended: 1 } },
    concurrency: { peak: { live: 3 } },
  });
});

test('refused pushes are exported as a table', async () => {
  const answer = await fetch(`${running.app.url}/export/refusedPushes.csv?fields=sequence,endCode,reason.side`, {
    headers: { authorization: 'Bearer v1' },
  });
  expect(await answer.text()).toBe(
    'sequence,endCode,reason.side\r\n7000000000000000002,19,AUTH\r\n7000000000000000001,18,CONFIGURATION\r\n',
  );
});

test('a session without an account is found as one of account unknown, with the account that it probably is of', async () => {
  const found = await ask(`{ streamSessions(filter: { appId: { eq: "unknown" } }) { nodes { sequence } }
    bySequence: streamSession(sequence: "8") { appId account { appId sureness because alternative } }
    known: streamSession(sequence: "9") { account { appId sureness } } }`);
  expect(found).toMatchObject({
    streamSessions: { nodes: [{ sequence: '8' }] },
    bySequence: { appId: 'unknown', account: { appId: String(pushBody()['appid']), sureness: 'LIKELY' } },
    known: { account: { appId: String(pushBody()['appid']), sureness: 'CERTAIN' } },
  });
});

const ended = `{ streamSession(sequence: "10") { endCode endCodeText endCause { side summary sureness }
  explanation { field value setBy { kind } } } }`;

test('a code beyond 32 bits is kept, and CSS’s own message explains it', async () => {
  const { streamSession } = await ask<{ streamSession: { explanation: unknown[] } }>(ended);
  expect(streamSession).toMatchObject({
    endCode: null,
    endCodeText: '4294967296',
    endCause: { side: 'UNKNOWN', summary: 'CSS says: "limit of rtmp://a/b?k=SECRET reached"', sureness: 'LIKELY' },
  });
  expect(streamSession.explanation).toContainEqual({
    field: 'endCodeText',
    value: '4294967296',
    setBy: { kind: 'INTERRUPTION' },
  });
});

test('an analyst reads no credentials in the message that is quoted', async () => {
  const { streamSession } = await ask<{ streamSession: object }>(ended, 'v1');
  expect(JSON.stringify(streamSession)).not.toContain('SECRET');
  expect(streamSession).toMatchObject({ endCause: { summary: 'CSS says: "limit of rtmp://a/b?(hidden) reached"' } });
});
