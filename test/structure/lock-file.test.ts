import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';

interface LockedPackage {
  readonly integrity?: string;
  readonly engines?: { readonly node?: string };
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

it('every package in the lock file has a digest', () => {
  const without = Object.entries(packages).filter(
    ([folder, { integrity }]) => folder !== '' && integrity === undefined,
  );
  expect(without.map(([folder]) => folder)).toEqual([]);
});

it('no package in the lock file asks for a newer Node than 20 alone, which npm ci would warn of', () => {
  const newer = Object.entries(packages).filter(([, { engines }]) => /^>=\s*2[1-9][^|]*$/.test(engines?.node ?? ''));
  expect(newer.map(([folder, { engines }]) => `${folder} ${engines?.node}`)).toEqual([]);
});

it('the lock file names no host of a registry', () => {
  expect(lockFile).not.toContain('"resolved"');
});
