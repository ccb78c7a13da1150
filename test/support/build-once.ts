import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Before the first test: threads and processes run what was built, so it must be built from what `src/` is now. */
export default function buildOnce(): void {
  const tsc = `${root}node_modules/typescript/bin/tsc`;
  // Types are not checked here: that is for `npm run test:types`.
  const { stdout } = spawnSync(process.execPath, [tsc, '--project', `${root}test/tsconfig.build.json`], {
    encoding: 'utf8',
  });
  if (!existsSync(`${root}dist/src/main.js`)) throw new Error(`src/ can not be built:\n${stdout}`);
}
