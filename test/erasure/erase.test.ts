import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { cpSync, existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { parseApiTokens } from '../../src/api/access/tokens.ts';
import { askUntil } from '../support/ask-until.ts';
import { interruptionBody, pushBody } from '../support/callback-bodies.ts';
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
let nowMs: number;
beforeAll(async () => {
  server = await startEventStoreDb();
});
beforeEach(() => {
  keys = makeTemporaryFolder();
  nowMs = Date.UTC(2026, 0, 30, 12);
});
afterEach(async () => {
  await running.close();
  keys.remove();
});
afterAll(() => server.close());

/** What is personal of one: their address is in all their callbacks. */
const personalOf = (name: string, address: string) => ({
  user_ip: address,
  node: `198.51.100.${address.length}`,
  stream_param: `user=canary-${name}-parameter`,
});
const anna = personalOf('anna', '203.0.113.77');
const bert = personalOf('bert', '203.0.113.8');
const canaries = [anna.user_ip, '203.0.113.78', anna.stream_param, 'canary-anna-note'];
const kept = [bert.user_ip, bert.stream_param];

const post = async (body: unknown) => expect((await running.post(body)).status).toBe(200);

const start = async (log: string, settings: Parameters<typeof startApp>[0] = {}) => {
  const eventStore = log === 'embedded' ? {} : onEventStoreDb(server.url);
  running = await startApp({ ...eventStore, personalKeysDir: keys.path, clock: () => nowMs, ...settings });
  await askUntil(
    () => running.ask('{ streamSessions { totalCount } }'),
    ({ errors }) => errors === undefined,
  );
  return environmentOf(eventStore.eventStore);
};

const environmentOf = (eventStore?: { kind: string; url?: string; prefix?: string }) => ({
  DATA_DIR: running.dataDir,
  PERSONAL_KEYS_DIR: keys.path,
  ...(eventStore?.kind === 'eventstoredb' && {
    EVENT_STORE_URL: eventStore.url ?? '',
    EVENT_STORE_PREFIX: eventStore.prefix ?? '',
  }),
});

/** Anna pushes twice, on two days, and Bert the same stream in between. */
async function record(): Promise<void> {
  await post(pushBody({ sequence: '1', ...anna }));
  await post(pushBody({ sequence: '2', ...bert }));
  const url = 'https://source.example/a.flv?user=canary-bert-query';
  await post(relayBody('TaskStart', '{"task_start_time":0}', { source_urls: sourceUrlsAsSent(url) }));
  await running.projected();
  await askUntil(
    () => sessions(),
    ({ length }) => length === 2,
  );
  const [{ id }] = await sessions();
  await running.ask(
    `mutation { addNote(id: "${id}", text: "canary-anna-note", idempotencyKey: "k") { fact { text } } }`,
  );
  // A process that starts has a key of its own day.
  await running.restart(() => {
    nowMs += 86_400_000;
    return Promise.resolve();
  });
  // The end of her push, of the next day, has another address: its session goes as a whole.
  await post(interruptionBody({ sequence: '1', ...anna, user_ip: '203.0.113.78' }));
  await post(pushBody({ sequence: '3', ...bert, stream_param: 'canary-bert-later' }));
  await askUntil(sessions, ({ length }) => length === 3);
}

type Session = {
  id: string;
  sequence: string;
  userIp: string | null;
  streamParam: string | null;
  operatorFacts: { text: string }[];
};

async function sessions(): Promise<[Session, ...Session[]]> {
  const { data } = await running.ask(
    '{ streamSessions { nodes { id sequence userIp streamParam operatorFacts { text } } } }',
  );
  // Read models may be built meanwhile.
  const { nodes } = ((data ?? {}) as { streamSessions?: { nodes: Session[] } }).streamSessions ?? { nodes: [] };
  return nodes.sort((one, other) => one.sequence.localeCompare(other.sequence)) as [Session, ...Session[]];
}

test.each(['embedded', 'EventStoreDB'])(
  '%s: erases a person while serving, everywhere, and nobody else',
  async (log) => {
    const environment = await start(log);
    await record();
    const [before] = await sessions();
    expect(before).toMatchObject({ userIp: anna.user_ip, operatorFacts: [{ text: 'canary-anna-note' }] });
    const backup = makeTemporaryFolder();
    cpSync(running.dataDir, backup.path, { recursive: true });

    const args = ['erase', '--address', '::ffff:203.0.113.77'];
    const planned = await runCommand(args, environment);
    expect(planned).toMatchObject({ status: 0, stderr: '' });
    expect(planned.stdout).toBe(
      'To be erased: the personal data of 1 sessions, 0 relay tasks, 3 events, of 2 days.\n' +
        'Nothing was changed. With --apply, it is erased for good.\n',
    );
    expect(filesWith([running.dataDir], canaries)).not.toEqual([]);
    const done = await runCommand([...args, '--apply', '--reason', 'she asked for it'], environment);
    expect(done).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Erased: .* of 1 sessions/), stderr: '' });

    expect(filesWith([running.dataDir, keys.path], canaries)).toEqual([]);
    const [erased, ...others] = await sessions();
    expect(erased).toMatchObject({
      id: before.id,
      userIp: null,
      streamParam: null,
      operatorFacts: [{ text: '(erased)' }],
    });
    expect(others).toMatchObject([
      { userIp: bert.user_ip, streamParam: bert.stream_param },
      { userIp: bert.user_ip, streamParam: 'canary-bert-later' },
    ]);
    const { data } = await running.ask(
      '{ relayTasks { nodes { sourceUrls } } callbacks(first: 9) { totalCount nodes { body } } }',
    );
    expect(JSON.stringify(data)).toContain('canary-bert-query');
    expect(data).toMatchObject({ callbacks: { totalCount: 5 } });
    expect(JSON.stringify(data)).toContain('"user_ip":null');
    const verified = await runCommand(['verify'], environment);
    expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining('sound')]);

    // Who asks again finds nothing, and the record says what was done, without saying to whom.
    expect((await runCommand(args, environment)).stdout).toContain('0 events');
    const file = path.join(backup.path, 'now.jsonl');
    expect(
      (
        await runCommand(
          ['export', '--with-secrets', '--to', file],
          log === 'embedded' ? environment : { ...environment, DATA_DIR: path.join(backup.path, 'new') },
        )
      ).status,
    ).toBe(0);
    expect(filesWith([backup.path], canaries).filter((found) => found.startsWith('now.jsonl'))).toEqual([]);
    expect(
      filesWith([backup.path], ['PersonalDataErased', 'she asked for it', ...kept]).filter((found) =>
        found.startsWith('now'),
      ),
    ).toHaveLength(4);

    // She pushes again: that is sealed and shown anew.
    await post(pushBody({ sequence: '4', ...anna }));
    await running.projected();
    await askUntil(sessions, (all) => all.length === 4 && all[3]?.userIp === anna.user_ip);

    // A copy of the log from before can not be read with the keys of now.
    if (log === 'embedded') {
      const old = { DATA_DIR: backup.path, PERSONAL_KEYS_DIR: keys.path };
      expect((await runCommand(['rebuild'], old)).status).toBe(0);
      expect(filesWith([backup.path], [anna.stream_param, 'canary-anna-note'])).toEqual([]);
      expect(filesWith([backup.path], kept)).not.toEqual([]);
    }
    backup.remove();
  },
);

