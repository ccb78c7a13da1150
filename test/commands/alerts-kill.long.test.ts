import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { webhookSecret } from '../alerts/alerts-files.ts';
import { openReceiver, type Receiver } from '../forwarding/receivers.ts';
import { askUntil } from '../support/ask-until.ts';
import { scrape } from '../support/metrics.ts';
import { interruptionBody, pushBody } from '../support/callback-bodies.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

let folder: TemporaryFolder;
let ledger: LedgerProcess | null = null;
let target: Receiver;

beforeAll(() => {
  folder = makeTemporaryFolder();
});
afterAll(async () => {
  if (ledger !== null) await endLedger(ledger);
  await target.close();
  folder.remove();
});

async function start(): Promise<string> {
  ledger = startLedger(['serve'], {
    PORT: '0',
    DATA_DIR: path.join(folder.path, 'data'),
    LOG_LEVEL: 'error',
    ALERTS_FILE: path.join(folder.path, 'alerts.json'),
    FORWARD_ALLOW: 'loopback',
  });
  return ledger.url();
}
/** On a connection of its own: a kept one may end with its process just as it is used again. */
const post = (url: string, body: object) =>
  fetch(`${url}/callbacks/css`, { method: 'POST', headers: { connection: 'close' }, body: JSON.stringify(body) });
const secondsAgo = (seconds: number) => Math.floor(Date.now() / 1_000) - seconds;

test('over SIGKILLs at each message, each is taken once: one that was not answered comes again with its id, no other does', async () => {
  const taken: string[] = [];
  const refused: string[] = [];
  target = await openReceiver(({ headers, body }) => {
    const said = `${(JSON.parse(body.toString()) as { type: string }).type} ${String(headers['webhook-id'])}`;
    // The process is killed while it waits for the first answer to each message.
    if (!refused.includes(said)) {
      refused.push(said);
      ledger?.kill('SIGKILL');
      return 'DESTROY';
    }
    taken.push(said);
    return 200;
  });
  const targets = [{ name: 'ops', url: target.url, secret: webhookSecret, perMinute: 600 }];
  const rules = [{ name: 'faults', when: 'PUSH_ENDED', groupSeconds: 1 }];
  writeFileSync(path.join(folder.path, 'alerts.json'), JSON.stringify({ targets, rules }));

  let url = await start();
  await post(url, pushBody({ sequence: '1', event_time: secondsAgo(60) }));
  await post(url, interruptionBody({ sequence: '1', event_time: secondsAgo(30), errcode: 8, push_duration: '30000' }));
  await target.arrived(1);
  await ledger?.ended();
  url = await start();
  await target.arrived(2);
  await post(url, pushBody({ sequence: '2', event_time: secondsAgo(10) }));
  await target.arrived(3);
  await ledger?.ended();
  url = await start();
  await target.arrived(4);
  // Its answer is known: from here on it is not sent again.
  await askUntil(
    () => scrape(url),
    (all) =>
      all['live_ledger_alert_target_delivered_total']?.samples[
        'live_ledger_alert_target_delivered_total{target="ops"}'
      ] === 1,
  );
  ledger?.kill('SIGKILL');
  await ledger?.ended();
  url = await start();
  await post(url, interruptionBody({ sequence: '2', event_time: secondsAgo(0), errcode: 8, push_duration: '1000' }));
  await target.arrived(5);
  await ledger?.ended();

  expect(taken).toEqual(refused.slice(0, 2));
  expect(refused.map((said) => said.split(' ')[0])).toEqual(['alert.began', 'alert.ended', 'alert.began']);
});
