import { describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** The versions of a package that are installed, some of them inside others. */
const { packages: locked } = JSON.parse(read('package-lock.json')) as { packages: Record<string, { version: string }> };
const versionsOf = (name: string) => [
  ...new Set(
    Object.entries(locked).flatMap(([folder, { version }]) =>
      folder.endsWith(`node_modules/${name}`) ? [version] : [],
    ),
  ),
];

interface Entry {
  readonly anchor: string;
  readonly packages: readonly (readonly [name: string, version: string])[];
  /** Paths that the lines of these labels link to, from the root. */
  readonly files: readonly string[];
  readonly tests: readonly string[];
}

/** As GitHub makes an anchor of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
}

function linksOf(text: string): string[] {
  return [...text.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, target = '']) => target);
}

const entries: readonly Entry[] = read('docs/patches.md')
  .split(/^## /m)
  .slice(1)
  .map((section) => {
    const [heading = ''] = section.split('\n');
    const lineOf = (label: string) => new RegExp(`^- ${label}: ([^]*?)(?=^- |(?![^]))`, 'm').exec(section)?.[1] ?? '';
    const packages = [...lineOf('Package').matchAll(/`([^`]+)` (\d[\w.-]*)/g)];
    return {
      anchor: anchorOf(heading.trim()),
      packages: packages.map(([, name = '', version = '']) => [name, version] as const),
      files: linksOf(lineOf('File')),
      tests: linksOf(lineOf('Test')),
    };
  });

/** Where the code refers to the register: file and anchor. */
const references = ['src', 'simulator']
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file)),
  )
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) =>
    [...read(file).matchAll(/docs\/patches\.md#([\w-]+)/g)].map(([, anchor = '']) => ({ file, anchor })),
  );

describe.each(entries)('the entry $anchor of docs/patches.md', ({ anchor, packages, files, tests }) => {
  test('names the versions that are installed: read the package again, then change the entry', () => {
    for (const [name, version] of packages) expect([name, versionsOf(name)]).toEqual([name, [version]]);
  });

  test('names files that refer to it, and tests that exist', () => {
    expect(files.length).toBeGreaterThan(0);
    expect(tests.length).toBeGreaterThan(0);
    for (const file of [...files, ...tests]) expect([file, existsSync(path.join(root, file))]).toEqual([file, true]);
    const referring = references.filter((reference) => reference.anchor === anchor).map(({ file }) => file);
    if (files[0] !== 'package.json') expect(referring).toContain(files[0]);
  });
});

test('every reference in the code is to an entry', () => {
  const anchors = entries.map(({ anchor }) => anchor);
  expect(references.filter(({ anchor }) => !anchors.includes(anchor))).toEqual([]);
  expect(references.length).toBeGreaterThan(5);
});

test('what package.json overrides is what the register says, and Fastify still asks for such a version', () => {
  const { overrides } = JSON.parse(read('package.json')) as { overrides: Record<string, string> };
  const pinned = entries.flatMap(({ packages, files }) => (files[0] === 'package.json' ? packages : []));
  const { '@types/node': _types, ...others } = overrides;
  expect(Object.fromEntries(pinned)).toEqual(others);
  const fastify = JSON.parse(read('node_modules/fastify/package.json')) as { dependencies: Record<string, string> };
  expect(fastify.dependencies['light-my-request']).toBe('^6.0.0');
});
