import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { applyRetention, findReadModel } from '../../../src/operations/retention/apply.ts';
import { retainedKinds, type RetentionRule } from '../../../src/operations/retention/retention-rules.ts';
import { checkLogFile } from '../../../src/log/sqlite/digest-chain.ts';
import { lockDataDir, lockReadModelBuilds } from '../../../src/log/sqlite/data-dir-lock.ts';
import { SqliteEventReader } from '../../../src/log/sqlite/sqlite-event-reader.ts';
import { copyLogFile } from '../../../src/log/sqlite/log-file.ts';
import { mayBeOneDisk, temporaryFolderOfSqlite } from '../../../src/log/sqlite/event-removal.ts';
import { openForwardingFile, readUnsent } from '../../../src/forwarding/forwarding-file-table.ts';
import { openReadModelForReading } from '../../../src/projecting/file/read-model-file.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { endLedger, startLedger } from '../../support/live-ledger-process.ts';
import { readLog } from '../../support/log-events.ts';
import { dumpOf } from '../../support/read-model.ts';
import { runCommand } from '../../support/run-command.ts';
import { startApp } from '../../support/running-app.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { readLive } from '../../support/whole-ledger.ts';
import { writeLog } from '../../support/write-log.ts';

const yearly: RetentionRule = { what: retainedKinds, accounts: null, eventTypes: null, keepDays: 365 };

let folder: TemporaryFolder;
let rulesFile: string;
beforeEach(() => {
  folder = makeTemporaryFolder();
  rulesFile = path.join(folder.path, 'rules.json');
  writeFileSync(rulesFile, '{ "rules": [{ "keepDays": 365 }] }');
});
afterEach(() => folder.remove());

const runRetention = (dataDir: string, ...flags: string[]) =>
  runCommand(['retention', '--data-dir', dataDir, '--rules', rulesFile, ...flags]);

/** The same as a process of its own: where the test has the service in its process, or a process is what is claimed. */
async function runRetentionAside(dataDir: string, ...flags: string[]) {
  const ledger = startLedger(['retention', '--data-dir', dataDir, '--rules', rulesFile, ...flags], {});
  const status = await ledger.ended();
  await endLedger(ledger);
  return { status, stdout: ledger.stdout(), stderr: ledger.stderr() };
}

/** Whether the bytes of a text are in any file of a folder. */
function isAnywhereIn(dataDir: string, text: string): boolean {
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.some(({ parentPath, name }) => readFileSync(path.join(parentPath, name)).includes(text));
}

async function eventsIn(dataDir: string) {
  const reader = new SqliteEventReader(dataDir);
  const events = await readLog(reader);
  reader.close();
  return events;
}

function checked(dataDir: string) {
  const checking = checkLogFile(dataDir);
  let step = checking.next();
  while (step.done !== true) step = checking.next();
  return step.value;
}

