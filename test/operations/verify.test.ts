import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readSettings } from '../../src/settings/settings.ts';
import { verify, type VerifiedPart } from '../../src/operations/verify.ts';
import { LogUnusable } from '../../src/log/event-store.ts';
import type { LogCheck } from '../../src/log/event-digest.ts';
import { logFilePath } from '../../src/log/sqlite/log-file.ts';
import { openPatientEventStore } from '../support/sqlite-store.ts';
import { openSqliteLogReplica } from '../../src/log/sqlite/sqlite-log-replica.ts';
import { SettingsInvalid } from '../../src/settings/settings-reader.ts';
import { copyFolder } from '../../src/node/data-dir.ts';
import { endLedger, startLedger } from '../support/live-ledger-process.ts';
import { newEvent, newEvents } from '../support/log-events.ts';
import { startApp } from '../support/running-app.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { mountSmallDisk, testOnSmallDisk } from '../support/small-disk.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => {
  folder.remove();
});

async function writeLog(dataDir: string): Promise<void> {
  const store = openPatientEventStore(dataDir, Date.now);
  await store.append('a-1', newEvents(3), 'any');
  await store.close();
}

function damage(dataDir: string): void {
  const db = new Database(logFilePath(dataDir));
  db.exec(`UPDATE events SET type = 'Other' WHERE position = 3`);
  db.close();
}

async function findings(): Promise<{ isSound: boolean; found: Partial<Record<VerifiedPart, LogCheck>> }> {
  const found: Partial<Record<VerifiedPart, LogCheck>> = {};
  const isSound = await verify(
    { DATA_DIR: folder.path },
    {
      onProgress: () => undefined,
      onUnfinished: () => undefined,
      onChecked(part, one) {
        found[part] = one;
      },
    },
  );
  return { isSound, found };
}

testOnSmallDisk()(
  'a backup on a disk that can only be read is verified; the service is refused there, and why',
  async () => {
    const disk = mountSmallDisk(16 * 1024 ** 2);
    try {
      const dataDir = path.join(disk.path, 'backup');
      await writeLog(dataDir);
      const db = new Database(logFilePath(dataDir));
      db.pragma('journal_mode = DELETE');
      db.close();
      disk.makeReadOnly();
      expect(
        await verify(
          { DATA_DIR: dataDir },
          { onProgress: () => undefined, onUnfinished: () => undefined, onChecked: () => undefined },
        ),
      ).toBe(true);
      expect(() => readSettings({ DATA_DIR: dataDir })).toThrow(/^DATA_DIR: it is on a disk that can only be read/);
    } finally {
      disk.remove();
    }
  },
);

testOnSmallDisk()(
  'what a service wrote last is verified on a disk that can only be read, with what is not yet in the file, and no copy of it is left',
  async () => {
    const disk = mountSmallDisk(16 * 1024 ** 2);
    const temporary = path.join(folder.path, 'temporary');
    mkdirSync(temporary);
    const before = process.env['TMPDIR'];
    try {
      const dataDir = path.join(disk.path, 'data');
      const store = openPatientEventStore(folder.path, Date.now);
      await store.append('a-1', newEvents(3), 'any');
      // As a kill leaves them: the events are in the write-ahead log alone.
      mkdirSync(dataDir);
      for (const name of readdirSync(folder.path).filter((one) => /^log\.sqlite(-wal)?$/.test(one))) {
        copyFileSync(path.join(folder.path, name), path.join(dataDir, name));
      }
      await store.close();
      disk.makeReadOnly();
      process.env['TMPDIR'] = temporary;
      const found: LogCheck[] = [];
      const onChecked = (_part: VerifiedPart, one: LogCheck) => found.push(one);
      const output = { onProgress: () => undefined, onUnfinished: () => undefined, onChecked };
      expect(await verify({ DATA_DIR: dataDir }, output)).toBe(true);
      expect(found).toMatchObject([{ events: 4, damages: 0 }]);
      expect(readdirSync(temporary)).toEqual([]);
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
      disk.remove();
    }
  },
);

describe('verify', () => {
  test('finds nothing in a sound log, copy and spool', async () => {
    await writeLog(folder.path);
    await writeLog(path.join(folder.path, 'spool'));
    const replica = openSqliteLogReplica(copyFolder(folder.path));
    replica.initialize({ logId: 'any', epoch: 1 });
    const event = { ...newEvent(), streamName: 'a-1', revision: 0n, position: 7n, recordedAtMs: 1 };
    replica.apply([{ kind: 'event', event }], { commit: 7n, prepare: 7n });
    replica.close();
    const sound = { eventsWithoutDigest: 0, damages: 0, firstDamage: null };
    expect(await findings()).toEqual({
      isSound: true,
      found: { log: { events: 4, ...sound }, copy: { events: 1, ...sound }, spool: { events: 4, ...sound } },
    });
  });

  test.each([
    ['log', ''],
    ['spool', 'spool'],
  ])('names the first damaged position of the %s', async (part, name) => {
    const dataDir = path.join(folder.path, name);
    await writeLog(dataDir);
    damage(dataDir);
    expect(await findings()).toMatchObject({
      isSound: false,
      found: { [part]: { damages: 1, firstDamage: { position: 3n } } },
    });
  });

  test('refuses a folder without a log, and wrong settings', async () => {
    const nothing = { onProgress: () => undefined, onUnfinished: () => undefined, onChecked: () => undefined };
    await expect(verify({ DATA_DIR: folder.path }, nothing)).rejects.toThrow(LogUnusable);
    await expect(verify({ DATA_DIR: folder.path, PORT: 'x' }, nothing)).rejects.toThrow(SettingsInvalid);
    writeFileSync(logFilePath(folder.path), '');
    await expect(verify({ DATA_DIR: folder.path }, nothing)).rejects.toThrow('has no log. Set DATA_DIR');
    const standby = { PRIMARY_URL: 'http://127.0.0.1:1', PRIMARY_TOKEN: 'one-of-its-standby-tokens' };
    await expect(verify({ DATA_DIR: folder.path, ...standby }, nothing)).rejects.toThrow('has no log. Set DATA_DIR');
    const begun = new Database(logFilePath(folder.path));
    begun.pragma('journal_mode = WAL');
    begun.close();
    await expect(verify({ DATA_DIR: folder.path }, nothing)).rejects.toThrow('has no log in it yet');
  });
});

test('verify runs beside the service, which goes on, and ends with status 0, or with 1 where the log is damaged', async () => {
  const running = await startApp();
  try {
    for (let sequence = 1; sequence <= 3; sequence += 1) await running.post(pushBody({ sequence: String(sequence) }));
    const run = async (...flags: string[]) => {
      const ledger = startLedger(['verify', '--data-dir', running.dataDir, ...flags], {});
      const status = await ledger.ended();
      await endLedger(ledger);
      return { status, stdout: ledger.stdout() };
    };
    expect(await run()).toEqual({ status: 0, stdout: 'log: 4 events: sound\n' });
    damage(running.dataDir);
    const { status, stdout } = await run('--json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({
      part: 'log',
      events: 4,
      eventsWithoutDigest: 0,
      damages: 1,
      firstDamage: { position: '3', problem: 'is not what was recorded' },
    });
    expect((await running.post(pushBody({ sequence: '4' }))).status).toBe(200);
  } finally {
    await running.close();
  }
});
