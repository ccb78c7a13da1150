import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { askUntil } from '../support/ask-until.ts';
import { openPatientEventStore } from '../support/sqlite-store.ts';
import { ProjectionsDocument } from '../../schema/operations.generated.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { lockLog } from '../support/locked-log.ts';
import { scrapeSample } from '../support/metrics.ts';
import { newEvents } from '../support/log-events.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { watchThreads, type StartedThreads } from '../support/started-threads.ts';

let threads: StartedThreads;
let running: RunningApp;
beforeEach(async () => {
  threads = watchThreads();
  running = await startApp();
});
afterEach(async () => {
  await running.close();
  threads.stopWatching();
});

describe('a disk that does not answer', () => {
  test('delays the callback that waits for it, and neither GraphQL nor other requests; then it is answered 200', async () => {
    await running.post(pushBody({ sequence: '1' }));
    const lock = lockLog(running.dataDir);
    const happened: string[] = [];
    const send = async () => {
      // A commit waits a bounded time for the lock; on a slow machine that may pass before the queries are answered.
      let status = 503;
      while (status === 503) ({ status } = await running.post(pushBody({ sequence: '2' })));
      happened.push(`callback ${status}`);
    };
    const callback = send();
    for (let round = 0; round < 5; round += 1) {
      await running.query(ProjectionsDocument, {});
      expect((await fetch(`${running.app.url}/nothing`)).status).toBe(404);
    }
    happened.push('queries');
    lock.release();
    await callback;
    expect(happened).toEqual(['queries', 'callback 200']);
    await running.projected();
    expect(await scrapeSample(running.app.url, 'live_ledger_projection_callbacks_total')).toBe(2);
  });
});

describe('a long catch-up', () => {
  test('delays no query: they are answered while it goes on, and show how far it is', async () => {
    // Positions before the end: answers that came while it was at work. Again where this process got no turn meanwhile.
    let positions = new Set<string | null>();
    for (let round = 0; round < 5 && positions.size <= 3; round += 1) positions = await positionsOfCatchUp(round);
    expect(positions.size).toBeGreaterThan(3);
  });
});

/** Restarts the node behind 30,000 more callbacks; resolves with the positions that it shows until it has them. */
async function positionsOfCatchUp(round: number): Promise<Set<string | null>> {
  const events = newEvents(30_000).map((event, index) => ({
    ...event,
    data: Buffer.from(JSON.stringify(pushBody({ sequence: `${round}${index}`, stream_id: `stream-${index}` }))),
    metadata: Buffer.from(
      '{"receivedAt":"2018-12-17T07:14:33.000Z","signature":"NOT_CHECKED","remoteAddress":"127.0.0.1"}',
    ),
  }));
  let end = 0n;
  await running.restart(async (dataDir) => {
    const store = openPatientEventStore(dataDir, Date.now);
    ({ position: end } = await store.append('pushedStream-1', events, 'any'));
    await store.close();
  });
  const positions = new Set<string | null>();
  for (;;) {
    const { projections } = await running.query(ProjectionsDocument, {});
    const position = projections[0]?.position ?? null;
    positions.add(position);
    if (position === String(end)) return positions;
  }
}

describe('a commit thread that dies', () => {
  test('makes callbacks fail at once and the node unready for them, never for queries; then another one goes on', async () => {
    await running.post(pushBody({ sequence: '1' }));
    await running.projected();
    const ready = async (route: string) => (await fetch(`${running.app.url}${route}`)).status;
    expect(await ready('/readyz')).toBe(200);

    let [commitThread] = threads.all;
    await askUntil(
      async () => {
        const before = threads.all.length;
        await commitThread?.terminate();
        const { status, body } = await running.post(pushBody({ sequence: '2' }));
        const readiness = [await ready('/readyz/receive'), await ready('/readyz/query')];
        // Another one may have begun before all three were asked: then that one ends.
        await threads.started(before + 1);
        commitThread = threads.all.at(-1);
        return JSON.stringify([status, body['code'], body['error'], ...readiness]);
      },
      (answers) => answers === JSON.stringify([503, 503, 'STORE_UNAVAILABLE', 503, 200]),
    );
    expect(running.logLines.join('')).toContain('the thread that writes the log has ended, and is started again');

    const answer = await askUntil(
      () => running.post(pushBody({ sequence: '2' })),
      ({ status }) => status !== 503,
    );
    expect(answer.status).toBe(200);
    expect(await ready('/readyz')).toBe(200);
    await running.projected();
    expect(await scrapeSample(running.app.url, 'live_ledger_projection_callbacks_total')).toBe(2);
  });
});

test('nothing is left running once it is closed', async () => {
  await running.post(pushBody());
  expect(threads.running()).toBe(2);
  await running.restart();
  expect(threads.running()).toBe(2);
  await running.close();
  expect(threads.running()).toBe(0);
  running = await startApp();
});
