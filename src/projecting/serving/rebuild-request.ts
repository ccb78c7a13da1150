import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { readModelVersion } from '../file/read-model-file.ts';

/** Milliseconds between two checks for a request. */
const requestsCheckedEveryMs = 500;

/** The file by which a command asks the process that serves a folder. Anyone who may write there may ask. */
function requestFile(folder: string): string {
  return path.join(folder, 'rebuild-request');
}

/** Asks the process that serves the folder to build its read models again. That process removes the request once read. */
export function requestRebuild(folder: string): void {
  writeFileSync(requestFile(folder), `${readModelVersion}\n`);
}

/** Whether there is a request that was not read yet. */
export function isRebuildRequested(folder: string): boolean {
  try {
    return readFileSync(requestFile(folder)).length > 0;
  } catch {
    return false;
  }
}

/** Withdraws a request that was not read. */
export function withdrawRebuildRequest(folder: string): void {
  rmSync(requestFile(folder), { force: true });
}

/** Calls `onRequest` for each request in the folder that is for this version. Returns a function that ends the watch. */
export function watchRebuildRequests(folder: string, onRequest: () => void): () => void {
  const file = requestFile(folder);
  const look = async () => {
    const version = await readFile(file, 'utf8').catch(() => null);
    if (Number(version) !== readModelVersion) return;
    await rm(file, { force: true });
    onRequest();
  };
  const timer = setInterval(() => void look().catch(() => undefined), requestsCheckedEveryMs);
  return () => clearInterval(timer);
}

/** Milliseconds between two checks of the file. Changes by others are noticed within this time, even without a query. */
const checkEveryMs = 1_000;

/** The first bytes of every SQLite file. */
const magic = Buffer.from('SQLite format 3\0');

/**
 * Checks a SQLite file that never shrinks, and reports the first problem: it is gone, another file has its name, it became
 * shorter, or its first bytes are not SQLite's. Returns a function that ends the watch.
 */
export function watchFile(file: string, onDamaged: (reason: string) => void): () => void {
  let stopped = false;
  let known: { readonly ino: number; readonly size: number } | null = null;
  const stop = () => {
    stopped = true;
    clearInterval(timer);
  };
  const look = async () => {
    const { ino, size } = await stat(file);
    const problem =
      known !== null && known.ino !== ino
        ? 'another file has its name'
        : known !== null && size < known.size
          ? 'the file became shorter'
          : (await beginsAsSqlite(file))
            ? null
            : 'the file is not a database any more';
    known = { ino, size };
    return problem;
  };
  const check = async () => {
    const problem = await look().catch((error: unknown) =>
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'the file is gone' : null,
    );
    if (problem === null || stopped) return;
    stop();
    onDamaged(problem);
  };
  const timer = setInterval(() => void check(), checkEveryMs);
  void check();
  return stop;
}

async function beginsAsSqlite(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, 0);
    return buffer.equals(magic);
  } finally {
    await handle.close();
  }
}
