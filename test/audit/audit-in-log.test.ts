import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { parseApiTokens } from '../../src/api/access/tokens.ts';
import { auditStream, readAudited } from '../../src/audit/audit-events.ts';
import { readModelFileName } from '../../src/projecting/file/read-model-file.ts';
import { alterLogFile } from '../support/alter-log-file.ts';
import { askUntil } from '../support/ask-until.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { runCommand } from '../support/run-command.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
let running: RunningApp;
beforeAll(async () => {
  running = await startApp({
    access: { mode: 'tokens', tokens: parseApiTokens('operator:olga=o1,admin:ada=a1') },
  });
  await running.post(pushBody());
  await running.projected();
});
afterAll(async () => {
  await running.close();
  folder.remove();
});

const ask = (query: string, bearer = 'a1') => running.ask(query, {}, { authorization: `Bearer ${bearer}` });

interface Entry {
  readonly who: string | null;
  readonly action: string;
  readonly object: string | null;
}

async function audit(): Promise<readonly Entry[]> {
  await running.projected();
  const { data, errors } = await ask(
    '{ audit(first: 500) { nodes { at who role action object outcome reason from count } } }',
  );
  expect(errors).toBeUndefined();
  return (data?.['audit'] as { readonly nodes: readonly Entry[] }).nodes;
}

const command = async (...args: string[]) => {
  const { status, stderr } = await runCommand(args, { DATA_DIR: running.dataDir });
  expect([args[0], status, stderr.includes('Error')]).toEqual([args[0], 0, false]);
};

test('read models that are built again have the same audit', async () => {
  await ask('mutation { skipForwarding(target: "none") { name } }', 'o1');
  const { data } = await ask('{ streamSessions { nodes { id streamParam } } callbacks { nodes { body } } }');
  const [{ id } = { id: '' }] = (data?.['streamSessions'] as { nodes: { id: string }[] }).nodes;
  await ask(`mutation { addNote(id: "${id}", text: "a note") { fact { id } } }`, 'o1');
  const before = await audit();
  expect(before.map(({ who, action }) => [who, action])).toEqual([
    ['olga', 'ADD_NOTE'],
    ['ada', 'READ_SECRETS'],
    ['olga', 'SKIP_FORWARDING'],
  ]);
  await running.restart((dataDir) => rm(readModelFileName(dataDir)));
  expect(await audit()).toEqual(before);
});

test('commands are recorded by who runs them: an export beside the service, a rebuild without it', async () => {
  const file = path.join(folder.path, 'export.jsonl');
  await command('export', '--to', file, '--with-secrets');
  const entries = await askUntil(audit, (all) => all[0]?.action === 'EXPORT_WITH_SECRETS');
  expect(entries[0]).toMatchObject({ role: null, from: 'command line', outcome: 'DONE' });
  expect(entries[0]?.who).not.toBeNull();
  expect(entries[0]?.object).toMatch(/^[\da-f]{64}$/);
  await running.restart(() => command('rebuild'));
  expect((await audit())[0]).toMatchObject({ action: 'REBUILD', from: 'command line', who: entries[0]?.who });
});

test('an entry that is changed in the log is found by verify, and is in the audit no more', async () => {
  const verify = () => runCommand(['verify'], { DATA_DIR: running.dataDir });
  expect((await verify()).status).toBe(0);
  const number = (await audit()).length;
  let position = 0n;
  for await (const event of running.log.readStream(auditStream)) {
    const entry = readAudited(event);
    if (entry !== null && entry !== 'UNREADABLE' && entry.action === 'READ_SECRETS') position = event.position;
  }
  await running.restart((dataDir) => {
    const metadata = `CAST('{"at":"2018-12-18T06:49:50Z","by":"olga"}' AS BLOB)`;
    alterLogFile(dataDir, `UPDATE events SET metadata = ${metadata} WHERE position = ${position}`);
    return rm(readModelFileName(dataDir));
  });
  const { status, stdout, stderr } = await verify();
  expect([status, `${stdout}${stderr}`]).toEqual([1, expect.stringContaining(`position ${position} is not`)]);
  expect(await audit()).toHaveLength(number - 1);
});
