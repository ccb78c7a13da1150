import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';

interface LockedPackage {
  readonly optionalDependencies?: Record<string, string>;
}

const lockFile = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8');
const { packages } = JSON.parse(lockFile) as { packages: Record<string, LockedPackage> };

/** The folders in which a package at `from` is looked for, nearest first. */
function foldersFor(from: string, name: string): string[] {
  const parents = from
    .split('/node_modules/')
    .map((_, index, parts) => parts.slice(0, index + 1).join('/node_modules/'));
  return [...parents.reverse().map((parent) => `${parent}/node_modules/${name}`), `node_modules/${name}`];
}

it('the lock file has the packages of every platform, without which npm ci refuses it', () => {
  const missing = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !foldersFor(from, name).some((folder) => folder in packages))
      .map((name) => `${from} needs ${name}`),
  );
  expect(missing).toEqual([]);
});

it('the lock file names no host of a registry', () => {
  expect(lockFile).not.toContain('"resolved"');
});
