import { expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Files of a folder: more are hard to see at a glance, and become folders. */
const filesMax = 16;

/** The folders that have more files than `filesMax`, and how many. */
function fullFolders(parents: readonly string[]): string[] {
  const files = new Map<string, number>();
  for (const parent of parents) {
    for (const entry of readdirSync(path.join(root, parent), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const folder = path.relative(root, entry.parentPath);
      files.set(folder, (files.get(folder) ?? 0) + 1);
    }
  }
  return [...files].filter(([, count]) => count > filesMax).map(([folder, count]) => `${folder}: ${count} files`);
}

test('no folder of the product has more than 16 files', () => {
  expect(fullFolders(['src', 'console', 'simulator', 'clients'])).toEqual([]);
});

test('a folder with more is named', () => {
  expect(fullFolders(['test/support'])).toEqual([expect.stringMatching(/^test\/support: \d+ files$/)]);
});