test('what is old enough is shown while the service runs, removed while it does not, and its bytes are in no file any more', async () => {
  let nowMs = Date.parse('2020-01-01T00:00:00Z');
  const running = await startApp({ clock: () => nowMs });
  const { dataDir } = running;
  try {
    const old = { stream_id: 'long-gone-stream', sequence: '1' };
    await running.post(pushBody(old));
    await running.post(interruptionBody(old));
    nowMs = Date.now();
    await running.post(pushBody({ stream_id: 'kept-stream', sequence: '2' }));
    await running.projected();
    const before = await eventsIn(dataDir);
    const { data } = await running.ask('{ callbacks(first: 3) { nodes { position cursor } } }');
    const { nodes } = (data as { callbacks: { nodes: { position: string; cursor: string }[] } }).callbacks;
    const oldest = nodes.find(({ position }) => position === '2');

    expect(await runRetentionAside(dataDir)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^1 sessions of account \d+: 2 events, kept for 365 days\nTo be removed: 2 events/),
    });
    expect(await runRetentionAside(dataDir, '--apply')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching('in use'),
    });
    expect(await eventsIn(dataDir)).toEqual(before);
    expect(isAnywhereIn(dataDir, 'long-gone-stream')).toBe(true);

    await running.restart(async () => {
      const { status, stdout } = await runRetentionAside(dataDir, '--apply', '--json');
      expect(status).toBe(0);
      expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ isApplied: true, events: 2 });
      expect(isAnywhereIn(dataDir, 'long-gone-stream')).toBe(false);
      expect(isAnywhereIn(dataDir, 'kept-stream')).toBe(true);
      expect(checked(dataDir)).toMatchObject({
        events: 3,
        damages: 0,
        removedByRetention: { events: 2, lastRecordAt: 5n },
      });
    });

    expect((await running.post(pushBody({ stream_id: 'new-stream', sequence: '3' }))).status).toBe(200);
    await running.projected();
    const sequences = await running.ask(
      '{ streamSessions(first: 9) { nodes { sequence } } callbacks(first: 9) { totalCount } }',
    );
    expect(sequences.data).toMatchObject({ callbacks: { totalCount: 2 } });
    // A cursor at what is gone goes on with what came after it.
    const live = await readLive(running.app.url, 'callbacks', oldest?.cursor ?? '', 2);
    expect(live).toHaveLength(2);
    expect((await runRetentionAside(dataDir)).stdout).toBe('Nothing is older than the rules keep it.\n');
    expect(await eventsIn(dataDir)).toMatchObject([{}, { position: 4n }, { streamName: 'retention' }, {}]);
  } finally {
    await running.close();
  }
});

