import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { alterLogFile } from '../support/alter-log-file.ts';
import { askUntil } from '../support/ask-until.ts';
import { observeProcess } from '../../src/observing/metrics.ts';
import { readForwardTo } from '../../src/forwarding/read-targets.ts';
import { quarantineReasons } from '../../src/quarantine/quarantine.ts';
import { refusalReasons } from '../../src/callbacks/setup/callback-refusals.ts';
import { errorCodes } from '../../src/kernel/errors.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { lockLog } from '../support/locked-log.ts';
import { scrape, scrapeSample } from '../support/metrics.ts';
import { boundsWith } from '../support/quarantine-bounds.ts';
import { openRawConnection } from '../support/raw-http.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

const token = 'canary-token-of-the-url';
/** A second after the event time of the sample that is sent. */
const nowMs = 1_545_115_791_000;

observeProcess('1.2.3');

let running: RunningApp;
beforeEach(async () => {
  running = await startApp({ authenticity: { keys: [], tokens: [token] }, clock: () => nowMs });
});
afterEach(() => running.close());

const post = (body: unknown, headers: Record<string, string> = {}) =>
  running.post(body, `/callbacks/css/${token}`, headers);

/** Samples of every metric by name, without buckets. */
async function samples(): Promise<Record<string, number>> {
  const all = Object.values(await scrape(running.app.url)).map((metric) => metric.samples);
  return Object.fromEntries(all.flatMap((one) => Object.entries(one)).filter(([name]) => !name.includes('_bucket')));
}

test('counts callbacks by outcome, redeliveries, delays and commits', async () => {
  const before = await samples();
  await post(pushBody());
  await post(pushBody());
  await post(pushBody({ event_time: nowMs / 1_000 + 60, sequence: '2' }));
  await post(pushBody({ event_time: 0, sequence: '3' }));
  await post('not JSON');
  await post(' '.repeat(600_000));
  const lock = lockLog(running.dataDir);
  await post(pushBody());
  lock.release();
  await running.projected();
  const after = await samples();
  const grown = (name: string) => (after[name] ?? NaN) - (before[name] ?? 0);
  expect({
    accepted: grown('live_ledger_callbacks_accepted_total'),
    quarantined: grown('live_ledger_callbacks_quarantined_total{reason="UNREADABLE"}'),
    tooLarge: grown('live_ledger_callbacks_refused_total{reason="BODY_TOO_LARGE"}'),
    notStored: grown('live_ledger_callbacks_refused_total{reason="STORE_UNAVAILABLE"}'),
    notAuthentic: grown('live_ledger_callbacks_refused_total{reason="NOT_AUTHENTIC"}'),
    // The redelivery is counted; one has a time ahead of ours, and one has no time.
    delayed: grown('live_ledger_callback_delay_seconds_count'),
    delaySeconds: grown('live_ledger_callback_delay_seconds_sum'),
    commits: grown('live_ledger_append_duration_seconds_count'),
    events: grown('live_ledger_append_batch_events_sum'),
    callbacks: grown('live_ledger_projection_callbacks_total'),
    redeliveries: grown('live_ledger_projection_redeliveries_total'),
    poisoned: grown('live_ledger_projection_poisoned_total'),
    lagEvents: after['live_ledger_projection_lag_events'],
    lagSeconds: after['live_ledger_projection_lag_seconds'],
    stalled: after['live_ledger_projector_stalled'],
  }).toEqual({
    accepted: 4,
    quarantined: 1,
    tooLarge: 1,
    notStored: 1,
    notAuthentic: 0,
    delayed: 3,
    delaySeconds: 2,
    commits: 5,
    events: 5,
    callbacks: 3,
    redeliveries: 1,
    poisoned: 0,
    lagEvents: 0,
    lagSeconds: 0,
    stalled: 0,
  });
});

