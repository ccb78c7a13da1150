import { afterEach, beforeEach, expect } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { pushBody } from '../support/callback-bodies.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { commandAtHand, testWith } from '../support/test-with.ts';

/** The commands of docs/backup.md that copy the log, as printed, beside a running service. */

const page = readFileSync(new URL('../../docs/backup.md', import.meta.url), 'utf8');
const section = (title: string) => page.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
const backups = [...section('Back up').matchAll(/^```sh\n(.*backup\.sqlite'"?\)\n)```$/gm)].map(
  ([, command = '']) => command,
);
const check = /^```sh\n(sqlite3 backup\.sqlite .*\n)```$/m.exec(section('Back up'))?.[1] ?? '';
const restore = [...section('Restore').matchAll(/`((?:mkdir|cp) [^`]+)`/g)].map(([, command = '']) => command);

let folder: TemporaryFolder;
let ledger: LedgerProcess;
beforeEach(async () => {
  folder = makeTemporaryFolder();
  const dataDir = path.join(folder.path, 'data');
  mkdirSync(dataDir);
  ledger = startLedger(['serve'], { PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'error' });
  const body = JSON.stringify(pushBody());
  expect((await fetch(`${await ledger.url()}/callbacks/css`, { method: 'POST', body })).status).toBe(200);
});
afterEach(async () => {
  await endLedger(ledger);
  folder.remove();
});

/** As in a shell whose files everybody may read. */
function run(command: string): string {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', `umask 022; ${command}`], {
    cwd: folder.path,
    encoding: 'utf8',
  });
  expect([command, status, stderr]).toEqual([command, 0, '']);
  return stdout;
}

const modeOf = (file: string) => (statSync(path.join(folder.path, file)).mode & 0o777).toString(8);

const isAtHand = commandAtHand(['sqlite3', '--version']) !== null;
const sqliteTest = testWith('sqlite3 (Debian: apt-get install sqlite3)', isAtHand);

sqliteTest('each backup is sound, and has the rights of the log', () => {
  expect(backups).toHaveLength(2);
  for (const command of backups) {
    rmSync(path.join(folder.path, 'backup.sqlite'), { force: true });
    run(command);
    expect(modeOf('backup.sqlite')).toBe(modeOf('data/log.sqlite'));
    expect(run(check)).toBe('ok\n2|2\n');
  }
});

sqliteTest('so has the log that is restored', async () => {
  run(backups[0] ?? '');
  const mode = modeOf('data/log.sqlite');
  ledger.kill('SIGTERM');
  expect(await ledger.ended()).toBe(0);
  for (const command of restore) run(command);
  expect(restore).toHaveLength(2);
  expect([mode, modeOf('data/log.sqlite')]).toEqual(['600', '600']);
});