describe('a removal that is interrupted', () => {
  /** More than one step has. */
  const sessions = 700;
  const run = (
    onProgress: (step: string) => void,
    targets: readonly string[] = [],
    ignoredTargets: readonly string[] = [],
  ) =>
    applyRetention({
      dataDir: folder.path,
      rules: [yearly],
      targets,
      ignoredTargets,
      clock: Date.now,
      onProgress: (_sentence, fields) => onProgress((fields as { step: string }).step),
    });

  /** What is left of all of it: the event that can't be read, and records. */
  async function expectDone(): Promise<void> {
    const events = await eventsIn(folder.path);
    const records = events.filter(({ streamName }) => streamName === 'retention').length;
    expect(events).toHaveLength(2 + records);
    const { damages, removedByRetention } = checked(folder.path);
    expect({ damages, removed: removedByRetention?.events }).toEqual({ damages: 0, removed: 2 * sessions });
    expect(isAnywhereIn(folder.path, 'stream-7"')).toBe(false);
    const db = openReadModelForReading(findReadModel(folder.path) ?? '');
    const { callbacks, stream_sessions: rows } = dumpOf(db);
    db.close();
    expect({ callbacks, rows }).toEqual({ callbacks: [], rows: [] });
  }

  test('leaves whole sessions wherever it is, and is done by running it again', async () => {
    await writeLog(folder.path, sessions);
    for (const stopAt of ['remove', 'compact', 'done']) {
      await expect(
        run((step) => {
          if (step === stopAt) throw new Error('stopped by the test');
        }),
      ).rejects.toThrow('stopped by the test');
      expect(checked(folder.path).damages).toBe(0);
      expect(((await eventsIn(folder.path)).length - checked(folder.path).events) % 2).toBe(0);
    }
    writeFileSync(path.join(folder.path, 'retention-unfinished'), '');
    const { stdout } = await runRetention(folder.path, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ events: 0, isUnfinished: true });
    await run(() => undefined);
    await expectDone();
    expect((await runRetention(folder.path)).stdout).not.toContain('earlier run');
  });

  test('by SIGKILL is done by running it again', async () => {
    await writeLog(folder.path, sessions);
    const killed = startLedger(['retention', '--data-dir', folder.path, '--rules', rulesFile, '--apply', '--json'], {});
    await killed.printed(/"step":"remove"/);
    await endLedger(killed);
    expect(checked(folder.path)).toMatchObject({ damages: 0, removedByRetention: { events: expect.any(Number) } });
    expect(await runRetention(folder.path, '--apply')).toMatchObject({ status: 0 });
    await expectDone();
  });

  test('by a backup that began before its end is done by running it again; the backup is of one state, and a check beside it finds no damage', async () => {
    await writeLog(folder.path, sessions);
    const before = (await eventsIn(folder.path)).length;
    const backedUp = makeTemporaryFolder();
    const checking = checkLogFile(folder.path);
    let found = checking.next();
    const copies: Promise<void>[] = [];
    const removed = run((step) => {
      if (step !== 'remove' || copies.length > 0) return;
      copies.push(copyLogFile(folder.path, backedUp.path, () => undefined));
    });
    await expect(removed).rejects.toThrow('another program reads the log');
    await Promise.all(copies);
    const kept = (await eventsIn(backedUp.path)).filter(({ streamName }) => streamName !== 'retention').length;
    expect(checked(backedUp.path)).toMatchObject({ damages: 0, removedByRetention: { events: before - kept } });
    // Both events of each session, or neither; and of some of them both.
    expect([kept % 2, kept > 2, kept < before]).toEqual([0, true, true]);
    while (found.done !== true) found = checking.next();
    expect(found.value.damages).toBe(0);
    backedUp.remove();
    await run(() => undefined);
    await expectDone();
  });

  test('does not begin while read models are built, nor do they while it runs', async () => {
    await writeLog(folder.path, 2);
    const before = await eventsIn(folder.path);
    const unlock = lockReadModelBuilds(folder.path);
    await expect(run(() => undefined)).rejects.toThrow('Another command builds the read models');
    unlock();
    expect(await eventsIn(folder.path)).toEqual(before);
    await expect(
      run((step) => {
        if (step === 'remove') lockReadModelBuilds(folder.path);
      }),
    ).rejects.toThrow('Another command builds the read models');
    const serving = lockDataDir(folder.path);
    const building = lockReadModelBuilds(folder.path);
    const online = startLedger(['rebuild', '--online', '--data-dir', folder.path], {});
    expect(await online.ended()).toBe(1);
    await endLedger(online);
    expect(online.stderr()).toContain('Another command builds the read models');
    building();
    serving();
  });

  test('does not begin while a target has still to get what would go', async () => {
    await writeLog(folder.path, 2);
    const reader = new SqliteEventReader(folder.path);
    const log = { logId: reader.logId, epoch: reader.epoch, endPosition: 2n };
    reader.close();
    const state = openForwardingFile(folder.path, log, {
      fileName: 'forwarding.sqlite',
      onLogChanged: () => undefined,
    });
    state.open('slow');
    state.close();
    const refused = '3 events that would go have still to be sent to target slow';
    await expect(run(() => undefined, ['slow'], ['slow'])).rejects.toThrow(refused);
    await expect(run(() => undefined, ['unknown'], ['unknown'])).rejects.toThrow(refused);
    const { status, stderr } = await runRetention(folder.path, '--apply', '--ignore-target', 'unknown');
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('give --ignore-target slow') });
    // What shows what would go says it before the service is stopped for it.
    expect((await runRetention(folder.path)).stdout).toContain('have still to be sent to target slow');
    const shown = JSON.parse(
      (await runRetention(folder.path, '--json')).stdout.trim().split('\n').at(-1) ?? '',
    ) as unknown;
    expect(shown).toMatchObject({ isApplied: false, unsent: [{ target: 'slow', events: 3 }] });
    expect((await runRetention(folder.path, '--ignore-target', 'slow')).stdout).not.toContain('slow');
    expect(checked(folder.path)).toMatchObject({ events: 6, damages: 0 });
    const leftOver = path.join(folder.path, 'read-model-v3-2.sqlite.rebuilding-wal');
    writeFileSync(leftOver, 'of a build that was killed');
    const copy = path.join(folder.path, 'copy');
    mkdirSync(copy);
    writeFileSync(path.join(copy, 'log.sqlite'), 'of EventStoreDB');
    const ignored = ['--ignore-target', 'slow', '--ignore-target', 'unknown'];
    expect(await runRetention(folder.path, '--apply', ...ignored)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('has a copy of a log in EventStoreDB'),
    });
    rmSync(copy, { recursive: true });
    expect(await runRetention(folder.path, '--apply', ...ignored)).toMatchObject({ status: 0 });
    expect(existsSync(leftOver)).toBe(false);
    expect(readUnsent(folder.path)).toEqual([]);
    expect(checked(folder.path)).toMatchObject({ damages: 0, removedByRetention: { events: 4 } });
  });
});

