import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { fsyncPath } from '../kernel/disk.ts';
import { OperatorError } from '../kernel/errors.ts';
import type { Erasure } from './erasure-events.ts';
import type { Targets } from './find-subjects.ts';

/** An erasure that was asked for, and is not done. It names subjects by digests, so it is personal to nobody. */
export interface PendingErasure extends Erasure {
  /** The subjects of each master key. */
  readonly targets: Readonly<Record<string, readonly string[]>>;
  /** Why it does not come to its end now; absent: nothing hinders it. */
  readonly problem?: string;
}

/** The folder of the log has it until it is done: whoever opens the folder next goes on with it. */
const fileIn = (folder: string) => path.join(folder, 'erasure.json');

/** Null: there is none. */
export function readPendingErasure(folder: string): PendingErasure | null {
  try {
    return JSON.parse(readFileSync(fileIn(folder), 'utf8')) as PendingErasure;
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
  write(folder, pending);
  return pending;
}

const anotherErasure = 'Another erasure is not done yet. Nothing was changed: ask again once it is.';

/** Says why it does not come to its end now; null: it is tried again. */
export function noteProblem(
  folder: string,
  { problem: before, ...pending }: PendingErasure,
  problem: string | null,
): void {
  if ((before ?? null) !== problem) write(folder, { ...pending, ...(problem !== null && { problem }) });
}

/** It is done. */
export function forgetErasure(folder: string): void {
  rmSync(fileIn(folder), { force: true });
  fsyncPath(folder);
}

function write(folder: string, pending: PendingErasure): void {
  const file = fileIn(folder);
  const descriptor = openSync(`${file}.new`, 'w', 0o600);
  try {
    writeSync(descriptor, JSON.stringify(pending));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(`${file}.new`, file);
  fsyncPath(folder);
}
