import { afterEach, expect, test } from '@jest/globals';
import { CallbacksDocument } from '../../schema/operations.generated.ts';
import { retryAfterSeconds } from '../../src/http/limits.ts';
import { alterLogFile } from '../support/alter-log-file.ts';
import { recordedArrivals } from '../support/recorded.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { parseSample, readSample } from '../support/samples.ts';
import { signed } from '../support/signed.ts';

const token = 'token-of-sixteen-or-more';
const t = 1_545_030_873;
const authenticity = { keys: [{ domain: null, key: 'test' }], tokens: [token] };

let running: RunningApp;
afterEach(() => running.close());

test('a callback that proves nothing is answered 401, is not in the log, and is told by no query', async () => {
  running = await startApp({ authenticity, clock: () => t * 1_000 });
  for (const body of [
    parseSample('relay-en-task-start'),
    { ...parseSample('push'), sign: 'ca3e25e5dc17a6f9909a9ae7281e300e' },
    signed(parseSample('push'), 'test', t - 901),
  ]) {
    const answer = await running.post(body);
    expect(answer).toMatchObject({ status: 401, body: { code: 401, error: 'NOT_AUTHENTIC' } });
  }
  expect(await recordedArrivals(running)).toEqual([]);
  expect((await running.query(CallbacksDocument, {})).callbacks.nodes).toEqual([]);
});

test('a callback that proves itself is told with how it did', async () => {
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

test('what can not be read but came with a token is answered 200, kept in quarantine, and told by no query', async () => {
  running = await startApp({ authenticity });
  expect(await running.post('not json', `/callbacks/css/${token}`)).toMatchObject({ status: 200, body: { code: 0 } });
  expect(await recordedArrivals(running)).toMatchObject([{ streamName: 'quarantine-unreadable' }]);
  await running.projected();
  expect((await running.query(CallbacksDocument, {})).callbacks.nodes).toEqual([]);
});

test('a callback that can not be stored is answered 503 with Retry-After, never 200, and 200 once it can', async () => {
  running = await startApp();
  alterLogFile(running.dataDir, 'ALTER TABLE events RENAME TO events_elsewhere');
  const answer = await running.post(readSample('push'));
  expect(answer).toMatchObject({ status: 503, body: { code: 503, error: 'STORE_UNAVAILABLE' } });
  expect(answer.headers.get('retry-after')).toBe(String(retryAfterSeconds));
  alterLogFile(running.dataDir, 'ALTER TABLE events_elsewhere RENAME TO events');
  expect(await running.post(readSample('push'))).toMatchObject({ status: 200, body: { code: 0 } });
});
