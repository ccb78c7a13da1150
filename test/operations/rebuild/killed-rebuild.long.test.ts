import type Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readModelFileName } from '../../../src/projecting/file/read-model-file.ts';
import { endLedger, startLedger, type LedgerProcess } from '../../support/live-ledger-process.ts';
import { lookAt, markPresent } from '../../support/marked-read-model.ts';
import { runCommand } from '../../support/run-command.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { writeLog } from '../../support/write-log.ts';

let folder: TemporaryFolder;
let running: LedgerProcess[];

beforeEach(() => {
  folder = makeTemporaryFolder();
  running = [];
});
afterEach(async () => {
  for (const ledger of running) await endLedger(ledger);
  folder.remove();
});

const rebuild = (...flags: string[]) => {
  const ledger = startLedger(['rebuild', ...flags], { DATA_DIR: folder.path, LOG_LEVEL: 'silent' });
  running.push(ledger);
  return ledger;
};
const rebuildHere = () => runCommand(['rebuild'], { DATA_DIR: folder.path, LOG_LEVEL: 'silent' });

test('a rebuild that is killed leaves the present read model or the new one, each whole, and the next one replaces it', async () => {
  // More than a batch of a rebuild.
  await writeLog(folder.path, 11_000);
  expect((await rebuildHere()).status).toBe(0);
  const whole = lookAt(folder.path, fingerprintOf).found;
  markPresent(folder.path);
  expect(lookAt(folder.path, fingerprintOf)).toEqual({ found: whole, isMarked: true });

  const kills: [when: RegExp, marked: readonly boolean[]][] = [
    [/"events":20000,/, [true]],
    [/"indexes":1,/, [true, false]],
    [/"indexes":9,/, [true, false]],
    [/"indexes":(\d+),"indexesTotal":\1/, [true, false]],
  ];
  for (const [when, marked] of kills) {
    const ledger = rebuild('--json');
    await ledger.printed(when);
    ledger.kill('SIGKILL');
    await ledger.ended();
    const left = lookAt(folder.path, fingerprintOf);
    expect(marked).toContain(left.isMarked);
    expect(left.found).toBe(whole);
    if (!left.isMarked) markPresent(folder.path);
  }

  expect(await rebuild().ended()).toBe(0);
  expect(lookAt(folder.path, fingerprintOf)).toEqual({ found: whole, isMarked: false });
  expect(existsSync(`${readModelFileName(folder.path)}.rebuilding`)).toBe(false);
});

/** Of all rows but the checkpoint and the audit: quicker to compare than tens of thousands of rows. */
function fingerprintOf(db: Database.Database): string {
  const hash = createHash('sha256');
  const tables = db
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('progress', 'audit') ORDER BY name",
    )
    .pluck();
  for (const table of tables.all()) {
    for (const row of db.prepare<[], unknown[]>(`SELECT * FROM ${table}`).raw().iterate()) {
      hash.update(JSON.stringify([table, ...row]));
    }
  }
  return hash.digest('hex');
}
