import { link, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delay } from '../kernel/clock.ts';
import { OperatorError } from '../kernel/errors.ts';
import type { EventReader, EventStore } from '../log/event-store.ts';
import { erasuresStreamName } from '../log/ledger-events.ts';
import { dayOf, listKeys, readKeys, replaceBySubjects, requestClosing } from '../log/sealing/key-files.ts';
import { deriveKey } from '../log/sealing/sealed-event.ts';
import { isErasureRecorded, newErased, newErasureBegun, type Erasure, newestErasure } from './erasure-events.ts';
import { subjectsOf, type LogToSearch, type Targets } from './erasure-plan.ts';
import { fsyncPath, replaceFile } from '../kernel/disk.ts';
import { readObject, readPosition } from '../callbacks/json-object.ts';
import { describeFault, type Logger } from '../kernel/logger.ts';

/** An erasure that was asked for, and is not done. It names subjects by digests, so it is personal to nobody. */
export interface PendingErasure extends Erasure {
  /** The subjects of each master key. */
  readonly targets: Readonly<Record<string, readonly string[]>>;
  /** Why it does not come to its end now; absent: nothing hinders it. */
  readonly problem?: string;
}

/** The folder of the log has it until it is done: whoever opens the folder next goes on with it. */
const pendingFileIn = (folder: string) => path.join(folder, 'erasure.json');

