import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import shared from '../../jest.config.js';

// The short tier as `npm test` runs it. Jest loads every module anew for each file, which costs more than the tests of most files:
// so a few groups import them all, each with one set of modules.

const folder = import.meta.dirname;
const root = join(folder, '../..');
const generated = join(folder, 'generated');

/** The files that a group imports at most: about half a minute of one core. */
const groupFilesMost = 16;

const files = readdirSync(join(root, 'test'), { recursive: true })
  .filter((name) => name.endsWith('.test.ts') && !name.endsWith('.long.test.ts'))
  .map((name) => name.replaceAll('\\', '/'))
  .sort();
const groups = Math.ceil(files.length / groupFilesMost);
rmSync(generated, { recursive: true, force: true });
mkdirSync(generated);
for (let group = 0; group < groups; group += 1) {
  // The files of one folder go to different groups: they often take as long as each other.
  const lines = files.filter((_, index) => index % groups === group).map((name) => `import '../../${name}';\n`);
  writeFileSync(join(generated, `group-${group + 1}.ts`), lines.join(''));
}

const short = shared.projects.find(({ displayName }) => displayName === 'short');
const transform = { '\\.ts$': [join(folder, 'wrap.js'), short.transform['\\.ts$'][1]] };

export default {
  ...shared,
  rootDir: root,
  projects: [{ ...short, rootDir: root, transform, testMatch: ['**/test/groups/generated/*.ts'] }],
};
