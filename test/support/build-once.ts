import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Debian's Chromium: the headless package if installed, which takes a third less CPU for the same tests, else the one with windows.
 * Playwright's own browser is not installed: `playwright-core` has none.
 */
export const chromiumPath =
  ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((file) => existsSync(file)) ?? '/usr/bin/chromium';

/** Builds before the first test: threads and processes run built files, so the build must match the current `src/`. */
export default function buildOnce(): void {
  // A test that runs tests: the build was made for it, and others use that build.
  if (process.env['JEST_WORKER_ID'] !== undefined) return;
  const { status, stderr } = runNode('--import', 'tsx', `${root}build/bundle.ts`, '--for-tests');
  if (status !== 0) throw new Error(`src/ can not be built:\n${stderr}`);
  // Takes longer than most tests, and only a browser loads it.
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
  const sources = ['console', 'clients/core'].flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' }).map((name) => path.join(root, folder, name)),
  );
  return [`${root}package-lock.json`, ...sources].some((file) => statSync(file).mtimeMs > builtMs);
}

function runNode(...args: readonly string[]) {
  // jest sets NODE_ENV to `test`, with which Vite builds development pages.
  return spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } });
}