test('erases by stream and by account, with the service stopped; what is left of the read models is built anew', async () => {
  const environment = await start('embedded');
  await record();
  await running.restart(async (dataDir) => {
    const none = await runCommand(['erase', '--stream', 'another', '--apply', '--reason', 'r'], environment);
    expect(none).toMatchObject({ status: 0, stdout: expect.stringContaining('0 events') });
    const wrong = await runCommand(['erase', '--address', 'anna', '--apply'], environment);
    expect(wrong).toMatchObject({ status: 2, stderr: expect.stringMatching(/--reason.*\n.*address of IPv4/) });
    const name = String(pushBody()['stream_id']);
    const done = await runCommand(['erase', '--stream', name, '--apply', '--reason', 'r'], environment);
    expect(done).toMatchObject({ status: 0, stderr: '' });
    expect(filesWith([dataDir, keys.path], [...canaries, ...kept])).toEqual([]);
  });
  await askUntil(sessions, (all) => all.length === 3);
  const { data } = await running.ask('{ relayTasks { nodes { sourceUrls } } }');
  expect(JSON.stringify(data)).toContain('canary-bert-query');
  const done = await runCommand(['erase', '--account', '4', '--apply', '--reason', 'r', '--json'], environment);
  expect(done.status).toBe(0);
  expect(JSON.parse(done.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
    isApplied: true,
    tasks: 1,
    sessions: 0,
  });
  expect(filesWith([running.dataDir], ['canary-bert-query'])).toEqual([]);
});

test('the audit has who gave the command, beside the service and without it', async () => {
  const environment = await start('embedded');
  await record();
  const erase = (...given: string[]) => runCommand(['erase', '--apply', ...given], environment);
  expect((await erase('--address', anna.user_ip, '--reason', 'beside')).status).toBe(0);
  await running.restart(async () =>
    expect((await erase('--address', bert.user_ip, '--reason', 'alone')).status).toBe(0),
  );
  const audit = async () => {
    const { data } = await running.ask(
      '{ audit(filter: { action: { eq: ERASE } }) { nodes { who reason from outcome } } }',
    );
    return (data?.['audit'] as { nodes: unknown[] } | null | undefined)?.nodes ?? [];
  };
  const by = { who: userInfo().username, from: 'command line', outcome: 'DONE' };
  expect(await askUntil(audit, ({ length }) => length === 2)).toEqual([
    { ...by, reason: 'alone' },
    { ...by, reason: 'beside' },
  ]);
});