/** Null: there is none. */
export function readPendingErasure(folder: string): PendingErasure | null {
  try {
    return JSON.parse(readFileSync(pendingFileIn(folder), 'utf8')) as PendingErasure;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Asks for an erasure, durably: from then on, nothing takes it back.
 * @throws OperatorError - another one is not done
 */
export function requestErasure(folder: string, erasure: Erasure, targets: Targets): PendingErasure {
  if (readPendingErasure(folder) !== null) throw new OperatorError(anotherErasure);
  const lists = [...targets].map(([masterId, subjects]) => [masterId, [...subjects]] as const);
  const pending = { ...erasure, targets: Object.fromEntries(lists) };
  writePending(folder, pending);
  return pending;
}

const anotherErasure = 'Another erasure is not done yet. Nothing was changed: ask again once it is.';

function writePending(folder: string, pending: PendingErasure): void {
  replaceFile(pendingFileIn(folder), JSON.stringify(pending), 0o600);
}

/** Says why it does not come to its end now; null: it is tried again. */
export function noteProblem(
  folder: string,
  { problem: before, ...pending }: PendingErasure,
  problem: string | null,
): void {
  if ((before ?? null) !== problem) writePending(folder, { ...pending, ...(problem !== null && { problem }) });
}

/** It is done. */
export function forgetErasure(folder: string): void {
  rmSync(pendingFileIn(folder), { force: true });
  fsyncPath(folder);
}

/** Milliseconds between two looks whether a key is closed, or the copy of the log has an event. */
const lookEveryMs = 100;

/** Milliseconds for a process to close a key: it looks twice a second, and an append may take 15 s. */
const closingMsMax = 30_000;

/** What erases. */
interface Eraser {
  readonly keysFolder: string;
  readonly log: LogToSearch & { readonly opened: Pick<EventReader, 'endPosition' | 'readStream'> };
  readonly append: EventStore['append'];
  readonly signal: AbortSignal;
  readonly onProgress: (sentence: string, fields: object) => void;
}

/**
 * Destroys the keys of an erasure, and records it. It may be called again after any crash: what is done stays done, and the record is
 * in the log once.
 * @throws OperatorError - a process does not close its key: nothing was destroyed. PersonalKeyMissing, StoreUnavailable: it is to be called again
 */
export async function erase(pending: PendingErasure, eraser: Eraser): Promise<void> {
  const { keysFolder, log, append } = eraser;
  const unlock = await lockKeys(keysFolder, pending.erasureId);
  try {
    await closeKeys(pending, eraser);
    // Once this node has it, it has everything that was sealed with a key that is closed.
    const { position } = await append(erasuresStreamName, [newErasureBegun(pending)], 'any');
    while ((await log.opened.endPosition()) < position) await pause(eraser);
    await destroyKeys(pending, eraser);
    if (await isErasureRecorded(log.opened, pending.erasureId)) return;
    const subjects = Object.entries(pending.targets).flatMap(([masterId, digests]) =>
      digests.map((digest) => [dayOf(masterId), digest] as const),
    );
    for (const event of newErased(pending, subjects)) await append(erasuresStreamName, [event], 'any');
  } finally {
    await unlock();
  }
}

/** Waits until nothing sealed with the keys is on its way to the log. */
async function closeKeys({ targets }: PendingErasure, eraser: Eraser): Promise<void> {
  const { keysFolder, onProgress } = eraser;
  const untilMs = performance.now() + closingMsMax;
  for (let isFirst = true; ; isFirst = false) {
    const endings = await listKeys(keysFolder);
    const open = Object.keys(targets).filter((masterId) => endings.get(masterId) === 'open');
    if (open.length === 0) return;
    if (isFirst) for (const masterId of open) await requestClosing(keysFolder, masterId);
    if (performance.now() > untilMs) throw new OperatorError(notClosed(open));
    onProgress(`erase: waiting for ${open.length} keys that are in use`, { step: 'close', keys: open.length });
    await pause(eraser);
  }
}

function notClosed(open: readonly string[]): string {
  return `The key ${open[0]} of personal data is still in use: the process that seals with it is stopped, or its spool is not empty. Start it, and let it drain; it goes on by itself. If that node is gone for good, see docs/erasure.md#a-node-that-is-gone.`;
}

async function destroyKeys({ targets }: PendingErasure, { keysFolder, log, onProgress }: Eraser): Promise<void> {
  const masterIds = Object.keys(targets);
  const stored = new Map(masterIds.map((masterId) => [masterId, readKeys(keysFolder, masterId)]));
  const whole = masterIds.filter((masterId) => stored.get(masterId)?.kind === 'master');
  const present = await subjectsOf(log.stored, new Set(whole), (step, events) =>
    onProgress(`erase: ${events} events read for the keys of others`, { step, events }),
  );
  let done = 0;
  for (const [masterId, keys] of stored) {
    const erased = new Set(targets[masterId]);
    const kept =
      keys.kind === 'master'
        ? [...(present.get(masterId) ?? [])].map(
            (subject) => [subject, keyText(deriveKey(keys.master, subject))] as const,
          )
        : Object.entries(keys.kept);
    const before = keys.kind === 'master' ? [] : keys.erased;
    await replaceBySubjects(keysFolder, masterId, {
      kept: Object.fromEntries(kept.filter(([subject]) => !erased.has(subject))),
      erased: [...new Set([...before, ...erased])],
    });
    done += 1;
    onProgress(`erase: ${done} of ${masterIds.length} keys`, {
      step: 'destroy',
      keys: done,
      keysTotal: masterIds.length,
    });
  }
}

const keyText = (key: Uint8Array) => Buffer.from(key).toString('base64url');

async function pause({ signal }: Eraser): Promise<void> {
  await delay(lookEveryMs, signal);
  signal.throwIfAborted();
}

/** One erasure at a time changes the keys of all nodes: another one would keep what this one destroys. It goes on with its own lock. */
async function lockKeys(folder: string, erasureId: string): Promise<() => Promise<void>> {
  const file = path.join(folder, 'erasing.lock');
  const own = `${file}.${erasureId}`;
  await writeFile(own, erasureId, { mode: 0o600 });
  try {
    // Unlike renaming, this never replaces a file, and it has its content at once.
    await link(own, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if ((await readFile(file, 'utf8').catch(() => '')) !== erasureId)
      throw new OperatorError(`Another node erases: it has ${file}. This erasure goes on once that is gone.`, {
        cause: error,
      });
  } finally {
    await rm(own, { force: true });
  }
  return () => rm(file, { force: true });
}

/** The folder of a log says up to which erasure its read models were built anew. */
const appliedFileIn = (folder: string) => path.join(folder, 'erasures-applied.json');

/** Null: no read models were built anew after an erasure. */
export function readApplied(folder: string): bigint | null {
  try {
    return readPosition(readObject(readFileSync(appliedFileIn(folder)))['position']);
  } catch {
    return null;
  }
}

/** If it is lost, the read models are built anew once more. */
export function noteApplied(folder: string, position: bigint): void {
  writeFileSync(appliedFileIn(folder), JSON.stringify({ position: String(position) }));
}

/** Milliseconds between two looks at the log: one look-up in an index. */
const logLookedAtEveryMs = 500;

interface ErasuresInLog {
  readonly folder: string;
  readonly log: Pick<EventReader, 'lastRevision' | 'readStream'>;
  /** Resolves once read models answer that were begun after this call, and those before are gone. */
  readonly rebuild: () => Promise<void>;
  readonly logger: Logger;
}

/**
 * Builds the read models anew after each erasure in the log, on whatever node it was asked for: those that answer show what was erased until
 * then. Returns a function that ends it.
 */
export function rebuildAfterErasures({ folder, log, rebuild, logger }: ErasuresInLog): () => void {
  let seen: bigint | null = null;
  let isLooking = false;
  const look = async () => {
    const newest = await log.lastRevision(erasuresStreamName);
    if (newest === null || newest === seen) return;
    const position = await newestErasure(log);
    if (position !== null && position > (readApplied(folder) ?? -1n)) {
      await rebuild();
      noteApplied(folder, position);
    }
    seen = newest;
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void look()
      .catch((error: unknown) => logger.error(describeFault(error), rebuildFailed))
      .finally(() => (isLooking = false));
  }, logLookedAtEveryMs);
  return () => clearInterval(timer);
}

const rebuildFailed = 'the read models could not be built anew after an erasure; it is tried again';
