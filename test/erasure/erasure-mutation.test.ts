import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parseApiTokens } from '../../src/api/access/tokens.ts';
import { planMsMax } from '../../src/erasure/erasure-plan.ts';
import { askUntil } from '../support/ask-until.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { filesWith } from '../support/canary-files.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

let keys: TemporaryFolder;
let running: RunningApp;
let nowMs: number;
beforeEach(async () => {
  keys = makeTemporaryFolder();
  nowMs = Date.UTC(2026, 0, 30, 12);
  running = await startApp({
    personalKeysDir: keys.path,
    clock: () => nowMs,
    access: { mode: 'tokens', tokens: parseApiTokens('operator:olga=o,admin:anna=a,admin:bert=b') },
  });
  await running.post(pushBody({ sequence: '1', user_ip: '203.0.113.77' }));
  await running.post(pushBody({ sequence: '2', user_ip: '203.0.113.8' }));
  await running.projected();
});
afterEach(async () => {
  await running.close();
  keys.remove();
});

const ask = (query: string, token = 'a', variables = {}) =>
  running.ask(query, variables, { authorization: `Bearer ${token}` });

const plan = async (args: string, token = 'a') => {
  const { data, errors } = await ask(
    `query { erasurePlan(filter: { ${args} }) { plan expiresAt events sessions tasks days unsealedEvents } }`,
    token,
  );
  return { planned: data?.['erasurePlan'] as { plan: string; sessions: number } | null, error: errors?.[0] };
};

const erase = async (text: string, key = 'key', token = 'a') => {
  const document =
    'mutation ($plan: String!, $key: String) { erase(plan: $plan, reason: "she asked", idempotencyKey: $key) { erasureId events sessions } }';
  const { data, errors } = await ask(document, token, { plan: text, key });
  return { erased: data?.['erase'], error: errors?.[0] };
};

test('an admin plans, erases, and may send it again: it is done once', async () => {
  const { planned } = await plan('address: "203.0.113.77"');
  expect(planned).toMatchObject({ events: 1, sessions: 1, tasks: 0, days: 1, unsealedEvents: 0 });
  const { erased } = await erase(planned?.plan ?? '');
  expect(erased).toEqual({ erasureId: expect.any(String), events: 1, sessions: 1 });
  await askUntil(
    () => Promise.resolve(filesWith([running.dataDir, keys.path], ['203.0.113.77'])),
    (found) => found.length === 0,
  );
  const shown = await ask('{ streamSessions { nodes { sequence userIp } } }');
  expect(JSON.stringify(shown.data)).toContain('203.0.113.8');
  expect((await erase(planned?.plan ?? '')).erased).toEqual(erased);
  expect((await plan('address: "203.0.113.77"')).planned).toMatchObject({ events: 0, sessions: 0 });
});

test('only admins plan and erase, each only what they have planned, in time', async () => {
  expect((await plan('account: "1"', 'o')).error?.extensions['code']).toBe('FORBIDDEN');
  const { planned } = await plan('stream: "no such"');
  expect((await erase(planned?.plan ?? '', 'k', 'o')).error?.extensions['code']).toBe('FORBIDDEN');
  const ofOther = await erase(planned?.plan ?? '', 'k', 'b');
  expect(ofOther.error?.message).toContain('is not one of erasurePlan for this caller');
  const text = planned?.plan ?? '';
  for (const forged of [`${text}x`, `x${text}`, '', '.', text.split('.')[0] ?? '']) {
    expect((await erase(forged)).error?.extensions['code']).toBe('BAD_USER_INPUT');
  }
  nowMs += planMsMax;
  expect((await erase(text)).error?.extensions['code']).toBe('BAD_USER_INPUT');
});

test('what is asked for must name somebody, and a reason', async () => {
  for (const args of ['address: "anna"', 'stream: ""', 'account: ""', 'address: null']) {
    expect((await plan(args)).error?.extensions['code']).toBe('BAD_USER_INPUT');
  }
  const { planned } = await plan('account: "1"');
  const blank = await ask(`mutation { erase(plan: "${planned?.plan ?? ''}", reason: " ") { erasureId } }`);
  expect(blank.errors?.[0]?.message).toContain('reason must have 1 to 2000 characters');
});
