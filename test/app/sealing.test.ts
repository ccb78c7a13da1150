import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { removeReadModels } from '../../src/projecting/file/read-models-on-disk.ts';
import { askUntil } from '../support/ask-until.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { filesWith } from '../support/canary-files.ts';
import { onEventStoreDb } from '../support/eventstoredb-app.ts';
import { startEventStoreDb, type EventStoreDbServer } from '../support/eventstoredb-server.ts';
import { relayBody, sourceUrlsAsSent } from '../support/relay-bodies.ts';
import { runCommand } from '../support/run-command.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

let server: EventStoreDbServer;
let keys: TemporaryFolder;
let running: RunningApp;
beforeAll(async () => {
  server = await startEventStoreDb();
});
beforeEach(() => {
  keys = makeTemporaryFolder();
});
afterEach(async () => {
  await running.close();
  keys.remove();
});
afterAll(() => server.close());

/** Each is in one field; addresses are of the ranges for documentation. */
const canaries = {
  userIp: '203.0.113.77',
  node: '198.51.100.66',
  parameter: 'canary1parameter',
  query: 'canary2query',
  note: 'canary3note',
  junk: 'canary4junk',
  forged: 'canary5forged',
  message: '2001:db8::c0de',
} as const;
const all = Object.values(canaries);

const token = 'callbacktoken0123456';
const push = pushBody({
  sequence: '24',
  user_ip: canaries.userIp,
  node: canaries.node,
  stream_param: `user=${canaries.parameter}`,
  errmsg: `closed by ${canaries.message}`,
});

async function record(): Promise<void> {
  const url = `https://source.example/a.flv?${canaries.query}`;
  const task = relayBody('TaskStart', '{"task_start_time":0}', { source_urls: sourceUrlsAsSent(url) });
  for (const body of [push, push, task, `{"${canaries.junk}`]) {
    expect((await running.post(body, `/callbacks/css/${token}`)).status).toBe(200);
  }
  expect((await running.post(pushBody({ stream_param: canaries.forged }))).status).toBe(200);
  await running.projected();
}

const start = async (options: Parameters<typeof startApp>[0] = {}) => {
  running = await startApp({
    authenticity: { keys: [{ domain: null, key: 'k' }] as never, tokens: [token] },
    personalKeysDir: keys.path,
    ...options,
  });
};

const shownSession = async () => {
  const { data, errors } = await running.ask(
    '{ streamSession(sequence: "24") { id userIp streamParam operatorFacts { text } callbacks(first: 9) { nodes { body deliveries } } } }',
  );
  expect(errors).toBeUndefined();
  return data?.['streamSession'] as Record<string, unknown>;
};

const isLogOrSpool = (found: string) => /^(copy\/)?log\.sqlite|^spool/.test(found);

test.each(['embedded', 'EventStoreDB'])(
  '%s: no file of the log has a personal value, and every answer has',
  async (log) => {
    await start(log === 'embedded' ? {} : onEventStoreDb(server.url));
    await askUntil(
      () => running.ask('{ streamSessions { totalCount } }'),
      ({ errors }) => errors === undefined,
    );
    await record();
    // The sender's address; the audit names that of who adds a note.
    expect(filesWith([running.dataDir], ['127.0.0.1']).filter(isLogOrSpool)).toEqual([]);
    const { id } = (await shownSession()) as { id: string };
    const added = await running.ask(
      `mutation { addNote(id: "${id}", text: "${canaries.note}", idempotencyKey: "one") { fact { text } } }`,
    );
    expect(added.errors).toBeUndefined();
    await askUntil(shownSession, (session) => JSON.stringify(session).includes(canaries.note));
    expect(await shownSession()).toMatchObject({
      userIp: canaries.userIp,
      streamParam: `user=${canaries.parameter}`,
      operatorFacts: [{ text: canaries.note }],
      callbacks: { nodes: [{ body: push, deliveries: 2 }] },
    });
    const found = filesWith([running.dataDir, keys.path], all);
    expect(found.filter(isLogOrSpool)).toEqual([]);
    expect(found.some((one) => one.endsWith(canaries.userIp))).toBe(true);
    if (log === 'embedded') {
      const { status, stdout } = await runCommand(['verify', '--data-dir', running.dataDir]);
      expect([status, stdout]).toEqual([0, expect.stringContaining('sound')]);
    }
  },
);

test('without its keys nothing is projected or shown as erased, and the service says why; with them it goes on', async () => {
  await start();
  await record();
  const away = path.join(keys.path, 'away');
  const move = (from: string, to: string) => {
    for (const name of readdirSync(from)) if (name !== 'away') renameSync(path.join(from, name), path.join(to, name));
  };
  const bodies = () => running.ask('{ callbacks(first: 9) { nodes { body } } }');
  await running.restart(async (dataDir) => {
    mkdirSync(away);
    move(keys.path, away);
    expect((await runCommand(['rebuild', '--data-dir', dataDir])).stderr).toContain('PERSONAL_KEYS_DIR is not set');
  });
  const answer = await bodies();
  expect(JSON.stringify(answer)).not.toContain('"user_ip":null');
  expect(answer.errors?.[0]?.extensions['code']).toBe('STORE_UNAVAILABLE');

  await running.restart((dataDir) => {
    removeReadModels(dataDir, () => true);
    return Promise.resolve();
  });
  const ready = () => fetch(`${running.app.url}/readyz`);
  await askUntil(
    () => Promise.resolve(running.logLines.join('')),
    (lines) => lines.includes('is not in PERSONAL_KEYS_DIR'),
  );
  expect((await ready()).status).toBe(503);
  expect((await running.post(pushBody({ sequence: '25' }), `/callbacks/css/${token}`)).status).toBe(200);
  const doctor = await runCommand(['doctor', '--data-dir', running.dataDir, '--personal-keys-dir', keys.path]);
  expect(doctor.stdout).toMatch(/personal data.*is not in PERSONAL_KEYS_DIR/s);
  move(away, keys.path);
  expect(await askUntil(shownSession, (session) => session['userIp'] === canaries.userIp)).toBeDefined();
});

test('a log without sealed events is read on as it is when the setting is switched on, and exports are whole', async () => {
  await start({ personalKeysDir: null });
  await record();
  const before = await shownSession();
  await running.close();
  await start();
  await record();
  expect(filesWith([running.dataDir], [canaries.parameter]).some(isLogOrSpool)).toBe(false);
  expect(await shownSession()).toMatchObject({ userIp: before['userIp'] });
  const file = path.join(keys.path, 'all.jsonl');
  const args = ['export', '--data-dir', running.dataDir, '--with-secrets', '--to', file];
  expect((await runCommand(args, { PERSONAL_KEYS_DIR: keys.path })).status).toBe(0);
  expect(
    filesWith([keys.path], all)
      .map((one) => one.split(': ')[1])
      .sort(),
  ).toEqual(
    Object.values(canaries)
      .filter((one) => one !== canaries.note)
      .sort(),
  );
  const other = makeTemporaryFolder();
  const imported = ['import', '--data-dir', other.path, '--from', file];
  expect(await runCommand(imported, { PERSONAL_KEYS_DIR: keys.path })).toMatchObject({ status: 0 });
  expect(await runCommand(imported, { PERSONAL_KEYS_DIR: keys.path })).toMatchObject({
    stdout: expect.stringMatching(/^0 events were appended/),
  });
  expect(filesWith([other.path], all)).toEqual([]);
  other.remove();
});
