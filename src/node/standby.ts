import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readAuthor, writeAuthor, type Author } from '../log/author.ts';
import { replaceFile } from '../kernel/disk.ts';
import { LogUnusable } from '../log/event-store.ts';
import { hasReplica, makeLogOfReplica } from '../log/sqlite/sqlite-log-replica.ts';
import { isDataDirInUse } from '../log/sqlite/data-dir-lock.ts';
import { readJsonFile } from './data-dir.ts';

/** What DATA_DIR says of a standby, for its next start and for commands beside it. */
interface StandbyFile {
  /** The URL of the primary. */
  readonly primary: string;
  /** When it became a primary itself; null: it has not. */
  readonly promotedAt: string | null;
}

const fileOf = (dataDir: string) => path.join(dataDir, 'standby.json');
const requestOf = (dataDir: string) => path.join(dataDir, 'promote-request');

/** Null: it never was a standby. */
export function readStandby(dataDir: string): StandbyFile | null {
  const { primary, promotedAt } = readJsonFile(fileOf(dataDir));
  if (typeof primary !== 'string') return null;
  return { primary, promotedAt: typeof promotedAt === 'string' ? promotedAt : null };
}

/** Durable once this returns. */
function noteStandby(dataDir: string, standby: StandbyFile): void {
  replaceFile(fileOf(dataDir), JSON.stringify(standby));
}

/**
 * Notes the primary of a standby that is being started.
 * @throws LogUnusable - DATA_DIR has a log of its own
 */
export function openStandby(dataDir: string, primary: string): void {
  if (hasReplica(dataDir) === false) {
    throw new LogUnusable(
      `DATA_DIR ${dataDir} has a log of its own, not a copy of one: a standby would not continue it. To make a standby of this node, move DATA_DIR away, and start again: everything is copied. To go on as a primary, leave PRIMARY_URL out.`,
    );
  }
  noteStandby(dataDir, { primary, promotedAt: null });
}

/** Whether the standby of this primary was promoted here: then its settings do not make it a standby again. */
export function wasPromoted(dataDir: string, primary: string): boolean {
  const standby = readStandby(dataDir);
  return standby?.primary === primary && standby.promotedAt !== null;
}

/** Asks the standby that runs on this folder to end, and to start again as a primary. The file names who asks. */
export function requestPromotion(dataDir: string, author: Author): void {
  const written = `${requestOf(dataDir)}.new`;
  writeFileSync(written, JSON.stringify(writeAuthor(author)));
  renameSync(written, requestOf(dataDir));
}

/** Who has asked for it. */
function readPromotionAuthor(dataDir: string): Author {
  return readAuthor(readJsonFile(requestOf(dataDir)));
}

/** Whether that was asked, and was not done. */
export function isPromotionRequested(dataDir: string): boolean {
  return existsSync(requestOf(dataDir));
}

/** It was done, or is not wanted any more. */
export function withdrawPromotion(dataDir: string): void {
  rmSync(requestOf(dataDir), { force: true });
}

/** Milliseconds between two checks for a request. */
const requestsCheckedEveryMs = 100;

/** Calls `onRequest` once there is a request. */
export function watchPromotion(dataDir: string, onRequest: () => void): void {
  const timer = setInterval(() => {
    if (!isPromotionRequested(dataDir)) return;
    clearInterval(timer);
    onRequest();
  }, requestsCheckedEveryMs).unref();
}

/** Milliseconds between two looks at whether the standby that was killed has released DATA_DIR. */
const releaseLookedAtEveryMs = 20;

/**
 * Makes a primary's log of a standby's copy. If it ends at any moment, calling it again completes it.
 * @throws LogUnusable - a process uses DATA_DIR
 */
export function promote(dataDir: string, atMs: number, author: Author): void {
  makeLogOfReplica(dataDir, atMs, { action: 'PROMOTE', author });
  const standby = readStandby(dataDir);
  if (standby !== null) noteStandby(dataDir, { ...standby, promotedAt: new Date(atMs).toISOString() });
  withdrawPromotion(dataDir);
}

/** The same once the standby before, which is ending, has released DATA_DIR. */
export async function promoteOnceFree(dataDir: string, atMs: number): Promise<void> {
  while (isDataDirInUse(dataDir)) await pause(releaseLookedAtEveryMs);
  promote(dataDir, atMs, readPromotionAuthor(dataDir));
}
