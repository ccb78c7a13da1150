import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
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