test('an address in the audit is erased, with nothing else of who did something, and of what it was done to', async () => {
  running = await startApp({
    personalKeysDir: keys.path,
    clock: () => nowMs,
    access: { mode: 'tokens', tokens: parseApiTokens('operator:olga=o1,admin:ada=a1') },
    trustProxy: ['127.0.0.1'],
  });
  const [ofOlga, ofStranger] = ['192.0.2.7', '192.0.2.8'];
  const ask = (query: string, bearer = 'a1', from = '192.0.2.9') =>
    running.ask(query, {}, { authorization: `Bearer ${bearer}`, 'x-forwarded-for': from });
  await post(pushBody({ sequence: '1', ...bert }));
  const state = async () => {
    const { data } = await ask(
      `{ streamSessions { nodes { id userIp operatorFacts { text } } }
        audit(filter: { action: { in: [SKIP_FORWARDING, SIGN_IN, ADD_NOTE] } }) { nodes { action who from } } }`,
    );
    const { streamSessions, audit } = data as Record<
      'streamSessions' | 'audit',
      { nodes: Record<string, unknown>[] } | null
    >;
    return { sessions: streamSessions?.nodes ?? [], audit: audit?.nodes ?? [] };
  };
  const {
    sessions: [session],
  } = await askUntil(state, (found) => found.sessions.length === 1);
  await ask(`mutation { addNote(id: "${String(session?.['id'])}", text: "seen") { fact { id } } }`, 'o1', ofOlga);
  await ask('mutation { skipForwarding(target: "none") { name } }', 'o1', ofOlga);
  await ask('{ __typename }', 'a-wrong-token', ofStranger);
  const entries = [
    { action: 'SIGN_IN', who: null, from: ofStranger },
    { action: 'SKIP_FORWARDING', who: 'olga', from: ofOlga },
    { action: 'ADD_NOTE', who: 'olga', from: ofOlga },
  ];
  expect((await askUntil(state, ({ audit }) => audit.length === 3)).audit).toEqual(entries);
  expect(filesWith([running.dataDir], [ofOlga, ofStranger]).filter((file) => file.startsWith('log.'))).toEqual([]);

  const erased = await runCommand(['erase', '--address', ofOlga, '--apply', '--reason', 'r'], environmentOf());
  expect(erased).toMatchObject({ status: 0, stdout: expect.stringContaining('0 sessions, 0 relay tasks, 1 events') });
  const after = await askUntil(state, ({ audit }) => audit[1]?.['from'] === null);
  expect(after.audit).toEqual([entries[0], { ...entries[1], from: null }, entries[2]]);
  expect(after.sessions).toMatchObject([{ userIp: bert.user_ip, operatorFacts: [{ text: 'seen' }] }]);
  const again = await runCommand(
    ['erase', '--stream', String(pushBody()['stream_id']), '--apply', '--reason', 'r'],
    environmentOf(),
  );
  expect(again.status).toBe(0);
  expect((await askUntil(state, ({ audit }) => audit[2]?.['from'] === null)).audit[2]).toMatchObject({ who: 'olga' });
  expect(filesWith([running.dataDir, keys.path], [ofOlga])).toEqual([]);
});

test('a standby erases nothing, and leaves nothing to be erased once it is promoted', async () => {
  const environment = await start('embedded');
  await record();
  const standby = { ...environment, PRIMARY_URL: 'http://127.0.0.1:1', PRIMARY_TOKEN: 'one-of-its-standby-tokens' };
  const refused = await runCommand(['erase', '--address', anna.user_ip, '--apply', '--reason', 'asked'], standby);
  expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('erase on its primary') });
  expect(existsSync(path.join(running.dataDir, 'erasure.json'))).toBe(false);
});

test('events that were recorded before the setting are counted, and stay', async () => {
  await start('embedded', { personalKeysDir: null });
  await post(pushBody({ sequence: '1', ...anna }));
  const planned = await runCommand(['erase', '--address', anna.user_ip], {
    DATA_DIR: running.dataDir,
    PERSONAL_KEYS_DIR: keys.path,
  });
  expect(planned.stdout).toContain('1 more events that fit are not sealed');
  expect((await runCommand(['erase', '--address', anna.user_ip], { DATA_DIR: running.dataDir })).stderr).toContain(
    'PERSONAL_KEYS_DIR',
  );
});
