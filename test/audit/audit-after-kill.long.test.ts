import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { askUntil } from '../support/ask-until.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

let folder: TemporaryFolder;
let running: LedgerProcess[];
beforeEach(() => {
  folder = makeTemporaryFolder();
  running = [];
});
afterEach(async () => {
  for (const ledger of running) await endLedger(ledger);
  folder.remove();
});

async function start(more = {}): Promise<{ readonly ledger: LedgerProcess; readonly url: string }> {
  const dataDir = path.join(folder.path, 'data');
  const environment = { PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'silent', API_TOKENS: 'admin:ada=a1', ...more };
  const ledger = startLedger(['serve'], environment);
  running.push(ledger);
  return { ledger, url: await ledger.url() };
}

async function ask(url: string, query: string) {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer a1' },
    body: JSON.stringify({ query }),
  });
  return (await answer.json()) as { data?: Record<string, { nodes: unknown[] } | null> | null };
}

test('what was answered is in the audit of a service that was killed with SIGKILL after the answer', async () => {
  const { ledger, url } = await start();
  await ask(url, 'mutation { skipForwarding(target: "none") { name } }');
  ledger.kill('SIGKILL');
  await ledger.ended();
  const again = await start();
  const { data } = await askUntil(
    () => ask(again.url, '{ audit { nodes { who action code } } }'),
    (answer) => (answer.data?.['audit']?.nodes.length ?? 0) > 0,
  );
  expect(data?.['audit']?.nodes).toEqual([{ who: 'ada', action: 'SKIP_FORWARDING', code: 'BAD_USER_INPUT' }]);
});

/** Kills the process that answers with SIGKILL when it is about to record that something was done: after the change, before the answer. */
const killedAtTheEnd = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`
    const send = process.send?.bind(process);
    if (process.env.LIVE_LEDGER_PROCESS === 'reader') process.send = (message, ...rest) => {
      const isEnd = message.kind === 'append' && message.events.some(({ data }) => Buffer.from(data).includes('"outcome":"DONE"'));
      if (isEnd) process.kill(process.pid, 'SIGKILL');
      return send(message, ...rest);
    };
  `)}`,
};

test('what was changed by a service that was killed before its answer is in the audit, as begun', async () => {
  const file = path.join(folder.path, 'targets.json');
  writeFileSync(file, JSON.stringify({ targets: [{ name: 'billing', url: 'http://127.0.0.1:9/' }] }));
  const { url } = await start({ ...killedAtTheEnd, FORWARD_FILE: file, FORWARD_ALLOW: 'loopback' });
  await expect(ask(url, 'mutation { pauseForwarding(target: "billing") { name } }')).rejects.toThrow();
  // The service starts that process again.
  const found = await askUntil(
    () =>
      ask(
        url,
        '{ forwardTargets { state } audit(filter: { action: { eq: PAUSE_FORWARDING } }) { nodes { who object outcome } } }',
      )
        // Nothing listens while it starts.
        .catch(() => ({ data: null })),
    ({ data }) => (data?.['audit']?.nodes.length ?? 0) > 0,
  );
  expect(found.data).toEqual({
    forwardTargets: [{ state: 'PAUSED' }],
    audit: { nodes: [{ who: 'ada', object: 'billing', outcome: 'BEGUN' }] },
  });
});
