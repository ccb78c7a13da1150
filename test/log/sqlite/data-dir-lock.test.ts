import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { LogUnusable } from '../../../src/log/event-store.ts';
import { openSqliteEventStore } from '../../../src/log/sqlite/sqlite-event-store.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const inUse = /^DATA_DIR .* is in use by another Live Ledger process\. Stop that one, or choose another DATA_DIR\.$/;

describe('a data directory', () => {
  let folder: TemporaryFolder;
  let children: ChildProcess[];
  const open = () => openSqliteEventStore(folder.path, Date.now);

  beforeEach(() => {
    folder = makeTemporaryFolder();
    children = [];
  });
  afterEach(async () => {
    for (const child of children) await kill(child);
    folder.remove();
  });

  /** Another process that opens the log of this directory: what it says, and how to end it. */
  async function openElsewhere(): Promise<{ said: string; child: ChildProcess }> {
    const program = fileURLToPath(new URL('../../support/hold-data-dir.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', program, folder.path], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    const [said] = (await once(createInterface(child.stdout), 'line')) as [string];
    return { said, child };
  }

  async function kill(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  test('is refused to a second store of the same process, and is free once the first is closed', async () => {
    const store = open();
    expect(open).toThrow(LogUnusable);
    expect(open).toThrow(inUse);
    await store.close();
    const reopened = open();
    expect(reopened.logId).toBe(store.logId);
    await reopened.close();
  });

  test('is refused to a second process while a store is open', async () => {
    const store = open();
    const { said } = await openElsewhere();
    expect(said).toMatch(/^refused LogUnusable: DATA_DIR .* is in use by another Live Ledger process\./);
    await store.close();
  });

  test('is not said to be in use where its lock file is broken', () => {
    writeFileSync(path.join(folder.path, 'lock.sqlite'), 'no SQLite file'.repeat(100));
    expect(open).toThrow(LogUnusable);
    expect(open).toThrow(/lock\.sqlite cannot be locked: /);
    expect(open).not.toThrow(/in use/);
  });

  // Node would try for ever to make one there.
  (existsSync('/proc/self') ? test : test.skip)('is refused where it can not be made, or no file in it', () => {
    const openAt = (path: string) => () => openSqliteEventStore(path, Date.now);
    expect(openAt('/proc/x/y')).toThrow(LogUnusable);
    expect(openAt('/proc/x/y')).toThrow(/^DATA_DIR \/proc\/x\/y cannot be created: ENOENT.* Set it to a folder /);
    expect(openAt('/proc')).toThrow(/cannot be locked: .*no right to it.*chown/);
  });

  test('is made with the folders that it is in, and refused below a file', async () => {
    const below = path.join(folder.path, 'one', 'two');
    await openSqliteEventStore(below, Date.now).close();
    const file = path.join(folder.path, 'file');
    writeFileSync(file, '');
    expect(() => openSqliteEventStore(path.join(file, 'x'), Date.now)).toThrow(/cannot be created: E(EXIST|NOTDIR)/);
  });

  test('is locked by a process until it ends, even by SIGKILL', async () => {
    const { said, child } = await openElsewhere();
    expect(open).toThrow(inUse);
    await kill(child);
    const store = open();
    expect(said).toBe(`locked ${store.logId}`);
    await store.close();
  });
});
