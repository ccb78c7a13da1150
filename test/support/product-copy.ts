import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { earlierVersions } from '../../src/projecting/file/read-model-file.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Copies the built product and gives its projections the next version, as a later release would, so that the copy builds its own read
 * model. Returns the copy's program.
 */
export function copyWithNextReadModel(folder: string): string {
  for (const part of ['bin', 'dist', 'package.json']) {
    cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  const declaration = `earlierVersions=${earlierVersions};`;
  const files = readdirSync(path.join(folder, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /^(chunks|threads)\/.*\.js$/.test(name))
    .map((name) => path.join(folder, 'dist', name));
  const declaring = files.filter((file) => readFileSync(file, 'utf8').includes(declaration));
  if (declaring.length === 0) throw new Error('The copy has no version to change.');
  for (const file of declaring) {
    const code = readFileSync(file, 'utf8');
    writeFileSync(file, code.replace(declaration, `earlierVersions=${earlierVersions + 1};`));
  }
  return path.join(folder, 'bin/live-ledger.js');
}
