import { readFile, rm } from 'node:fs/promises';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readModelVersion } from '../../read-models/sqlite/file/read-model-file.ts';

/** Milliseconds between two looks for a request. */
const lookEveryMs = 500;

/** By which a command asks the process that serves a folder: who may write there may ask for it. */
function requestFile(folder: string): string {
  return path.join(folder, 'rebuild-request');
}

/** Asks the process that serves the folder to build its read models again. It removes the request when it has read it. */
export function requestRebuild(folder: string): void {
  writeFileSync(requestFile(folder), `${readModelVersion}\n`);
}

/** Whether a request was not read yet. */
export function isRebuildRequested(folder: string): boolean {
  try {
    return readFileSync(requestFile(folder)).length > 0;
  } catch {
    return false;
  }
}

/** Takes back a request that nobody has read. */
export function withdrawRebuildRequest(folder: string): void {
  rmSync(requestFile(folder), { force: true });
}

/** Calls `onRequest` for each request in the folder that is for this version. Returns how to end that. */
export function watchRebuildRequests(folder: string, onRequest: () => void): () => void {
  const file = requestFile(folder);
  const look = async () => {
    const version = await readFile(file, 'utf8').catch(() => null);
    if (Number(version) !== readModelVersion) return;
    await rm(file, { force: true });
    onRequest();
  };
  const timer = setInterval(() => void look().catch(() => undefined), lookEveryMs);
  return () => clearInterval(timer);
}
