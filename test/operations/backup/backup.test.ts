import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { backup } from '../../../src/operations/backup/backup.ts';
import { assertLogIsBeside } from '../../../src/node/data-dir.ts';
import { restore } from '../../../src/operations/backup/restore.ts';
import type { CommandOutput } from '../../../src/commands/command-line.ts';
import type { EventStore } from '../../../src/log/event-store.ts';
import { logFilePath } from '../../../src/log/sqlite/log-file.ts';
import { SqliteEventReader } from '../../../src/log/sqlite/sqlite-event-reader.ts';
import { openPatientEventStore } from '../../support/sqlite-store.ts';
import { endLedger, startLedger } from '../../support/live-ledger-process.ts';
import { newEvents, readLog } from '../../support/log-events.ts';
import { runCommand } from '../../support/run-command.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;
let dataDir: string;
let copy: string;
beforeEach(() => {
  folder = makeTemporaryFolder();
  dataDir = path.join(folder.path, 'data');
  copy = path.join(folder.path, 'copy');
});
afterEach(() => folder.remove());

const sqlite = { kind: 'sqlite' } as const;
const eventStoreDb = { kind: 'eventstoredb', url: 'esdb://127.0.0.1:2113', prefix: 'live_ledger' } as const;
const silent: CommandOutput = { progress: () => undefined, result: () => undefined };
const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

async function writeLog(at: string, events = 3): Promise<void> {
  const store = openPatientEventStore(at, Date.now);
  await store.append('a-1', newEvents(events), 'any');
  await store.close();
}

async function eventsOf(at: string) {
  const reader = new SqliteEventReader(at);
  const events = await readLog(reader);
  const { logId, epoch } = reader;
  reader.close();
  return { events, logId, epoch };
}

function changeOneEvent(at: string): void {
  const db = new Database(logFilePath(at));
  db.exec(`UPDATE events SET type = 'Other' WHERE position = 3`);
  db.close();
}

describe('backup', () => {
  let store: EventStore;
  beforeEach(async () => {
    store = openPatientEventStore(dataDir, Date.now);
    await store.append('a-1', newEvents(500), 'any');
  });
  afterEach(() => store.close());

  test('is one state of a log that grows meanwhile, in a file for this user alone', async () => {
    const before = await readLog(store);
    const appended: Promise<unknown>[] = [];
    const onProgress = () => appended.push(store.append('b-1', newEvents(50), 'any'));
    await backup({ dataDir, eventStore: sqlite }, copy, { ...silent, progress: onProgress });
    await Promise.all(appended);
    expect(appended.length).toBeGreaterThan(0);
    const { events } = await eventsOf(copy);
    expect(events).toEqual((await readLog(store)).slice(0, events.length));
    expect(events.length).toBeGreaterThanOrEqual(before.length);
    expect(readdirSync(copy).sort()).toEqual(['backup.json', 'log.sqlite']);
    expect([copy, `${copy}/log.sqlite`, `${copy}/backup.json`].map(modeOf)).toEqual(['700', '600', '600']);
    expect(readdirSync(folder.path).sort()).toEqual(['copy', 'data']);
  });

  test('overwrites nothing, and leaves nothing where it fails', async () => {
    mkdirSync(copy);
    await expect(backup({ dataDir, eventStore: sqlite }, copy, silent)).rejects.toThrow('exists already');
    expect(readdirSync(copy)).toEqual([]);
    const fails: CommandOutput = {
      ...silent,
      result() {
        throw new Error('the disk is gone');
      },
    };
    await expect(backup({ dataDir, eventStore: sqlite }, `${copy}-2`, fails)).rejects.toThrow('the disk is gone');
    expect(readdirSync(folder.path).sort()).toEqual(['copy', 'data']);
    await expect(backup({ dataDir: copy, eventStore: sqlite }, `${copy}-2`, silent)).rejects.toThrow('has no log');
  });

  test('of a damaged log is made all the same, and says so', async () => {
    changeOneEvent(dataDir);
    expect(await backup({ dataDir, eventStore: sqlite }, copy, silent)).toBe(false);
    const restored = path.join(folder.path, 'restored');
    expect(await restore({ dataDir: restored, eventStore: sqlite }, copy, silent)).toBe(false);
    expect((await eventsOf(restored)).events.filter(({ isDamaged }) => isDamaged)).toHaveLength(1);
  });

  test('with EventStoreDB has the spool, and says where the log is', async () => {
    const node = path.join(folder.path, 'node');
    mkdirSync(node);
    const settings = { dataDir: node, eventStore: eventStoreDb };
    await expect(backup(settings, copy, silent)).rejects.toThrow('back that up with the means of the server');
    await writeLog(path.join(node, 'spool'));
    const results: string[] = [];
    await backup(settings, copy, { ...silent, result: (sentence) => results.push(sentence) });
    expect(results.join()).toContain('back that up with the means of the server');
    const restored = path.join(folder.path, 'restored');
    await restore({ dataDir: restored, eventStore: eventStoreDb }, copy, silent);
    const spooled = await eventsOf(path.join(restored, 'spool'));
    expect(spooled.events.filter(({ streamName }) => streamName === 'a-1')).toHaveLength(3);
    await expect(restore({ dataDir: node, eventStore: sqlite }, copy, silent)).rejects.toThrow('Set EVENT_STORE_URL');
  });
});

