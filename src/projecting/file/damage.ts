import { ReadModelDamaged } from '../read-model-writer.ts';

/**
 * SQLite's errors for a damaged file. A full disk, a lock or a missing permission is not among them: rebuilding the file
 * would not help.
 */
const damages = /^SQLITE_(CORRUPT|NOTADB|IOERR_READ|IOERR_SHORT_READ|IOERR_CORRUPTFS)/;

/** Whether an error says that the file is damaged. */
export function isDamage(error: unknown): boolean {
  return error instanceof ReadModelDamaged || damages.test(String((error as { code?: unknown }).code));
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
