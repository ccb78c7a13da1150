import { erase, forgetErasure, noteProblem, readPendingErasure, requestErasure } from '../erasure/erase.ts';
import {
  planErasure,
  type ErasureCriteria,
  type ErasurePlan,
  readPlan,
  writePlan,
  type ErasurePort,
} from '../erasure/erasure-plan.ts';
import type { Closing } from '../kernel/this-process.ts';
import { LedgerError, OperatorError } from '../kernel/errors.ts';
import { describeFault, type Logger } from '../kernel/logger.ts';
import type { EventStore } from '../log/event-store.ts';
import { openEventsWith } from '../log/sealing/key-files.ts';
import { asStored } from '../log/sealing/sealed-event.ts';
import { SqliteEventReader } from '../log/sqlite/sqlite-event-reader.ts';

/** Milliseconds between two looks for an erasure that was asked for. */
const lookEveryMs = 500;

interface Erasing {
  /** Of the log, or of its copy. */
  readonly folder: string;
  readonly keysFolder: string;
  readonly append: EventStore['append'];
  /** Whether the folder has the whole log; by default it has. */
  readonly isOpen?: () => boolean;
  readonly logger: Logger;
  readonly closing: Closing;
}

/** Opens a log twice: as it was before it was sealed, and as it is stored. Both are closed once `use` has ended. */
export async function withLogToSearch<Result>(
  folder: string,
  keysFolder: string,
  use: (log: { readonly opened: SqliteEventReader; readonly stored: SqliteEventReader }) => Promise<Result>,
): Promise<Result> {
  const opened = new SqliteEventReader(folder, openEventsWith(keysFolder));
  const stored = new SqliteEventReader(folder, asStored);
  try {
    return await use({ opened, stored });
  } finally {
    opened.close();
    stored.close();
  }
}

/** What an erasure by these criteria would do, by the log of a folder as it is now. */
export function planIn(
  folder: string,
  keysFolder: string,
  criteria: ErasureCriteria,
  onProgress: Parameters<typeof planErasure>[2] = () => undefined,
): Promise<ErasurePlan> {
  return withLogToSearch(folder, keysFolder, (log) => planErasure(log, criteria, onProgress));
}

interface ErasureFolders extends Pick<Erasing, 'folder' | 'keysFolder'> {
  /** Of the log. */
  readonly secret: () => string;
}

/** What mutations ask for. @throws LedgerError - as its methods */
export function createErasurePort({ folder, keysFolder, secret }: ErasureFolders): ErasurePort {
  return {
    plan: (criteria) => planIn(folder, keysFolder, criteria),
    write: (plan) => writePlan(plan, secret()),
    read: (text, now) => readPlan(text, secret(), now),
    request(erasure, targets) {
      try {
        requestErasure(folder, erasure, targets);
      } catch (error) {
        if (!(error instanceof OperatorError)) throw error;
        throw new LedgerError('BAD_USER_INPUT', error.message, {}, { cause: error });
      }
    },
  };
}

/** Carries out what was asked for in the folder, also what an earlier process did not finish. */
export function carryOutErasures({ folder, keysFolder, append, isOpen = () => true, logger, closing }: Erasing): void {
  const stopping = new AbortController();
  const { signal } = stopping;
  const isStopping = () => signal.aborted;
  let running: Promise<void> | null = null;
  const look = async () => {
    const pending = isOpen() ? readPendingErasure(folder) : null;
    if (pending === null || isStopping()) return;
    noteProblem(folder, pending, null);
    try {
      await withLogToSearch(folder, keysFolder, (log) =>
        erase(pending, { keysFolder, log, append, signal, onProgress: () => undefined }),
      );
      forgetErasure(folder);
      const { erasureId, events, sessions, tasks } = pending;
      logger.info({ erasureId, events, sessions, tasks }, 'personal data were erased');
    } catch (error) {
      if (isStopping()) return;
      logger.error({ ...describeFault(error), reason: (error as Error).message }, notErased);
      noteProblem(folder, pending, (error as Error).message);
    }
  };
  const timer = setInterval(() => {
    running ??= look()
      .catch((error: unknown) => logger.error(describeFault(error), notErased))
      .finally(() => (running = null));
  }, lookEveryMs);
  closing.add('erasures', async () => {
    clearInterval(timer);
    stopping.abort();
    await running;
  });
}

const notErased = 'an erasure of personal data did not come to its end; it is tried again';
