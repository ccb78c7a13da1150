import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MissingCallbacksDocument, ReceivingOutagesDocument } from '../../schema/operations.generated.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { openApp } from '../support/app.ts';
import { askUntil } from '../support/ask-until.ts';
import { openRecordingLogger } from '../support/recording-logger.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

const beganMs = Date.parse('2026-10-01T20:00:00Z');
const minuteMs = 60_000;
const iso = (ms: number) => new Date(ms).toISOString();
let nowMs = beganMs;

let running: RunningApp;
const push = async (sequence: number, atMs: number) => {
  nowMs = atMs;
  const event_time = atMs / 1_000;
  expect((await running.post(pushBody({ sequence: String(sequence), event_time }))).status).toBe(200);
};
/** Stops it, and starts it again later. */
const restart = (afterMs: number, between: (dataDir: string) => void = () => undefined) =>
  running.restart((dataDir) => {
    between(dataDir);
    nowMs += afterMs;
    return Promise.resolve();
  });
/** A start that finds its port in use. */
async function failToStart(dataDir: string) {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { logger } = openRecordingLogger();
  const authenticity = { keys: [], tokens: [] };
  const options = { dataDir, authenticity, access: { mode: 'open' as const }, trustProxy: [], logger };
  await expect(openApp({ ...options, host: '127.0.0.1', port, clock: () => nowMs })).rejects.toThrow('EADDRINUSE');
  await new Promise((resolve) => other.close(resolve));
}
beforeAll(async () => {
  running = await startApp({ clock: () => nowMs, outageMsMin: 1_000 });
});
afterAll(() => running.close());

test('a stop is recorded by the next start that takes callbacks, an end without a stop since the newest callback, and a short stop not', async () => {
  await restart(minuteMs);
  await push(1, beganMs + 2 * minuteMs);
  nowMs = beganMs + 5 * minuteMs;
  await running.restart(async (dataDir) => {
    nowMs += 5 * minuteMs;
    await failToStart(dataDir);
    nowMs += 5 * minuteMs;
  });
  await restart(999);
  await push(2, beganMs + 20 * minuteMs);
  nowMs += minuteMs;
  // As after a crash: nothing says when it was stopped.
  await restart(minuteMs, (dataDir) => rmSync(path.join(dataDir, 'stopped.json')));
  await running.projected();
  // It is appended once the service takes callbacks.
  const { receivingOutages } = await askUntil(
    () => running.query(ReceivingOutagesDocument, {}),
    (answer) => answer.receivingOutages?.[0]?.cause === 'LOST',
  );
  const stop = { cause: 'STOPPED', from: iso(beganMs + 5 * minuteMs), to: iso(beganMs + 15 * minuteMs) };
  const lost = { cause: 'LOST', from: iso(beganMs + 20 * minuteMs), to: iso(beganMs + 22 * minuteMs) };
  const first = { cause: 'STOPPED', from: iso(beganMs), to: iso(beganMs + minuteMs) };
  expect(receivingOutages).toEqual([lost, stop, first].map((outage) => ({ ...outage, refused: null, node: null })));
  const to = iso(beganMs + 10 * minuteMs);
  expect((await running.query(ReceivingOutagesDocument, { to })).receivingOutages).toMatchObject([stop, first]);
  expect((await running.query(ReceivingOutagesDocument, { first: 1 })).receivingOutages).toMatchObject([lost]);

  const { missingCallbacks } = await running.query(MissingCallbacksDocument, {});
  expect(missingCallbacks?.nodes).toMatchObject([{ reason: 'SUPERSEDED_WITHOUT_END', outages: [lost, stop, first] }]);
});

test('outages are outside of what is projected: no callback, and nothing that is poisoned', async () => {
  const { data, errors } = await running.ask('{ callbacks { totalCount } projections { poisoned { position } } }');
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({ callbacks: { totalCount: 2 }, projections: [{ poisoned: [] }] });
});

test.each([
  ['PAGE_TOO_LARGE', '(first: 501)'],
  ['BAD_USER_INPUT', '(first: 0)'],
  ['BAD_USER_INPUT', '(from: "2026-10-25T00:00:00Z", to: "2026-10-25T00:00:00Z")'],
])('%s: %s', async (code, args) => {
  const { errors } = await running.ask(`{ receivingOutages${args} { cause } }`);
  expect(errors).toMatchObject([{ extensions: { code } }]);
});
