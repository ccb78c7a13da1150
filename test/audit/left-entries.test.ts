import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { chownSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { leaveEntry } from '../../src/audit/keeping/left-entries.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

let dataDir: TemporaryFolder;
beforeEach(() => {
  dataDir = makeTemporaryFolder();
});
afterEach(() => dataDir.remove());

test('an entry that a command leaves as root belongs to whom DATA_DIR belongs to', () => {
  // Only root can give it to another user; what others leave is their own.
  if (process.getuid?.() === 0) chownSync(dataDir.path, 4_711, 4_712);
  expect(leaveEntry(dataDir.path, 'REBUILD')).toBe(true);
  const folder = path.join(dataDir.path, 'audit');
  const [name = ''] = readdirSync(folder);
  const { uid, gid } = statSync(dataDir.path);
  for (const made of [folder, path.join(folder, name)]) expect(statSync(made)).toMatchObject({ uid, gid });
});
