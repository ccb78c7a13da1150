import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import shared from '../../jest.config.js';

// The short tier as `npm test` runs it. Jest loads every module anew for each file, and the app has some 300, which costs more
// than most files' tests: so files that import the app are imported by a few groups, each with one set of modules.

const folder = import.meta.dirname;
const root = resolve(folder, '../..');
const generated = join(folder, 'generated');

/** The files that a group imports at most: about a minute of one core. */
const groupFilesMost = 12;

/** A file that imports at least as many modules, directly or not, imports the app. */
const appModulesLeast = 150;

const imported = new Map();
function importsOf(file) {
  const known = imported.get(file);
  if (known !== undefined) return known;
  const source = readFileSync(file, 'utf8').replace(/^import type [^;]*;/gm, '');
  const found = [...source.matchAll(/(?:from|^import) '(\.[^']+\.ts)'/gm)]
    .map(([, path]) => resolve(dirname(file), path))
    .filter((path) => existsSync(path));
  imported.set(file, found);
  return found;
}

function modulesOf(file, modules = new Set()) {
  if (modules.has(file)) return modules;
  modules.add(file);
  for (const other of importsOf(file)) modulesOf(other, modules);
  return modules;
}

const grouped = readdirSync(join(root, 'test'), { recursive: true })
  .filter((name) => name.endsWith('.test.ts') && !name.endsWith('.long.test.ts'))
  .map((name) => join(root, 'test', name))
  .filter((file) => modulesOf(file).size >= appModulesLeast)
  .sort();
const groups = Math.ceil(grouped.length / groupFilesMost);
rmSync(generated, { recursive: true, force: true });
mkdirSync(generated);
for (let group = 0; group < groups; group += 1) {
  // The files of one folder go to different groups: they often take as long as each other.
  const files = grouped.filter((_, index) => index % groups === group);
  const lines = files.map((file) => `import '${relative(generated, file).replaceAll('\\', '/')}';\n`);
  writeFileSync(join(generated, `group-${group + 1}.ts`), lines.join(''));
}

const short = shared.projects.find(({ displayName }) => displayName === 'short');
const transform = { '\\.ts$': [join(folder, 'wrap.js'), short.transform['\\.ts$'][1]] };
const exactly = (file) => `^${file.replaceAll(/[.\\]/g, '\\$&')}$`;

export default {
  ...shared,
  rootDir: root,
  testSequencer: join(folder, 'groups-first.js'),
  projects: [
    {
      ...short,
      rootDir: root,
      transform,
      testPathIgnorePatterns: [...short.testPathIgnorePatterns, ...grouped.map(exactly)],
    },
    { ...short, rootDir: root, transform, displayName: 'group', testMatch: ['**/test/groups/generated/*.ts'] },
  ],
};
