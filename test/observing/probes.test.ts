import { afterEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { readFileSync } from 'node:fs';
import { askUntil } from '../support/ask-until.ts';
import { checkQueryReadiness } from '../../src/observing/query-readiness.ts';
import { notReadyReasons } from '../../src/kernel/errors.ts';
import { StorageHealth } from '../../src/recorder/probes.ts';
import { queryLagMsMax, storeFailureCountsForMs } from '../../src/connections/limits.ts';
import { readModelFileName } from '../../src/projecting/file/read-model-file.ts';
import { spoolBounds } from '../../src/log/spool/spool.ts';
import { alterLogFile } from '../support/alter-log-file.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { onEventStoreDb } from '../support/eventstoredb-app.ts';
import { exchange, statusOf } from '../support/raw-http.ts';
import { reservePort } from '../support/reserved-port.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

let running: RunningApp | null = null;
afterEach(async () => {
  await running?.close();
  running = null;
});

async function probe(app: RunningApp, route: string) {
  const response = await fetch(`${app.app.url}${route}`);
  expect(response.headers.get('cache-control')).toBe('no-store');
  const body = (await response.json()) as {
    ready: boolean;
    checks: { name: string; ok: boolean; reason: string | null }[];
  };
  return { status: response.status, body };
}

/** Status of a probe, and the reasons it gives. */
async function judged(app: RunningApp, route: string) {
  const { status, body } = await probe(app, route);
  expect(body.ready).toBe(status === 200);
  for (const { ok, reason } of body.checks) expect(ok).toBe(reason === null);
  return [status, ...body.checks.flatMap(({ reason }) => reason ?? [])];
}

/** Resolves once the probe of this route answers that the node is not ready. */
const untilUnready = (app: RunningApp, route: string) =>
  askUntil(
    () => judged(app, route),
    ([status]) => status !== 200,
  );

const roomy = { freeBytes: 2, reserveBytes: 1 };
const routes = ['/readyz', '/readyz/receive', '/readyz/query'] as const;

test('a started server is alive and ready, with the checks of each role, without a token', async () => {
  const app = await startApp({ access: { mode: 'closed' } });
  running = app;
  expect(await probe(app, '/healthz')).toEqual({ status: 200, body: { alive: true } });
  const names = async (route: string) => (await probe(app, route)).body.checks.map(({ name }) => name);
  expect(await names('/readyz/receive')).toEqual(['connections', 'store']);
  expect(await names('/readyz/query')).toEqual(['connections', 'projection', 'disk', 'read_model', 'record']);
  expect(await names('/readyz')).toEqual(['connections', 'store', 'projection', 'disk', 'read_model', 'record']);
  for (const route of routes) expect(await judged(app, route)).toEqual([200]);
});

test('a log that cannot be written makes the node unready to receive until a callback is durable again', async () => {
  running = await startApp();
  await running.post(pushBody());
  alterLogFile(running.dataDir, 'ALTER TABLE events RENAME TO events_elsewhere');
  await running.post(pushBody());
  expect(await judged(running, '/readyz/receive')).toEqual([503, 'STORE_UNAVAILABLE']);
  expect(await judged(running, '/readyz')).toEqual(expect.arrayContaining([503, 'STORE_UNAVAILABLE']));
  expect(await probe(running, '/healthz')).toMatchObject({ status: 200 });
  alterLogFile(running.dataDir, 'ALTER TABLE events_elsewhere RENAME TO events');
  await running.post(pushBody());
  expect(await judged(running, '/readyz/receive')).toEqual([200]);
});

test('a full spool makes a node without its event store unready to receive, also after a restart', async () => {
  const nobody = await reservePort();
  const options = {
    ...onEventStoreDb(`esdb://127.0.0.1:${nobody.port}?tls=false`),
    roles: { receive: true, query: false },
  };
  const spooling = await startApp({ ...options, spool: { ...spoolBounds, bytesMax: 3_000 } });
  let restarted: RunningApp | null = null;
  try {
    let stored = 0;
    let answer = await spooling.post(pushBody());
    for (; answer.status === 200; answer = await spooling.post(pushBody())) {
      stored += 1;
      expect(await judged(spooling, '/readyz/receive')).toEqual([200]);
    }
    expect(answer).toMatchObject({ status: 503, body: { error: 'STORE_UNAVAILABLE' } });
    expect(stored).toBeGreaterThan(0);
    for (const route of ['/readyz/receive', '/readyz']) {
      const { status, body } = await probe(spooling, route);
      expect({ status, body }).toMatchObject({ status: 503, body: { ready: false, spool: { events: stored } } });
      expect(body.checks).toContainEqual({ name: 'store', ok: false, reason: 'STORE_UNAVAILABLE' });
    }
    await spooling.app.close();
    // No callback was refused since this start: the spool itself reports that it is full.
    restarted = await startApp({ ...options, dataDir: spooling.dataDir, spool: { ...spoolBounds, bytesMax: 1 } });
    await untilUnready(restarted, '/readyz/receive');
    // Beside the callbacks it keeps the outage, recorded when the service stopped.
    expect(await probe(restarted, '/readyz/receive')).toMatchObject({
      status: 503,
      body: { spool: { events: stored + 1 } },
    });
    expect(await probe(restarted, '/healthz')).toMatchObject({ status: 200 });
  } finally {
    await restarted?.close();
    await spooling.close();
    nobody.release();
  }
});

test('a callback that is refused for its content does not make the node unready', async () => {
  running = await startApp();
  await running.post('no JSON');
  expect(await judged(running, '/readyz/receive')).toEqual([200]);
});

test('a projector that cannot write makes the node unready for queries, but not for callbacks', async () => {
  const app = await startApp();
  running = app;
  const file = readModelFileName(app.dataDir);
  const db = new Database(file);
  db.exec('BEGIN IMMEDIATE');
  await app.post(pushBody());
  await untilUnready(app, '/readyz/query');
  expect(await judged(app, '/readyz/query')).toEqual([503, 'PROJECTION_STALLED']);
  expect(await judged(app, '/readyz/receive')).toEqual([200]);
  db.exec('ROLLBACK');
  db.close();
  await askUntil(
    () => probe(app, '/readyz/query'),
    ({ status }) => status === 200,
  );
});

test('a lagging projection, an unreadable log, an unreadable read model and a disk that is nearly full each make the node unready for queries', async () => {
  const broken = () => {
    throw new Error('broken');
  };
  let disk = roomy;
  const judge = async (progress: object, readModel: object = { checkpoint: () => 1n }) => {
    const running = { lag: () => Promise.resolve({ events: 1, ms: 0 }), stalledBecause: () => null, ...progress };
    const ports = {
      progress: running,
      readModel,
      unfinishedImport: () => Promise.resolve(null),
    } as unknown as Parameters<typeof checkQueryReadiness>[0];
    return (await checkQueryReadiness(ports, disk)).flatMap(({ reason }) => reason ?? []);
  };
  const lag = (ms: number) => ({ lag: () => Promise.resolve({ events: 1, ms }) });
  expect(await judge(lag(queryLagMsMax))).toEqual([]);
  expect(await judge(lag(queryLagMsMax + 1))).toEqual(['PROJECTION_LAGS']);
  expect(await judge({ lag: () => Promise.reject(new Error('broken')) })).toEqual(['PROJECTION_STALLED']);
  expect(await judge({}, { checkpoint: broken })).toEqual(['READ_MODEL_UNREADABLE']);
  disk = { freeBytes: 1, reserveBytes: 1 };
  expect(await judge({})).toEqual(['DISK_NEARLY_FULL']);
});

test('a failure counts for a bounded time only: without callbacks nothing could show that it is over', () => {
  let elapsedMs = 0;
  const health = new StorageHealth(
    () => true,
    () => elapsedMs,
  );
  const reasons = () => health.check().reason;
  health.noteNotStored('STORE_OVERLOADED');
  elapsedMs = storeFailureCountsForMs - 1;
  expect(reasons()).toBe('STORE_OVERLOADED');
  elapsedMs = storeFailureCountsForMs;
  expect(reasons()).toBeNull();
});

test('docs/operations.md lists exactly the reasons of src/kernel/errors.ts', () => {
  const text = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const section = /^## Health and readiness$(.*?)^## /ms.exec(text)?.[1] ?? '';
  const rows = [...section.matchAll(/^\| `([A-Z_]+)` \| (.*?) \|/gm)].map(([, reason, meaning]) => [reason, meaning]);
  expect(rows).toEqual(Object.entries(notReadyReasons));
});

describe('GET /metrics', () => {
  const scrape = async (host: string, more = '') => {
    const lines = ['GET /metrics HTTP/1.1', `host: ${host}`, more, 'connection: close'].filter(Boolean);
    return statusOf(await exchange(running?.app.url ?? '', `${lines.join('\r\n')}\r\n\r\n`));
  };

  test('on loopback is for this machine, not for a page whose domain resolves to it', async () => {
    running = await startApp();
    expect(await scrape('localhost:4000')).toBe(200);
    expect(await scrape('elsewhere.example:4000')).toBe(401);
  });

  test('beyond loopback is for everybody who reaches the port', async () => {
    running = await startApp({ metricsAccess: { isLocal: false, tokens: [] } });
    expect(await scrape('ledger.example')).toBe(200);
  });

  test('with METRICS_TOKENS needs one of them, whatever the host; the other probes need none', async () => {
    running = await startApp({ metricsAccess: { isLocal: true, tokens: ['scraper', 'other'] } });
    expect(await scrape('ledger.example', 'authorization: Bearer other')).toBe(200);
    for (const wrong of ['', 'authorization: Bearer canary', 'authorization: Basic scraper']) {
      expect(await scrape('localhost', wrong)).toBe(401);
    }
    expect((await fetch(`${running.app.url}/metrics`)).headers.get('www-authenticate')).toBe('Bearer');
    expect((await fetch(`${running.app.url}/healthz`)).status).toBe(200);
  });
});
