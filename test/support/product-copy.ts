import { cpSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../../src/kernel/this-process.ts';
import { earlierVersions } from '../../src/projecting/file/read-model-file.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Copies the built product, with the packages of this checkout. Returns the copy's program. */
export function copyProduct(folder: string): string {
  for (const part of ['bin', 'dist', 'package.json']) {
    cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  return path.join(folder, 'bin/live-ledger.js');
}

/**
 * Copies the built product and gives its projections the next version, as a later release would, so that the copy builds its own read
 * model. Returns the copy's program.
 */
export function copyWithNextReadModel(folder: string): string {
  const program = copyProduct(folder);
  const declaration = `earlierVersions=${earlierVersions};`;
  const declaring = changeFiles(folder, /^(chunks|threads)\/.*\.js$/, (code) =>
    code.replace(declaration, `earlierVersions=${earlierVersions + 1};`),
  );
  if (declaring === 0) throw new Error('The copy has no version to change.');
  return program;
}

/** The same as another release, with a version and a build of its own. */
export function copyAsRelease(folder: string, version: string): string {
  const program = copyWithNextReadModel(folder);
  const name = `build${version.replaceAll('.', '')}`;
  changeFiles(folder, /\.js$|build\.json$/, (code) => code.replaceAll(build, name));
  const threads = path.join(folder, 'dist/threads');
  for (const file of readdirSync(threads)) {
    renameSync(path.join(threads, file), path.join(threads, file.replace(build, name)));
  }
  const file = path.join(folder, 'package.json');
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), version }));
  return program;
}

/** Changes built files; returns how many have changed. */
function changeFiles(folder: string, named: RegExp, change: (code: string) => string): number {
  let changed = 0;
  for (const name of readdirSync(path.join(folder, 'dist'), { recursive: true, encoding: 'utf8' })) {
    if (!named.test(name)) continue;
    const file = path.join(folder, 'dist', name);
    const code = readFileSync(file, 'utf8');
    const next = change(code);
    if (next === code) continue;
    writeFileSync(file, next);
    changed += 1;
  }
  return changed;
}
