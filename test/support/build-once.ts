import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Debian's. Playwright's own is not installed: `playwright-core` has none. */
export const chromiumPath = '/usr/bin/chromium';

/** Before the first test: threads and processes run what was built, so it must be built from what `src/` is now. */
export default function buildOnce(): void {
  const tsc = `${root}node_modules/typescript/bin/tsc`;
  // Types are not checked here: that is for `npm run test:types`.
  const { stdout } = runNode(tsc, '--project', `${root}test/tsconfig.build.json`);
  if (!existsSync(`${root}dist/src/main.js`)) throw new Error(`src/ can not be built:\n${stdout}`);
  // It takes longer than most tests, and only a browser loads it.
  if (existsSync(chromiumPath) && isConsoleOutdated()) buildConsole();
}

function buildConsole(): void {
  const vite = `${root}node_modules/vite/bin/vite.js`;
  const { status, stderr } = runNode(vite, 'build', '--config', `${root}console/vite.config.ts`, '--logLevel', 'warn');
  if (status !== 0) throw new Error(`console/ can not be built:\n${stderr}`);
}

function isConsoleOutdated(): boolean {
  const page = `${root}dist/console/index.html`;
  if (!existsSync(page)) return true;
  const builtMs = statSync(page).mtimeMs;
  const sources = readdirSync(`${root}console`, { recursive: true, encoding: 'utf8' });
  return [`${root}package-lock.json`, ...sources.map((name) => path.join(root, 'console', name))].some(
    (file) => statSync(file).mtimeMs > builtMs,
  );
}

function runNode(...args: readonly string[]) {
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}