describe('restore', () => {
  const restored = () => path.join(folder.path, 'restored');
  beforeEach(async () => {
    await writeLog(dataDir);
    await backup({ dataDir, eventStore: sqlite }, copy, silent);
  });

  test('brings back every event, in an epoch of its own each time', async () => {
    const before = await eventsOf(dataDir);
    await restore({ dataDir: restored(), eventStore: sqlite }, copy, silent);
    await restore({ dataDir: `${restored()}-2`, eventStore: sqlite }, copy, silent);
    const [one, other] = [await eventsOf(restored()), await eventsOf(`${restored()}-2`)];
    expect(one.events.slice(0, -1)).toEqual(before.events);
    expect(new Set([one.logId, other.logId, before.logId]).size).toBe(1);
    expect(new Set([one.epoch, other.epoch, before.epoch]).size).toBe(3);
    expect([restored(), `${restored()}/log.sqlite`].map(modeOf)).toEqual(['700', '600']);
    // The service does not take it for another copy.
    const store = openPatientEventStore(restored(), Date.now);
    expect(store.epoch).toBe(one.epoch);
    await store.close();
  });

  test('refuses a folder with data, and one that a service has', async () => {
    await expect(restore({ dataDir, eventStore: sqlite }, copy, silent)).rejects.toThrow('is not empty');
    const store = openPatientEventStore(dataDir, Date.now);
    await expect(restore({ dataDir, eventStore: sqlite }, copy, silent)).rejects.toThrow('is in use');
    await store.close();
    expect((await eventsOf(dataDir)).events).toHaveLength(4);
  });

  test('refuses what is not what was backed up, and leaves no log behind', async () => {
    const attempt = () => restore({ dataDir: restored(), eventStore: sqlite }, copy, silent);
    changeOneEvent(copy);
    await expect(attempt()).rejects.toThrow('is not what was backed up');
    expect(existsSync(logFilePath(restored()))).toBe(false);
    writeFileSync(path.join(copy, 'backup.json'), '{"format":"live-ledger-backup","formatVersion":2}');
    await expect(attempt()).rejects.toThrow('with the version that made it');
    writeFileSync(path.join(copy, 'backup.json'), '{');
    await expect(attempt()).rejects.toThrow('is no backup');
    // With nothing to restore it would restore nothing, and say that it had.
    for (const parts of [[], [null], [{ part: 'log' }]]) {
      const manifest = { format: 'live-ledger-backup', formatVersion: 1, eventStore: 'sqlite', parts };
      writeFileSync(path.join(copy, 'backup.json'), JSON.stringify(manifest));
      await expect(attempt()).rejects.toThrow('is no backup that this version can read');
    }
  });

  test('names a log that it cannot read', async () => {
    rmSync(logFilePath(copy));
    mkdirSync(logFilePath(copy));
    await expect(restore({ dataDir: restored(), eventStore: sqlite }, copy, silent)).rejects.toThrow(
      /^The log in .*log\.sqlite can't be read \(E/,
    );
  });

  test('goes on after one that was interrupted; until then, no service begins a new log there', async () => {
    mkdirSync(path.join(restored(), 'restoring'), { recursive: true });
    writeFileSync(path.join(restored(), 'restoring', 'log.sqlite'), 'half');
    writeFileSync(path.join(restored(), 'rebuild-lock.sqlite'), '');
    expect(() => assertLogIsBeside(restored())).toThrow(/A restore into DATA_DIR .* was interrupted\. Run the same/);
    await restore({ dataDir: restored(), eventStore: sqlite }, copy, silent);
    expect(readdirSync(restored()).sort()).toEqual(['lock.sqlite', 'log.sqlite', 'rebuild-lock.sqlite']);
  });
});

test('the commands print JSON lines, and end with status 0, 1 or 2', async () => {
  await writeLog(dataDir);
  const run = (...args: string[]) => runCommand(args, { DATA_DIR: dataDir });
  const runAside = async (...args: string[]) => {
    const ledger = startLedger(args, { DATA_DIR: dataDir });
    const status = await ledger.ended();
    await endLedger(ledger);
    return { status, stdout: ledger.stdout(), stderr: ledger.stderr() };
  };
  const made = await runAside('backup', '--to', copy, '--json');
  expect(made.status).toBe(0);
  const lines = made.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(lines.at(-2)).toMatchObject({ part: 'log', events: 4, damages: 0 });
  expect(lines.at(-1)).toMatchObject({ backup: copy, holdsLog: true });
  expect(JSON.parse(readFileSync(path.join(copy, 'backup.json'), 'utf8'))).toMatchObject({ formatVersion: 1 });
  expect(await run('verify', '--data-dir', copy)).toMatchObject({ status: 0 });
  expect(await run('backup', '--to', copy)).toMatchObject({ status: 1, stdout: '' });
  expect(await run('backup')).toMatchObject({ status: 2, stdout: '' });
  expect(await run('restore', '--from', copy)).toMatchObject({ status: 1, stdout: '' });
  expect(await run('restore')).toMatchObject({ status: 2 });
  const restored = await run('restore', '--from', copy, '--data-dir', path.join(folder.path, 'restored'));
  expect(restored).toMatchObject({ status: 0, stderr: '' });
  expect(restored.stdout).toContain('log: 5 events: sound');
});
