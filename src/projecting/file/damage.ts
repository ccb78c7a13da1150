import { OperatorError } from '../../kernel/errors.ts';

/** The file of a read model is damaged, and nothing in it can be trusted. It is rebuilt from the log. */
export class ReadModelDamaged extends Error {
  override readonly name = 'ReadModelDamaged';
}

/**
 * The read models can't be opened, or do not belong to this log. They are disposable: the message says how to rebuild
 * them.
 */
export class ReadModelUnusable extends OperatorError {
  override readonly name = 'ReadModelUnusable';

  constructor(what: string, options?: ErrorOptions) {
    super(`${what} Stop the service and run: npx live-ledger rebuild`, options);
  }
}

/**
 * SQLite's errors for a damaged file. A full disk, a lock or a missing permission is not among them: rebuilding the file
 * would not help.
 */
const damages = /^SQLITE_(CORRUPT|NOTADB|IOERR_READ|IOERR_SHORT_READ|IOERR_CORRUPTFS)/;

/** Whether an error says that the file is damaged. */
export function isDamage(error: unknown): boolean {
  return error instanceof ReadModelDamaged || damages.test(String((error as { code?: unknown }).code));
}

/** Whether another connection or program has locked the file for longer than may be waited. */
export function isLocked(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(String((error as { code?: unknown }).code));
}

/** Runs work on a read model. @throws ReadModelDamaged - instead of what SQLite says of a damaged file */
export function namingDamage<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!isDamage(error) || error instanceof ReadModelDamaged) throw error;
    throw new ReadModelDamaged((error as Error).message, { cause: error });
  }
}
