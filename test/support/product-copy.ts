import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readModelVersion } from '../../src/read-models/sqlite/file/read-model-file.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * A copy of the product as it was built, which says that its projections have the next version, as a later release would:
 * it builds a read model of its own. The program of the copy.
 */
export function copyWithNextReadModel(folder: string): string {
  for (const part of ['bin', 'dist', 'package.json']) {
    cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  const file = path.join(folder, 'dist/src/read-models/sqlite/file/read-model-file.js');
  const [present, next] = [readModelVersion, readModelVersion + 1].map((version) => `readModelVersion = ${version};`);
  const code = readFileSync(file, 'utf8');
  if (!code.includes(present ?? '')) throw new Error('The copy has no version to change.');
  writeFileSync(file, code.replace(present ?? '', next ?? ''));
  return path.join(folder, 'bin/live-ledger.js');
}
