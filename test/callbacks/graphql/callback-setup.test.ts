import { afterEach, expect, test } from '@jest/globals';
import { parseApiTokens } from '../../../src/api/access/tokens.ts';
import { parseCallbackKeys, type AuthenticitySettings } from '../../../src/recorder/authenticity.ts';
import { askLedger } from '../../support/ask-ledger.ts';
import { onEventStoreDb } from '../../support/eventstoredb-app.ts';
import { startEventStoreDb } from '../../support/eventstoredb-server.ts';
import { endLedger, startLedger } from '../../support/live-ledger-process.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let running: RunningApp | null = null;
afterEach(async () => {
  await running?.close();
  running = null;
});

const key = 'canary-key';
const token = 'canary-token-of-the-url';
const setup = '{ callbackSetup { takesCallbacks keys tokens } }';
const send = 'mutation { sendTestCallback { testId accepted status durationMs message } }';
const recorded = `{
  callbacks { nodes { callbackEvent eventType signature domain streamSession { id } relayTask { id } body } }
  streamSessions { nodes { id } }
  relayTasks { nodes { id } }
}`;

async function start(authenticity: AuthenticitySettings): Promise<RunningApp> {
  running = await startApp({ authenticity });
  return running;
}

test.each([
  ['neither keys nor tokens', '', [], 'NOT_CHECKED', null],
  ['keys', `${key},other-key`, [], 'VALID', null],
  ['a key of one domain', `push.example.com=${key}`, [], 'VALID', 'push.example.com'],
  ['tokens', '', [token], 'TOKEN', null],
  ['keys and tokens', key, [token], 'VALID', null],
] as const)('a test callback goes through the callback route, and is only listed: %s', async (...given) => {
  const [, keys, tokens, signature, domain] = given;
  const app = await start({ keys: parseCallbackKeys(keys), tokens });
  const counted = await app.ask(setup);
  expect(counted.data).toEqual({
    callbackSetup: { takesCallbacks: true, keys: parseCallbackKeys(keys).length, tokens: tokens.length },
  });

  const answer = await app.ask(send);
  expect(answer.data).toEqual({
    sendTestCallback: {
      testId: expect.any(String),
      accepted: true,
      status: 200,
      durationMs: expect.any(Number),
      message: expect.stringContaining('recorded'),
    },
  });
  const { testId } = answer.data?.['sendTestCallback'] as { testId: string };
  await app.projected();
  expect((await app.ask(recorded)).data).toEqual({
    callbacks: {
      nodes: [
        {
          callbackEvent: 'LiveLedgerTest',
          eventType: null,
          signature,
          domain,
          streamSession: null,
          relayTask: null,
          body: expect.objectContaining({ callback_event: 'LiveLedgerTest', test_id: testId }) as unknown,
        },
      ],
    },
    streamSessions: { nodes: [] },
    relayTasks: { nodes: [] },
  });
  expect([...app.logLines, JSON.stringify([counted, answer])].join()).not.toContain('canary');
});

test('keys that are read again count at once', async () => {
  const authenticity = { keys: parseCallbackKeys(''), tokens: [] };
  const app = await start(authenticity);
  authenticity.keys = parseCallbackKeys(key);
  expect((await app.ask(setup)).data).toMatchObject({ callbackSetup: { keys: 1 } });
  expect((await app.ask(send)).data).toMatchObject({ sendTestCallback: { accepted: true } });
});

test('only operators send one; viewers see what is set', async () => {
  running = await startApp({ access: { mode: 'tokens', tokens: parseApiTokens('viewer=v1') } });
  const headers = { authorization: 'Bearer v1' };
  expect((await running.ask(setup, {}, headers)).data).toMatchObject({ callbackSetup: { keys: 0 } });
  const { errors } = await running.ask(send, {}, headers);
  expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  expect((await running.ask('{ callbacks { totalCount } }', {}, headers)).data).toEqual({
    callbacks: { totalCount: 0 },
  });
});

test('a process without the role receive says so, and sends none', async () => {
  const server = await startEventStoreDb();
  try {
    running = await startApp({ ...onEventStoreDb(server.url), roles: { receive: false, query: true } });
    expect((await running.ask(setup)).data).toMatchObject({ callbackSetup: { takesCallbacks: false } });
    const { errors } = await running.ask(send);
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('takes no callbacks') as unknown,
      extensions: { code: 'BAD_USER_INPUT' },
    });
    await running.close();
    running = null;
  } finally {
    await server.close();
  }
});

test('over a process behind a primary: the callback goes the way of CSS', async () => {
  const folder = makeTemporaryFolder();
  const ledger = startLedger(['serve'], { PORT: '0', DATA_DIR: folder.path, CSS_CALLBACK_KEYS: key });
  try {
    const url = await ledger.url();
    expect(await askLedger(url, send)).toMatchObject({ sendTestCallback: { accepted: true, status: 200 } });
  } finally {
    await endLedger(ledger);
    folder.remove();
  }
});

test('requests that came to nothing are counted by reason, the newest first, with what to do', async () => {
  const app = await start({ keys: parseCallbackKeys(key), tokens: [] });
  const refused = '{ callbackSetup { refused { reason count newestAt advice } } }';
  expect((await app.ask(refused)).data).toEqual({ callbackSetup: { refused: [] } });
  const sent: readonly (readonly [body: string, path: string])[] = [
    ['no JSON', '/callbacks/css'],
    ['no JSON either', '/callbacks/css'],
    ['{}', '/callbacks/elsewhere'],
  ];
  for (const [body, path] of sent) expect((await app.post(body, path)).status).not.toBe(200);
  const each = (reason: string, count: number, advice: string) => ({
    reason,
    count,
    newestAt: expect.any(String),
    advice: expect.stringContaining(advice),
  });
  expect((await app.ask(refused)).data).toEqual({
    callbackSetup: {
      refused: [each('NOT_FOUND', 1, 'exactly as it is shown'), each('BODY_UNREADABLE', 2, 'CSS sends JSON')],
    },
  });
});
