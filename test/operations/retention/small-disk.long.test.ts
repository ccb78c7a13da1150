import { afterEach, beforeEach, expect } from '@jest/globals';
import { cpSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { applyRetention, findReadModel } from '../../../src/operations/retention/apply.ts';
import { retainedKinds, type RetentionRule } from '../../../src/operations/retention/retention-rules.ts';
import { bytesOfLog } from '../../../src/log/sqlite/log-file.ts';
import { measureDiskSpace } from '../../../src/kernel/disk.ts';
import { endLedger, startLedger } from '../../support/live-ledger-process.ts';
import { mountSmallDisk, testOnSmallDisk } from '../../support/small-disk.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { writeLog } from '../../support/write-log.ts';

const yearly: RetentionRule = { what: retainedKinds, accounts: null, eventTypes: null, keepDays: 365 };

let folder: TemporaryFolder;
let rulesFile: string;
beforeEach(() => {
  folder = makeTemporaryFolder();
  rulesFile = path.join(folder.path, 'rules.json');
});
afterEach(() => folder.remove());

testOnSmallDisk()('where a disk has no room to write the log anew, nothing is removed', async () => {
  await writeLog(folder.path, 700);
  writeFileSync(rulesFile, '{ "rules": [{ "what": ["QUARANTINE"], "keepDays": 1 }] }');
  writeFileSync(path.join(folder.path, 'retention-unfinished'), '');
  const logBytes = bytesOfLog(folder.path);
  const disk = mountSmallDisk(8 * logBytes);
  const apply = async (dataDir: string) => {
    const flags = ['--data-dir', dataDir, '--rules', rulesFile, '--apply'];
    const ledger = startLedger(['retention', ...flags], { SQLITE_TMPDIR: disk.path });
    const status = await ledger.ended();
    await endLedger(ledger);
    return { status, stderr: ledger.stderr() };
  };
  try {
    disk.fillUpTo(logBytes / 2);
    const refused = {
      status: 1,
      stderr: expect.stringMatching(/Nothing more was removed than by an earlier run: .* \d+ bytes are needed; /),
    };
    expect(await apply(folder.path)).toEqual(refused);
    expect(findReadModel(folder.path)).not.toBeNull();
    disk.empty();
    expect(await apply(folder.path)).toMatchObject({ status: 0 });

    // On one disk it is needed twice.
    const dataDir = path.join(disk.path, 'data');
    cpSync(folder.path, dataDir, { recursive: true });
    writeFileSync(path.join(dataDir, 'retention-unfinished'), '');
    const { reserveBytes } = measureDiskSpace(dataDir);
    disk.fillUpTo(reserveBytes + 1.5 * bytesOfLog(dataDir));
    expect(await apply(dataDir)).toMatchObject({ status: 1, stderr: expect.stringContaining('SQLITE_TMPDIR') });
  } finally {
    disk.remove();
  }
});

testOnSmallDisk()('what an interrupted run has removed needs no room when it is run again', async () => {
  await writeLog(folder.path, 700);
  const logBytes = bytesOfLog(folder.path);
  const disk = mountSmallDisk(8 * logBytes);
  const { SQLITE_TMPDIR: before } = process.env;
  process.env['SQLITE_TMPDIR'] = disk.path;
  const run = (stopAt: string) =>
    applyRetention({
      dataDir: folder.path,
      rules: [yearly],
      targets: [],
      ignoredTargets: [],
      clock: Date.now,
      onProgress(_sentence, fields) {
        if ((fields as { step: string }).step === stopAt) throw new Error('stopped by the test');
      },
    });
  try {
    disk.fillUpTo(logBytes / 2);
    await expect(run('compact')).rejects.toThrow('stopped by the test');
    expect(bytesOfLog(folder.path)).toBeGreaterThan(logBytes / 2);
    await run('none');
    expect(bytesOfLog(folder.path)).toBeLessThan(logBytes / 2);
  } finally {
    if (before === undefined) delete process.env['SQLITE_TMPDIR'];
    else process.env['SQLITE_TMPDIR'] = before;
    disk.remove();
  }
});
