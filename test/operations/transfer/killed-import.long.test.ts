import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { askUntil } from '../../support/ask-until.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { endLedger, startLedger, type LedgerProcess } from '../../support/live-ledger-process.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;
const running = new Set<LedgerProcess>();
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(async () => {
  for (const ledger of running) await endLedger(ledger);
  running.clear();
  folder.remove();
});

const bodies = 30_000;

function start(...args: string[]): LedgerProcess {
  const ledger = startLedger(args, { DATA_DIR: path.join(folder.path, 'data'), PORT: '0' });
  running.add(ledger);
  return ledger;
}

async function run(...args: string[]): Promise<{ status: number | null; text: string }> {
  const ledger = start(...args);
  const status = await ledger.ended();
  return { status, text: ledger.stdout() + ledger.stderr() };
}

const graphql = async (url: string, query: string) =>
  (await (
    await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    })
  ).json()) as { data: { projections: { unfinishedImport: string | null }[] } };

test('an import that is killed is named everywhere, and continues after callbacks came in', async () => {
  const file = path.join(folder.path, 'bodies.jsonl');
  const lines = Array.from({ length: bodies }, (_, index) =>
    JSON.stringify(pushBody({ sequence: `${10 ** 9 + index}` })),
  );
  writeFileSync(file, `${lines.join('\n')}\n`);
  const importing = ['import', '--from-bodies', file, '--received-at', '2026-01-31T12:00:00Z', '--json'];
  const killed = start(...importing);
  await killed.printed(/"step":"append"/);
  await endLedger(killed);

  const service = start('serve');
  const url = await service.url();
  await service.printed(/An import of 30000 events, begun at .* is not finished/);
  const readiness = async () => {
    const answer = await fetch(`${url}/readyz/query`);
    return `${answer.status} ${await answer.text()}`;
  };
  await askUntil(readiness, (text) => /^503 .*"name":"record","ok":false,"reason":"IMPORT_UNFINISHED"/.test(text));
  expect((await fetch(`${url}/readyz/receive`)).status).toBe(200);
  expect((await graphql(url, '{ projections { unfinishedImport } }')).data.projections[0]?.unfinishedImport).toMatch(
    /run the same `live-ledger import` again/,
  );
  const posted = await fetch(`${url}/callbacks/css`, {
    method: 'POST',
    body: JSON.stringify(pushBody({ sequence: '1' })),
  });
  expect(posted.status).toBe(200);
  service.kill('SIGTERM');
  await service.ended();
  expect(await run('verify')).toMatchObject({ status: 1, text: expect.stringContaining('is not finished') });

  const again = await run(...importing);
  expect(again.status).toBe(0);
  expect(again.text).toMatch(/"eventsTotal":30000/);
  expect(await run('verify')).toMatchObject({ status: 0, text: expect.stringMatching(/300\d\d events: sound/) });
  const whole = start('serve');
  const wholeUrl = await whole.url();
  await askUntil(
    () => fetch(`${wholeUrl}/readyz/query`),
    ({ status }) => status === 200,
  );
});
