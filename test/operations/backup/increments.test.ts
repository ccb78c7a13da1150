import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { readObject } from '../../../src/callbacks/json-object.ts';
import type { CommandOutput } from '../../../src/commands/command-line.ts';
import type { EventStore } from '../../../src/log/event-store.ts';
import { openEventRemoval } from '../../../src/log/sqlite/event-removal.ts';
import { backup } from '../../../src/operations/backup/backup.ts';
import { addIncrement } from '../../../src/operations/backup/increments.ts';
import { restore } from '../../../src/operations/backup/restore.ts';
import { startLedger } from '../../support/live-ledger-process.ts';
import { newEvents, readLog } from '../../support/log-events.ts';
import { openPatientEventStore } from '../../support/sqlite-store.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const eventStore = { kind: 'sqlite' } as const;
const silent: CommandOutput = { progress: () => undefined, result: () => undefined };

let folder: TemporaryFolder;
let [dataDir, to, restored] = ['', '', ''];
let store: EventStore;
beforeEach(() => {
  folder = makeTemporaryFolder();
  [dataDir, to, restored] = ['data', 'backup', 'restored'].map((name) => path.join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  store = openPatientEventStore(dataDir, Date.now);
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

const add = () => addIncrement({ dataDir, eventStore }, to, silent);
const files = () => readdirSync(to).filter((name) => name.startsWith('log-'));

/** The events of a restore, without the epoch that it begins. */
async function restoredEvents() {
  rmSync(restored, { recursive: true, force: true });
  expect(await restore({ dataDir: restored, eventStore }, to, silent)).toBe(true);
  const copy = openPatientEventStore(restored, Date.now);
  try {
    expect(copy.epoch).toBeGreaterThan(store.epoch);
    const events = await readLog(copy);
    // The audit names who has restored it.
    expect(readObject(events.at(-1)?.metadata ?? new Uint8Array())).toMatchObject({
      action: 'RESTORE',
      by: userInfo().username,
    });
    return events.slice(0, -1);
  } finally {
    await copy.close();
  }
}

describe('an incremental backup', () => {
  test('has in each file what is new, and a restore has all of it', async () => {
    await store.append('a-1', newEvents(2_500), 'any');
    await add();
    expect(files()).toEqual(['log-000001.jsonl.gz']);
    const { size } = statSync(path.join(to, 'log-000001.jsonl.gz'));
    await store.append('a-1', newEvents(3), 'any');
    await add();
    await add();
    expect(files()).toEqual(['log-000001.jsonl.gz', 'log-000002.jsonl.gz']);
    expect(statSync(path.join(to, 'log-000002.jsonl.gz')).size).toBeLessThan(size / 10);
    expect((statSync(path.join(to, 'backup.json')).mode & 0o777).toString(8)).toBe('600');
    expect(await restoredEvents()).toEqual(await readLog(store));
  });

  test('is added by the command, beside a service', async () => {
    await store.append('a-1', newEvents(2), 'any');
    const adding = startLedger(['backup', '--to', to, '--incremental', '--data-dir', dataDir]);
    expect([await adding.ended(), adding.stdout()]).toEqual([0, expect.stringContaining('3 events more')]);
    expect(await restoredEvents()).toEqual(await readLog(store));
  });

  test('a restore lacks what was removed after an increment had it', async () => {
    await store.append('a-1', newEvents(20), 'any');
    await add();
    const removal = openEventRemoval(dataDir);
    const record = { rules: [], counts: [], events: 3, bytes: 0, firstReceivedAtMs: 0, lastReceivedAtMs: 0 };
    removal.remove({ ...record, atMs: 1, positions: [3, 4, 9] });
    removal.close();
    await add();
    const events = await restoredEvents();
    expect(events).toEqual(await readLog(store));
    expect(events.some(({ position }) => position === 4n)).toBe(false);
  });

  test('that was interrupted before its manifest was written is written anew', async () => {
    await store.append('a-1', newEvents(5), 'any');
    await add();
    writeFileSync(path.join(to, 'log-000002.jsonl.gz'), 'half');
    await store.append('a-1', newEvents(5), 'any');
    await add();
    expect(await restoredEvents()).toEqual(await readLog(store));
  });

  test('a file that is missing or was changed is not restored, and says which', async () => {
    await store.append('a-1', newEvents(5), 'any');
    await add();
    await store.append('a-1', newEvents(5), 'any');
    await add();
    const second = path.join(to, 'log-000002.jsonl.gz');
    const whole = readFileSync(second);
    writeFileSync(second, whole.subarray(0, -1));
    const restoring = () => restore({ dataDir: restored, eventStore }, to, silent);
    await expect(restoring()).rejects.toThrow(/log-000002.* is not what was backed up/);
    rmSync(second);
    await expect(restoring()).rejects.toThrow(/log-000002.* is missing/);
    expect(existsSync(path.join(restored, 'log.sqlite'))).toBe(false);
  });

  test('does not continue a whole backup, another ledger, or another history', async () => {
    await store.append('a-1', newEvents(5), 'any');
    await backup({ dataDir, eventStore }, `${to}-whole`, silent);
    const addTo = (folderOfBackup: string) => addIncrement({ dataDir, eventStore }, folderOfBackup, silent);
    await expect(addTo(`${to}-whole`)).rejects.toThrow('has a whole backup');
    await store.close();
    cpSync(dataDir, `${dataDir}-older`, { recursive: true });
    store = openPatientEventStore(dataDir, Date.now);
    await store.append('a-1', newEvents(5), 'any');
    await add();
    await store.close();
    rmSync(dataDir, { recursive: true });
    cpSync(`${dataDir}-older`, dataDir, { recursive: true });
    store = openPatientEventStore(dataDir, Date.now);
    await store.append('a-1', newEvents(9), 'any');
    await expect(add()).rejects.toThrow('another history');
    await store.close();
    rmSync(dataDir, { recursive: true });
    store = openPatientEventStore(dataDir, Date.now);
    await expect(add()).rejects.toThrow('another ledger');
  });
});
