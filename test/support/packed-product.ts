import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The tarball as `npm pack --json` describes it. */
export interface PackedProduct {
  readonly filename: string;
  /** Bytes of the tarball. */
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** An npm environment without this machine's settings and cache, so that npm gets nothing from elsewhere. */
export function npmEnvironment(folder: string): Record<string, string> {
  return {
    npm_config_cache: path.join(folder, '.npm-cache'),
    npm_config_userconfig: path.join(folder, '.npmrc'),
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
  };
}

/** Packs the product as built for the tests, without building it again. */
export function packProduct(folder: string): PackedProduct {
  npm(root, folder, 'run', '--silent', 'sbom');
  const printed = npm(root, folder, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder);
  const [packed] = JSON.parse(printed) as PackedProduct[];
  if (packed === undefined) throw new Error('npm has packed nothing.');
  return packed;
}

/**
 * Installs a tarball into the folder, which becomes a project with this one dependency. First copies the packages it needs, only those
 * marked for production in the lock, from this checkout, with better-sqlite3's compiled addon. npm is offline, so it finds every package
 * installed or fails.
 */
export function installPacked(folder: string, filename: string): void {
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
  copyProductionPackages(folder);
  npm(folder, folder, 'install', '--ignore-scripts', `./${filename}`);
}

interface LockEntry {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
}

function copyProductionPackages(folder: string): void {
  const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as {
    packages: Record<string, LockEntry>;
  };
  for (const [location, { dev, devOptional, bin = {} }] of Object.entries(packages)) {
    if (location === '' || dev === true || devOptional === true) continue;
    const source = path.join(root, location);
    const isOwn = (file: string) => !file.slice(source.length).includes('/node_modules/');
    cpSync(source, path.join(folder, location), { recursive: true, filter: isOwn });
    const binFolder = path.join(folder, location.slice(0, location.lastIndexOf('node_modules/')), 'node_modules/.bin');
    mkdirSync(binFolder, { recursive: true });
    for (const [name, file] of Object.entries(bin)) {
      symlinkSync(path.relative(binFolder, path.join(folder, location, file)), path.join(binFolder, name));
    }
  }
}

function npm(cwd: string, folder: string, ...args: readonly string[]): string {
  const env = { PATH: process.env['PATH'], ...npmEnvironment(folder) };
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ${args.join(' ')}:\n${stderr}`);
  return stdout;
}