test('reports how full each share of the quarantine is, also after a restart, and counts refusals', async () => {
  const full = await startApp({
    authenticity: { keys: [{ domain: null, key: 'canary-key' }], tokens: [token] },
    clock: () => nowMs,
    quarantineBounds: boundsWith({ FORGED: 1_000, UNPROVEN: 1_200 }),
  });
  try {
    const sampled = (name: string) => scrapeSample(full.app.url, `live_ledger_${name}`);
    expect(await sampled('callbacks_refused_total{reason="QUARANTINE_FULL"}')).toBe(0);
    for (let count = 0; count < 4; count += 1) await full.post(pushBody({ sign: 'x', t: 1 }));
    for (let count = 0; count < 3; count += 1) await full.post({});
    const figures = async () => ({
      forged: await sampled('quarantine_events{reason="FORGED"}'),
      forgedBytesMax: await sampled('quarantine_bytes_max{reason="FORGED"}'),
      unproven: await sampled('quarantine_events{reason="UNPROVEN"}'),
      displaced: await sampled('quarantine_displaced_total{reason="FORGED"}'),
      expired: await sampled('quarantine_events{reason="EXPIRED"}'),
      expiredBytes: await sampled('quarantine_bytes{reason="EXPIRED"}'),
    });
    const expected = { forged: 1, forgedBytesMax: 1_000, unproven: 2, displaced: 0 };
    expect(await figures()).toEqual({ ...expected, expired: 0, expiredBytes: 0 });
    const bytes = await sampled('quarantine_bytes{reason="FORGED"}');
    expect(bytes).toBeGreaterThan(JSON.stringify(pushBody({ sign: 'x', t: 1 })).length);
    expect(await sampled('callbacks_refused_total{reason="NOT_AUTHENTIC"}')).toBe(4);
    const { samples: growing = {} } = (await scrape(full.app.url))['live_ledger_quarantine_full_in_seconds'] ?? {};
    expect(Object.keys(growing).map((sample) => sample.split('"')[1])).toEqual(['FORGED', 'UNPROVEN']);
    for (const seconds of Object.values(growing)) expect(seconds).toBeGreaterThan(0);
    await full.restart();
    // What the log has is counted while callbacks are taken already.
    await askUntil(figures, ({ unproven }) => unproven === 2);
    expect(await figures()).toEqual({ ...expected, expired: 0, expiredBytes: 0 });
    expect(await sampled('quarantine_bytes{reason="FORGED"}')).toBe(bytes);
  } finally {
    await full.close();
  }
});

test('counts GraphQL operations by outcome, wherever they are refused, and refusals of other requests', async () => {
  const { url } = running.app;
  await running.ask('{ __typename }');
  await running.ask('{ streamSessions(first: 501) { nodes { id } } }');
  await running.ask('{ canary }');
  await fetch(`${url}/graphql`);
  await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: 'canary' });
  await fetch(`${url}/canary`);
  const after = await samples();
  const outcome = (code: string) => after[`live_ledger_graphql_operations_total{outcome="${code}"}`];
  expect(outcome('OK')).toBe(1);
  expect(outcome('PAGE_TOO_LARGE')).toBe(1);
  expect(outcome('GRAPHQL_VALIDATION_FAILED')).toBe(1);
  expect(outcome('BAD_REQUEST')).toBe(2);
  expect(after['live_ledger_requests_refused_total{code="NOT_FOUND"}']).toBe(1);
});

test('answers in the text format of Prometheus: help and type for each metric, growing counters, labels from closed lists', async () => {
  await post(pushBody({ app: 'canary', appid: 'canary' }));
  await running.post('{}', '/callbacks/css/canary');
  await running.ask('query canary { canary }');
  await running.projected();
  const first = await scrape(running.app.url);
  await post(pushBody());
  const second = await scrape(running.app.url);
  const ofProcess = ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_start_time_seconds'];
  for (const [name, { type, help, samples: values }] of Object.entries(second)) {
    expect(help).toMatch(/^[A-Z1].*\.$/);
    expect(['counter', 'gauge', 'histogram']).toContain(type);
    if (!name.startsWith('live_ledger_')) expect(name).toMatch(/^(process|nodejs)_[a-z0-9_]+$/);
    // prom-client names some gauges `…_total`, and gives no number where nothing was measured yet.
    if (!name.startsWith('live_ledger_') && !ofProcess.includes(name)) continue;
    expect(name.endsWith('_total')).toBe(type === 'counter');
    for (const [sample, value] of Object.entries(values)) {
      expect(Number.isFinite(value)).toBe(true);
      if (type !== 'gauge') expect(value).toBeGreaterThanOrEqual(first[name]?.samples[sample] ?? 0);
      for (const [, label, given] of sample.matchAll(/(\w+)="([^"]*)"/g)) {
        if (label === 'code' || label === 'outcome') expect([...Object.keys(errorCodes), 'OK']).toContain(given);
        if (label === 'reason') expect([...quarantineReasons, ...refusalReasons]).toContain(given);
      }
    }
  }
  expect(JSON.stringify(second)).not.toContain('canary');
});

