import { afterAll, expect, test } from '@jest/globals';
import { askUntil } from '../support/ask-until.ts';
import { startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const running: LedgerProcess[] = [];
afterAll(async () => {
  for (const ledger of running) {
    ledger.kill('SIGKILL');
    await ledger.ended();
  }
  folder.remove();
});

async function start(): Promise<{ readonly ledger: LedgerProcess; readonly url: string }> {
  const environment = { PORT: '0', DATA_DIR: folder.path, LOG_LEVEL: 'silent', API_TOKENS: 'admin:ada=a1' };
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