test('two folders may be on one disk though their devices have two numbers', () => {
  const volume = { dev: 1, blocks: 1e8, bfree: 5e7, bsize: 4_096 };
  expect(mayBeOneDisk(volume, { ...volume, blocks: 2 })).toBe(true);
  expect(mayBeOneDisk(volume, { ...volume, dev: 2 })).toBe(true);
  // Something was written between the two questions.
  expect(mayBeOneDisk(volume, { ...volume, dev: 2, bfree: 5e7 - 100 })).toBe(true);
  for (const other of [{ bfree: 4e7 }, { blocks: 2e8 }, { bsize: 512 }]) {
    expect(mayBeOneDisk(volume, { ...volume, dev: 2, ...other })).toBe(false);
  }
});

test('temporary files of SQLite are where its documentation says', () => {
  const missing = path.join(folder.path, 'missing');
  expect(temporaryFolderOfSqlite({ SQLITE_TMPDIR: folder.path, TMPDIR: '/tmp' })).toBe(folder.path);
  expect(temporaryFolderOfSqlite({ SQLITE_TMPDIR: missing, TMPDIR: folder.path })).toBe(folder.path);
  expect(temporaryFolderOfSqlite({ SQLITE_TMPDIR: rulesFile })).toMatch(/^\/(var\/|usr\/)?tmp$/);
});

test.each([
  ['{', ['the file is not JSON']],
  ['null', ['the file: must be an object']],
  ['[]', ['the file: must be an object']],
  ['1', ['the file: must be an object']],
  ['"x"', ['the file: must be an object']],
  ['{ "rules": [] }', ['rules: must have 1 to 100 entries']],
  ['{ "rules": [{ "keepDays": 0 }] }', ['rules[0].keepDays: must be a whole number from 1 to 36500']],
  ['{ "rules": [{}, { "keepDays": 0 }] }', ['rules[0]: must have either', 'rules[1].keepDays: must be a whole number']],
  [
    '{ "rules": [{}, { "keepDays": 1, "forever": true }] }',
    ['rules[0]: must have either', 'rules[1]: must have either'],
  ],
  ['{ "rules": [{ "keepDays": 1, "eventTypes": [1] }] }', ['rules[0].eventTypes: needs "what": ["CALLBACKS"]']],
])('a file of rules that is wrong is refused, with what is wrong: %s', async (text, problems) => {
  writeFileSync(rulesFile, text);
  const { status, stderr } = await runRetention(folder.path);
  expect(status).toBe(2);
  for (const problem of problems) expect(stderr).toContain(`RETENTION_FILE: ${problem}`);
});

test('where the read models are those of another log, nothing is said of what is old', async () => {
  const [one, other] = ['one', 'other'].map((name) => path.join(folder.path, name)) as [string, string];
  for (const dataDir of [one, other]) await writeLog(dataDir, 1);
  expect((await runCommand(['rebuild', '--data-dir', one])).status).toBe(0);
  const shown = await runRetention(one);
  expect(shown).toMatchObject({ status: 0, stderr: '' });
  cpSync(path.join(other, 'log.sqlite'), path.join(one, 'log.sqlite'));
  for (const suffix of ['-wal', '-shm']) rmSync(path.join(one, `log.sqlite${suffix}`), { force: true });
  expect(await runRetention(one)).toMatchObject({ status: 1, stderr: expect.stringContaining('another log') });
});

test('a log in EventStoreDB is refused', async () => {
  const { status, stderr } = await runRetention(folder.path, '--event-store-url', 'esdb://127.0.0.1:1?tls=false');
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('embedded log only') });
});
