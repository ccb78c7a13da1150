import { afterEach, beforeEach, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { readModelFileName } from '../../../src/projecting/file/read-model-file.ts';
import { connectLive } from '../../support/live-socket.ts';
import { eventsOf, openEventStream } from '../../support/live-stream.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

let running: RunningApp;
beforeEach(async () => {
  running = await startApp();
});
afterEach(() => running.close());

/** Rows can't be read any more, and the checkpoint says that there are more. */
function breakReadModel(): void {
  const db = new Database(readModelFileName(running.dataDir), { timeout: 5_000 });
  try {
    db.exec('DROP TABLE callbacks; UPDATE progress SET position = 1000000');
  } finally {
    db.close();
  }
}

const recorded = 'subscription { callbackRecorded { cursor } }';
const internal = [
  { message: expect.not.stringMatching(/table|SQL/i), extensions: { code: 'INTERNAL', requestId: expect.any(String) } },
];

test('when reading fails, subscriptions end with a code and nothing of the fault, and their connection stays open', async () => {
  const socket = await connectLive(running.app.url);
  for (const id of ['1', '2']) socket.subscribe(id, recorded);
  const stream = await openEventStream(running.app.url, recorded);
  socket.subscribe('q', '{ __typename }');
  await socket.until((messages) => messages.some(({ type }) => type === 'complete'));
  breakReadModel();
  await socket.until((messages) => messages.filter(({ type }) => type === 'error').length === 2);
  for (const id of ['1', '2']) expect(socket.messages).toContainEqual({ id, type: 'error', payload: internal });
  const events = [];
  for await (const event of eventsOf(stream)) events.push(event);
  expect(events.map(({ event }) => event)).toEqual(['next', 'complete']);
  expect(JSON.parse(events[0]?.data ?? '')).toEqual({ errors: internal });
  // The id is free again.
  socket.subscribe('1', '{ __typename }');
  await socket.until((messages) => messages.filter(({ type }) => type === 'complete').length === 2);
  await socket.close();
});
