import { closeSync, openSync, readFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { steadyClock } from './clock.ts';
import { type Logger, describeFault } from './logger.ts';

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

interface Part {
  readonly name: string;
  readonly close: () => unknown;
}

/**
 * The parts that a process has opened, with their ways to close. `closeAll` closes them in reverse order, one after the
 * other, each once. A part that fails is logged by its name; the others are still closed.
 */
export class Closing {
  private readonly parts: Part[] = [];

  constructor(private readonly logger: Logger) {}

  /** If `close` returns a promise, it is awaited before the next part is closed. */
  add(name: string, close: () => unknown): void {
    this.parts.push({ name, close });
  }

  /** @throws AggregateError - after all parts were closed: what the parts have thrown, in that order */
  async closeAll(): Promise<void> {
    const errors: unknown[] = [];
    for (let part = this.parts.pop(); part !== undefined; part = this.parts.pop()) {
      await this.closePart(part, errors);
    }
    throwAll(errors);
  }

  /** Like `closeAll`, but all parts at the same time. */
  async closeTogether(): Promise<void> {
    const errors: unknown[] = [];
    await Promise.all(this.parts.splice(0).map((part) => this.closePart(part, errors)));
    throwAll(errors);
  }

  private async closePart({ name, close }: Part, errors: unknown[]): Promise<void> {
    try {
      await close();
    } catch (error) {
      this.logger.error({ part: name, ...describeFault(error) }, 'a part of the process failed to close');
      errors.push(error);
    }
  }
}

function throwAll(errors: readonly unknown[]): void {
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} parts of the process failed to close.`);
}
