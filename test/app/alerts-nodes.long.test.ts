import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { leaseTimes } from '../../src/forwarding/lease/lease-stream.ts';
import { alertsTo, webhookSecret } from '../alerts/alerts-files.ts';
import { openReceiver, type Receiver } from '../forwarding/receivers.ts';
import { askLedger } from '../support/ask-ledger.ts';
import { askUntil } from '../support/ask-until.ts';
import { interruptionBody, pushBody } from '../support/callback-bodies.ts';
import { newPrefix } from '../support/eventstoredb-log.ts';
import { startEventStoreDb, type EventStoreDbServer } from '../support/eventstoredb-server.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { readAll } from '../support/log-events.ts';
import { scrape, scrapeSample } from '../support/metrics.ts';
import { patientMs } from '../support/patience.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

/** Of the node in this process: it takes no lease over until the other one is killed, however late that renews it. */
const times = { ...leaseTimes, takenOverAfterMs: patientMs };

let server: EventStoreDbServer;
let folder: TemporaryFolder;
let target: Receiver;
let other: LedgerProcess;
let app: RunningApp;
beforeAll(async () => {
  folder = makeTemporaryFolder();
  server = await startEventStoreDb();
  target = await openReceiver();
});
afterAll(async () => {
  await app.close();
  await endLedger(other);
  await target.close();
  await server.close();
  folder.remove();
});

const isActive = (url: string) => scrapeSample(url, 'live_ledger_alert_target_active{target="ops"}');
const openOn = async (url: string) => {
  const { alerts } = await askLedger<{ alerts: { id: string }[] }>(url, '{ alerts { id } }');
  return alerts.map(({ id }) => id);
};
const nowSeconds = () => Math.floor(Date.now() / 1_000);
const push = (sequence: string, secondsAgo: number) => pushBody({ sequence, event_time: nowSeconds() - secondsAgo });
const fault = (sequence: string, secondsAgo: number) =>
  interruptionBody({ sequence, event_time: nowSeconds() - secondsAgo, errcode: 8, push_duration: '1000' });

interface Message {
  readonly type: string;
  readonly data: { readonly alerts: readonly { readonly id: string }[] };
}
const messages = () =>
  target.requests.map(({ body }) => {
    const { type, data } = JSON.parse(body.toString()) as Message;
    return { type, ids: data.alerts.map(({ id }) => id) };
  });

test('two nodes, of which the one that evaluates is killed: the other one says nothing twice, and what has ended meanwhile', async () => {
  const prefix = newPrefix();
  const rule = { name: 'faults', when: 'PUSH_ENDED', groupSeconds: 1 };
  const file = path.join(folder.path, 'alerts.json');
  const targets = [{ name: 'ops', url: target.url, secret: webhookSecret, perMinute: 600 }];
  writeFileSync(file, JSON.stringify({ targets, rules: [rule] }));
  other = startLedger(['serve'], {
    PORT: '0',
    DATA_DIR: path.join(folder.path, 'other'),
    LOG_LEVEL: 'info',
    FORWARD_ALLOW: 'loopback',
    EVENT_STORE_URL: server.url,
    EVENT_STORE_PREFIX: prefix,
    ROLES: 'query',
    ALERTS_FILE: file,
  });
  const otherUrl = await other.url();
  await askUntil(
    () => isActive(otherUrl),
    (active) => active === 1,
  );
  app = await startApp({
    eventStore: { kind: 'eventstoredb', url: server.url, prefix },
    ...alertsTo(target.url, rule),
    leaseTimes: times,
  });
  await app.post(push('1', 60));
  await app.post(fault('1', 30));
  await target.arrived(1);
  const [id = ''] = messages()[0]?.ids ?? [];
  for (const url of [otherUrl, app.app.url]) {
    await askUntil(
      () => openOn(url),
      (ids) => ids.includes(id),
    );
  }
  // The other one has saved that the message was taken: otherwise it would come again.
  await askUntil(
    () => scrape(app.app.url),
    (all) =>
      all['live_ledger_alert_target_lag_events']?.samples['live_ledger_alert_target_lag_events{target="ops"}'] === 0,
  );

  other.kill('SIGKILL');
  await other.ended();
  times.takenOverAfterMs = leaseTimes.renewEveryMs;
  await app.post(push('2', 10));
  await target.arrived(2);
  await app.post(fault('2', 5));
  await target.arrived(3);
  expect(messages().map(({ type }) => type)).toEqual(['alert.began', 'alert.ended', 'alert.began']);
  expect(messages()[1]?.ids).toEqual([id]);
  expect(await isActive(app.app.url)).toBe(1);
  const recorded = await readAll(app.log.readStream('alert-faults'));
  expect(recorded.map(({ type }) => type)).toEqual(['AlertBegan', 'AlertEnded', 'AlertBegan']);
});