test('docs/metrics.md lists exactly these metrics', async () => {
  const text = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  // Only nodes with a spool have its metrics, and only those with targets or rules have those of forwarding and alerts.
  const documented = [...text.matchAll(/^\| `((?:live_ledger_(?!spool_|forward_|alert)|process_)\w+)/gm)].map(
    ([, name]) => name,
  );
  const scraped = Object.keys(await scrape(running.app.url));
  expect(scraped).toEqual(expect.arrayContaining(documented));
  // All others are the default metrics of prom-client.
  const ours = (name = '') => name.startsWith('live_ledger_');
  expect(documented.filter(ours).sort()).toEqual(scraped.filter(ours).sort());
  expect(scraped).toEqual(expect.arrayContaining(['nodejs_heap_size_used_bytes', 'nodejs_gc_duration_seconds']));
});

test('where the log can not be read, all but the metrics of forwarding are scraped', async () => {
  const allowed = { loopback: true, private: false };
  const other = await startApp({ forward: { ...readForwardTo('http://127.0.0.1:9', allowed), allowed } });
  const targetsOf = (metrics: Awaited<ReturnType<typeof scrape>>) =>
    Object.keys(metrics['live_ledger_forward_active']?.samples ?? {}).length;
  try {
    expect(targetsOf(await scrape(other.app.url))).toBe(1);
    alterLogFile(other.dataDir, 'ALTER TABLE events RENAME TO events_elsewhere');
    const metrics = await scrape(other.app.url);
    expect(targetsOf(metrics)).toBe(0);
    expect(metrics['live_ledger_projection_lag_events']?.samples).toEqual({ live_ledger_projection_lag_events: NaN });
  } finally {
    alterLogFile(other.dataDir, 'ALTER TABLE events_elsewhere RENAME TO events');
    await other.close();
  }
});

test('two servers in one process have separate counters', async () => {
  const other = await startApp();
  try {
    await other.post(pushBody());
    expect(await scrapeSample(running.app.url, 'live_ledger_callbacks_accepted_total')).toBe(0);
    expect(await scrapeSample(other.app.url, 'live_ledger_callbacks_accepted_total')).toBe(1);
  } finally {
    await other.close();
  }
});

test('closes a refused connection that its client never ends', async () => {
  const refused = await openRawConnection(running.app.url);
  refused.socket.removeAllListeners('end');
  refused.socket.write('no HTTP\r\n\r\n');
  await refused.until('400 Bad Request');
  // The scrape's own is the only one then.
  await askUntil(
    () => scrapeSample(running.app.url, 'live_ledger_connections_open'),
    (open) => open === 1,
  );
  refused.socket.destroy();
});

test('counters that alerts or rates are based on are 0 from the start', async () => {
  const atStart = await samples();
  const codes = ['REQUEST_INVALID', 'REQUEST_TIMEOUT', 'BODY_TOO_LARGE', 'METHOD_NOT_ALLOWED', 'NOT_FOUND', 'INTERNAL'];
  for (const code of codes) expect(atStart[`live_ledger_requests_refused_total{code="${code}"}`]).toBe(0);
  for (const outcome of ['OK', 'INTERNAL']) {
    expect(atStart[`live_ledger_graphql_operations_total{outcome="${outcome}"}`]).toBe(0);
  }
});
