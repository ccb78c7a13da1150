import { afterEach, expect, test } from '@jest/globals';
import { CallbacksDocument } from '../../../schema/operations.generated.ts';
import { senderOf } from '../../../src/quarantine/quarantine.ts';
import { quarantineRetryAfterSeconds, retryAfterSeconds } from '../../../src/connections/limits.ts';
import { alterLogFile } from '../../support/alter-log-file.ts';
import { boundsWith } from '../../support/quarantine-bounds.ts';
import { recordedArrivals } from '../../support/recorded.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { parseSample, readSample } from '../../support/samples.ts';
import { signed } from '../../support/signed.ts';

const token = 'token-of-sixteen-or-more';
const t = 1_545_030_873;
const unreadable = { body: 'not json', path: `/callbacks/css/${token}` };
const authenticity = { keys: [{ domain: null, key: 'test' }], tokens: [token] };

let running: RunningApp;
afterEach(() => running.close());

const unproven = {
  'quarantine-unproven': parseSample('relay-en-task-start'),
  'quarantine-forged': { ...parseSample('push'), sign: 'ca3e25e5dc17a6f9909a9ae7281e300e' },
  'quarantine-expired': signed(parseSample('push'), 'test', t - 901),
};

test('answers an unproven callback with 200, and shows it in quarantine only', async () => {
  running = await startApp({ authenticity, clock: () => t * 1_000 });
  for (const body of Object.values(unproven)) {
    expect(await running.post(body)).toMatchObject({ status: 200, body: { code: 0 } });
  }
  expect((await recordedArrivals(running)).map(({ streamName }) => streamName)).toEqual(
    Object.keys(unproven).map((name) => `${name}-${senderOf('127.0.0.1')}`),
  );
  await running.projected();
  expect((await running.query(CallbacksDocument, {})).callbacks.nodes).toEqual([]);
});

test('where the quarantine is full, answers unproven callbacks with 401, and expired ones with 429 and Retry-After', async () => {
  const quarantineBounds = boundsWith({ FORGED: 1_500, UNPROVEN: 1_500, EXPIRED: 1_500, UNREADABLE: 600 });
  running = await startApp({ authenticity, clock: () => t * 1_000, quarantineBounds });
  const all = [...Object.values(unproven).map((body) => ({ body, path: '/callbacks/css' })), unreadable];
  for (const { body, path } of all) expect((await running.post(body, path)).status).toBe(200);
  const stored = await recordedArrivals(running);
  const answers = [];
  for (const { body, path } of all) answers.push(await running.post(body, path));
  expect(answers).toMatchObject([
    { status: 401, body: { code: 401, error: 'NOT_AUTHENTIC' } },
    { status: 401, body: { code: 401, error: 'NOT_AUTHENTIC' } },
    { status: 429, body: { code: 429, error: 'QUARANTINE_FULL' } },
    { status: 429, body: { code: 429, error: 'QUARANTINE_FULL' } },
  ]);
  for (const { headers, status } of answers) {
    expect(headers.get('retry-after')).toBe(status === 429 ? String(quarantineRetryAfterSeconds) : null);
  }
  expect(await recordedArrivals(running)).toEqual(stored);
  expect(await running.post(readSample('push'))).toMatchObject({ status: 200 });
});

test('shows how a callback proved itself', async () => {
  running = await startApp({ authenticity, clock: () => t * 1_000 });
  expect(await running.post(readSample('push'))).toMatchObject({ status: 200 });
  expect(await running.post(readSample('relay-en-task-start'), `/callbacks/css/${token}`)).toMatchObject({
    status: 200,
  });
  await running.projected();
  const { callbacks } = await running.query(CallbacksDocument, {});
  expect(callbacks.nodes).toMatchObject([
    { eventType: 314, callbackEvent: 'TaskStart', signature: 'TOKEN' },
    { eventType: 1, signature: 'VALID' },
  ]);
});

test('answers an unreadable callback with a valid token with 200, and shows it in quarantine only', async () => {
  running = await startApp({ authenticity });
  expect(await running.post('not json', `/callbacks/css/${token}`)).toMatchObject({ status: 200, body: { code: 0 } });
  expect(await recordedArrivals(running)).toMatchObject([
    { streamName: `quarantine-unreadable-${senderOf('127.0.0.1')}` },
  ]);
  await running.projected();
  expect((await running.query(CallbacksDocument, {})).callbacks.nodes).toEqual([]);
});

test('answers a callback that cannot be stored with 503 and Retry-After, and with 200 once it can', async () => {
  running = await startApp();
  await running.post({ event_type: 9 });
  alterLogFile(running.dataDir, 'ALTER TABLE events RENAME TO events_elsewhere');
  const answer = await running.post(readSample('push'));
  expect(answer).toMatchObject({ status: 503, body: { code: 503, error: 'STORE_UNAVAILABLE' } });
  expect(answer.headers.get('retry-after')).toBe(String(retryAfterSeconds));
  alterLogFile(running.dataDir, 'ALTER TABLE events_elsewhere RENAME TO events');
  expect(await running.post(readSample('push'))).toMatchObject({ status: 200, body: { code: 0 } });
});

test('no web page can make the browser of its reader post a callback, but a listed token is a proof', async () => {
  running = await startApp();
  const ofPages = [
    { 'content-type': 'text/plain', origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' },
    { 'content-type': 'text/plain', origin: 'null' },
    { 'sec-fetch-site': 'same-site' },
    // Of a domain that resolves to this machine, and so of the host that is requested.
    { 'content-type': 'text/plain', host: 'elsewhere.example', origin: 'http://elsewhere.example' },
    { 'content-type': 'text/plain', origin: running.app.url, 'sec-fetch-site': 'same-origin' },
  ];
  for (const headers of ofPages) {
    const { status, body } = await running.post(readSample('push'), '/callbacks/css', headers);
    expect([status, body['error']]).toEqual([403, 'ORIGIN_NOT_ALLOWED']);
  }
  expect(await recordedArrivals(running)).toEqual([]);
  await running.close();
  running = await startApp({ authenticity });
  const [, cross] = ofPages;
  expect(await running.post(readSample('push'), `/callbacks/css/${token}`, cross)).toMatchObject({ status: 200 });
});
