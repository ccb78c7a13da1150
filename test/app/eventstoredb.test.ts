import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { binaryEvent, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ReceivingOutagesDocument } from '../../schema/operations.generated.ts';
import { askUntil } from '../support/ask-until.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { onEventStoreDb, projectionOf, untilProjection, untilShown } from '../support/eventstoredb-app.ts';
import { newPrefix } from '../support/eventstoredb-log.ts';
import { startEventStoreDb, type EventStoreDbServer } from '../support/eventstoredb-server.ts';
import { watchThreads } from '../support/started-threads.ts';
import { scrape } from '../support/metrics.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

let server: EventStoreDbServer;
let apps: RunningApp[] = [];
beforeAll(async () => {
  server = await startEventStoreDb();
});
afterEach(async () => {
  for (const app of apps) await app.close();
  apps = [];
});
afterAll(() => server.close());

async function start(...options: Parameters<typeof startApp>): Promise<RunningApp> {
  const app = await startApp(...options);
  apps.push(app);
  return app;
}

test('a callback goes to the server, and comes back to queries; a restart tells the same', async () => {
  const app = await start(onEventStoreDb(server.url));
  for (const sequence of ['1', '2', '2']) {
    expect(await app.post(pushBody({ sequence }))).toMatchObject({ status: 200, body: { code: 0 } });
  }
  expect(await untilShown(app, 2)).toEqual(['1', '2']);
  await app.restart();
  await app.post(pushBody({ sequence: '3' }));
  expect(await untilShown(app, 3)).toEqual(['1', '2', '3']);
  const caughtUp = await untilProjection(
    app,
    ({ notFollowedBecause, lagMs }) => notFollowedBecause === null && lagMs === 0,
  );
  expect(caughtUp).toMatchObject({ stalled: false, spool: { events: 0, bytes: 0, oldestAgeMs: 0, eventsRefused: 0 } });
  expect((await fetch(`${app.app.url}/readyz`)).status).toBe(200);
  expect((await projectionOf(app)).poisoned).toEqual([]);
});

test('what another node records meanwhile does not change when this one stopped, or was lost', async () => {
  const onServer = onEventStoreDb(server.url);
  const app = await start({ ...onServer, outageMsMin: 0 });
  const other = await start(onServer);
  await app.post(pushBody({ sequence: '1' }));
  await untilShown(app, 1);
  const outages = (count: number) =>
    askUntil(
      async () => (await app.query(ReceivingOutagesDocument, {})).receivingOutages ?? [],
      ({ length }) => length === count,
    );
  let stoppedAt: unknown;
  await app.restart(async (dataDir) => {
    ({ stoppedAt } = JSON.parse(readFileSync(path.join(dataDir, 'stopped.json'), 'utf8')) as { stoppedAt: unknown });
    await other.post(pushBody({ sequence: '2' }));
  });
  expect(await outages(1)).toMatchObject([{ cause: 'STOPPED', from: stoppedAt }]);
  let lostBefore = '';
  await app.restart(async (dataDir) => {
    rmSync(path.join(dataDir, 'stopped.json'));
    lostBefore = new Date().toISOString();
    await other.post(pushBody({ sequence: '3' }));
  });
  const lost = (await outages(2)).find(({ cause }) => cause === 'LOST');
  expect(lost?.from && lost.from <= lostBefore).toBe(true);
});

test('a replica thread that ends is started again, and goes on where it was; nothing is left running after a stop', async () => {
  const threads = watchThreads();
  try {
    const app = await start(onEventStoreDb(server.url));
    await app.post(pushBody({ sequence: '1' }));
    expect(await untilShown(app, 1)).toEqual(['1']);
    // The commits of the spool, following, and projecting.
    expect(threads.running()).toBe(3);
    await threads.all[1]?.terminate();
    await untilProjection(app, () => app.logLines.join('').includes('the thread that copies the log has ended'));
    await app.post(pushBody({ sequence: '2' }));
    expect(await untilShown(app, 2)).toEqual(['1', '2']);
    await app.app.close();
    expect(threads.running()).toBe(0);
  } finally {
    threads.stopWatching();
  }
});

test('what strangers and operators do in our streams is shown by projections with its reason, and nothing stops', async () => {
  const prefix = newPrefix();
  const app = await start(onEventStoreDb(server.url, prefix));
  await app.post(pushBody({ sequence: '1' }));
  expect(await untilShown(app, 1)).toEqual(['1']);
  const stream = `${prefix}.pushedStream-theirs`;
  const client = EventStoreDBClient.connectionString(server.url);
  await client.appendToStream(stream, [
    jsonEvent({ type: 'theirs', data: { secret: 1 } }),
    binaryEvent({ type: 'theirs', data: new TextEncoder().encode('secret') }),
  ]);
  await client.deleteStream(stream);
  await client.tombstoneStream(`${prefix}.account-1`);
  await client.dispose();
  await app.post(pushBody({ sequence: '2' }));
  expect(await untilShown(app, 2)).toEqual(['1', '2']);
  const { poisoned, stalled } = await untilProjection(app, (projection) => projection.poisoned.length === 4);
  expect(stalled).toBe(false);
  expect(poisoned.map(({ reason }) => reason).sort()).toEqual([
    'UnreadableEvent: metadata',
    'UnreadableEvent: metadata',
    'UnreadableEvent: type: STREAM_DELETED',
    'UnreadableEvent: type: STREAM_METADATA_CHANGED',
  ]);
  expect(JSON.stringify([poisoned, app.logLines])).not.toContain('secret');
});

test('docs/metrics.md has exactly the metrics of a spool', async () => {
  const app = await start(onEventStoreDb(server.url));
  const text = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  const documented = [...text.matchAll(/^\| `(live_ledger_spool_\w+)/gm)].map(([, name]) => name);
  const shown = Object.keys(await scrape(app.app.url)).filter((name) => name.startsWith('live_ledger_spool_'));
  expect(shown.sort()).toEqual(documented.sort());
});
