import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/**
 * A copy of an example of examples/, with the packages of clients/ as they are published, and of all others only those
 * that it and they name: what is used but not named is missing.
 */
export function copyExample(name: string): TemporaryFolder {
  const folder = makeTemporaryFolder();
  cpSync(path.join(root, 'examples', name), folder.path, { recursive: true });
  const modules = path.join(folder.path, 'node_modules');
  const ours = path.join(modules, '@live-ledger');
  const build = ['--import', 'tsx', path.join(root, 'build/clients.ts'), ours];
  const { status, stdout, stderr } = spawnSync(process.execPath, build, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`clients/ can not be built:\n${stdout}${stderr}`);
  const manifestOf = (of: string) => JSON.parse(readFileSync(path.join(of, 'package.json'), 'utf8')) as Manifest;
  const named = new Set(Object.keys(manifestOf(folder.path).dependencies ?? {}));
  for (const one of named) {
    if (!one.startsWith('@live-ledger/')) continue;
    const { dependencies, peerDependencies } = manifestOf(path.join(modules, one));
    for (const needed of Object.keys({ ...dependencies, ...peerDependencies })) named.add(needed);
  }
  for (const one of named) {
    const link = path.join(modules, one);
    mkdirSync(path.dirname(link), { recursive: true });
    if (!one.startsWith('@live-ledger/')) symlinkSync(path.join(root, 'node_modules', one), link);
  }
  return folder;
}
