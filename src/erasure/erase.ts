import { link, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { delay } from '../kernel/clock.ts';
import { OperatorError } from '../kernel/errors.ts';
import type { EventReader, EventStore } from '../log/event-store.ts';
import { erasuresStreamName } from '../log/ledger-events.ts';
import { dayOf, listKeys, readKeys, replaceBySubjects, requestClosing } from '../log/sealing/key-files.ts';
import { deriveKey } from '../log/sealing/sealed-event.ts';
import { isErasureRecorded, newErased, newErasureBegun } from './erasure-events.ts';
import { subjectsOf, type LogToSearch } from './find-subjects.ts';
import type { PendingErasure } from './pending-erasure.ts';

/** Milliseconds between two looks whether a key is closed, or the copy of the log has an event. */
const lookEveryMs = 100;

/** Milliseconds for a process to close a key: it looks twice a second, and an append may take 15 s. */
export const closingMsMax = 30_000;

/** What erases. */
export interface Eraser {
  readonly keysFolder: string;
  readonly log: LogToSearch & { readonly opened: Pick<EventReader, 'endPosition' | 'readStream'> };
  readonly append: EventStore['append'];
  readonly signal: AbortSignal;
  readonly closingMsMax?: number;
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
  const { keysFolder, closingMsMax: msMax = closingMsMax, onProgress } = eraser;
  const untilMs = performance.now() + msMax;
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
