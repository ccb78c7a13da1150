import { closeSync, openSync, readFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { steadyClock } from './clock.ts';
import type { Logger } from './logger.ts';

/** The folder of package.json. Builds are as deep in it as this module: `dist/src/`, `dist/threads/` and `dist/chunks/`. */
export const packageFolder = new URL('../../', import.meta.url);

/** The product's version from package.json. */
export const { version } = JSON.parse(readFileSync(new URL('package.json', packageFolder), 'utf8')) as {
  version: string;
};

/** Set by the build, to a digest of its sources. */
declare const ledgerBuild: string | undefined;

/** The build that is installed in this process's folder now, perhaps since it started; null: none. */
export function installedBuild(): string | null {
  try {
    const file = readFileSync(new URL('dist/build.json', packageFolder), 'utf8');
    return String((JSON.parse(file) as { build?: unknown }).build);
  } catch {
    return null;
  }
}

/** The build that this process runs. From the sources it is the one whose threads they start. */
export const build = typeof ledgerBuild === 'string' ? ledgerBuild : (installedBuild() ?? 'none');

/** Milliseconds between two checks whether a file can be opened. */
const lookEveryMs = 1_000;

/** Milliseconds between two log lines about that. */
const loggedEveryMs = 60_000;

/** Files and sockets that this process may have open at a time (`ulimit -n`); null if unknown: only Linux reports it. */
export function readOpenFilesMax(): number | null {
  try {
    const [, max] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return max === undefined ? null : Number(max);
  } catch {
    return null;
  }
}

/** Files that a process needs besides its connections: a hundred for databases and threads, and as many again while exports run. */
const otherFilesMax = 512;

/**
 * How many of the wanted connections fit the limit of open files, beside `others` that the process may also have.
 * `openFilesMax` is null if it is not known.
 */
export function fittingConnections(wanted: number, openFilesMax: number | null, others = 0): number {
  if (openFilesMax === null) return wanted;
  return Math.min(wanted, Math.max(openFilesMax - others - otherFilesMax, Math.floor(openFilesMax / 2)));
}

/**
 * Logs from now on, at most once a minute, that this process can open nothing more. Nothing else would: new connections are
 * closed below Node, which is not informed.
 */
export function watchOpenFiles(logger: Pick<Logger, 'error'>): void {
  const openFilesMax = readOpenFilesMax();
  let notBeforeMs = -Infinity;
  const look = () => {
    const code = whyNothingOpens();
    if (code === null || steadyClock() < notBeforeMs) return;
    notBeforeMs = steadyClock() + loggedEveryMs;
    logger.error(
      { code, openFilesMax },
      'no more files can be open: new connections are closed without an answer, callbacks too; raise the limit of open files',
    );
  };
  setInterval(look, lookEveryMs).unref();
}

/** Null if a file can be opened. */
function whyNothingOpens(): string | null {
  try {
    closeSync(openSync(devNull, 'r'));
    return null;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return code === 'EMFILE' || code === 'ENFILE' ? code : null;
  }
}
