import { afterEach, beforeEach, expect, test } from '@jest/globals';
import path from 'node:path';
import { askUntil } from '../support/ask-until.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { filesWith } from '../support/canary-files.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

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

function start(...args: string[]): LedgerProcess {
  const environment = {
    DATA_DIR: path.join(folder.path, 'data'),
    PERSONAL_KEYS_DIR: path.join(folder.path, 'keys'),
    PORT: '0',
  };
  const ledger = startLedger(args, environment);
  running.add(ledger);
  return ledger;
}

async function run(...args: string[]): Promise<{ status: number | null; text: string }> {
  const ledger = start(...args);
  const status = await ledger.ended();
  return { status, text: ledger.stdout() + ledger.stderr() };
}

const canary = '203.0.113.77';
const other = '203.0.113.8';

const sessions = async (url: string) => {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ streamSessions { nodes { userIp } } }' }),
  });
  const { data } = (await answer.json()) as { data?: { streamSessions: { nodes: { userIp: string | null }[] } } };
  return data?.streamSessions.nodes.map(({ userIp }) => userIp) ?? [];
};

const post = async (url: string, sequence: number, address: string) => {
  const body = JSON.stringify(pushBody({ sequence: String(sequence), user_ip: address }));
  expect((await fetch(`${url}/callbacks/css`, { method: 'POST', body })).status).toBe(200);
};

const erasing = ['erase', '--address', canary, '--apply', '--reason', 'r', '--json'];

test('a command that is killed at any step is ended by the next, or by the service; nothing else is lost', async () => {
  // Each service has a key of its own: there are several to destroy.
  let sequence = 0;
  const record = async () => {
    const service = start('serve');
    const url = await service.url();
    for (const address of [canary, other]) await post(url, (sequence += 1), address);
    service.kill('SIGTERM');
    await service.ended();
  };
  for (const step of ['search', 'count', 'collect', 'destroy', 'destroy","keys":2']) {
    await record();
    await record();
    const killed = start(...erasing);
    await killed.printed(new RegExp(`"step":"${step}`));
    await endLedger(killed);
    if (step === 'collect') {
      const service = start('serve');
      const url = await service.url();
      await askUntil(
        () => Promise.resolve(filesWith([folder.path], [canary])),
        (found) => found.length === 0,
      );
      await askUntil(
        () => sessions(url),
        (shown) => shown.filter((address) => address === null).length === sequence / 2,
      );
      service.kill('SIGTERM');
      await service.ended();
    }
    expect(await run(...erasing)).toMatchObject({ status: 0 });
    expect(filesWith([folder.path], [canary])).toEqual([]);
    expect(await run('verify')).toMatchObject({ status: 0, text: expect.stringContaining('sound') });
  }
  const service = start('serve');
  const url = await service.url();
  const shown = await askUntil(
    () => sessions(url),
    ({ length }) => length === sequence,
  );
  expect(shown.filter((address) => address === other)).toHaveLength(sequence / 2);
});

test('a service that is killed while it erases goes on when it is started again', async () => {
  const service = start('serve');
  const url = await service.url();
  await post(url, 1, canary);
  await post(url, 2, other);
  await askUntil(
    () => sessions(url),
    ({ length }) => length === 2,
  );
  const command = start(...erasing);
  await command.printed(/"step":"destroy"/);
  service.kill('SIGKILL');
  await service.ended();
  await command.ended();
  const again = start('serve');
  const urlAgain = await again.url();
  const shown = await askUntil(
    () => sessions(urlAgain),
    (found) => found.length === 2 && !found.includes(canary),
  );
  expect(shown.sort()).toEqual([other, null]);
  await askUntil(
    () => Promise.resolve(filesWith([folder.path], [canary])),
    (found) => found.length === 0,
  );
});
