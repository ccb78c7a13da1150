import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readObject, readPosition } from '../callbacks/json-object.ts';
import { describeFault, type Logger } from '../kernel/logger.ts';
import type { EventReader } from '../log/event-store.ts';
import { erasuresStreamName } from '../log/ledger-events.ts';
import { newestErasure } from './erasure-events.ts';

/** The folder of a log says up to which erasure its read models were built anew. */
const fileIn = (folder: string) => path.join(folder, 'erasures-applied.json');

/** Null: no read models were built anew after an erasure. */
export function readApplied(folder: string): bigint | null {
  try {
    return readPosition(readObject(readFileSync(fileIn(folder)))['position']);
  } catch {
    return null;
  }
}

/** If it is lost, the read models are built anew once more. */
export function noteApplied(folder: string, position: bigint): void {
  writeFileSync(fileIn(folder), JSON.stringify({ position: String(position) }));
}

/** Milliseconds between two looks at the log: one look-up in an index. */
const lookEveryMs = 500;

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
    const position = await newestErasure(log, 0n);
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
  }, lookEveryMs);
  return () => clearInterval(timer);
}

const rebuildFailed = 'the read models could not be built anew after an erasure; it is tried again';
