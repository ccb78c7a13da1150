import type Database from 'better-sqlite3';
import { existsSync, statSync } from 'node:fs';
import { LedgerError } from '../../kernel/errors.ts';
import { type ReadModelReader, createReadModelReader } from './read-model-reader.ts';
import { limitConnection, type LimitedConnection } from './limited-connection.ts';
import { openReadModelForReading, ReadModelDamaged, isDamage, isLocked } from './read-model-file.ts';

/** A read-only connection to the read models. */
export interface ReaderConnection {
  readonly db: Database.Database;
  readonly reader: ReadModelReader;
  /** What it is limited by; null: it reads everything. */
  readonly limits: LimitedConnection | null;
}

/** Opens connections to the read models that answer queries. */
export interface ReaderSource {
  /**
   * @param isLimited - whether the connection reads only what is inside a scope
   * @throws LedgerError - STORE_UNAVAILABLE: no read model can answer now
   */
  open(isLimited?: boolean): ReaderConnection;
}

/** The source while no read model can answer. */
export const noSource: ReaderSource = {
  open() {
    throw notReady();
  },
};

/**
 * Reads from a file. If SQLite reports damage, clients do not see its message: `onDamaged` is called, and the call is refused as not ready,
 * both here and in each call of the readers.
 */
export function createFileSource(file: string, onDamaged: (reason: string) => void): ReaderSource {
  const guard: Guard = (work) => {
    try {
      return work();
    } catch (error) {
      if (isLocked(error)) throw locked;
      if (!isDamage(error) && existsSync(file)) throw error;
      onDamaged((error as Error).message);
      throw notReady();
    }
  };
  const { ino } = statSync(file);
  return {
    open: (isLimited = false) =>
      guard(() => {
        if (statSync(file).ino !== ino) throw new ReadModelDamaged('another file has its name');
        const db = openReadModelForReading(file);
        try {
          const limits = isLimited ? limitConnection(db) : null;
          return { db, limits, reader: guarded(createReadModelReader(db, limits), guard) };
        } catch (error) {
          db.close();
          throw error;
        }
      }),
  };
}

type Guard = <Result>(work: () => Result) => Result;

/** The same part of a reader with each of its functions called by the guard, including the functions that those return. */
function guarded<Part extends object>(part: Part, guard: Guard): Part {
  const guardedValue = (value: unknown): unknown => {
    if (typeof value === 'function') {
      return (...given: unknown[]) => {
        const result = guard(() => (value as (...given: unknown[]) => unknown)(...given));
        return typeof result === 'function' ? guardedValue(result) : result;
      };
    }
    return typeof value === 'object' && value !== null ? guarded(value, guard) : value;
  };
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, guardedValue(value)])) as Part;
}

/**
 * A reader that looks up the current reader at each read, so that its owner need not notice when the reader is
 * replaced.
 */
export function latestReader(current: () => ReadModelReader): ReadModelReader {
  // The target is never read: a target that has the parts would have to be opened before the first read.
  return new Proxy({} as ReadModelReader, { get: (_target, part) => Reflect.get(current(), part) as unknown });
}

const locked = new LedgerError(
  'STORE_UNAVAILABLE',
  'Another program has locked the read models. Nothing is lost. Try again later.',
);

/** The error for a query that no read model can answer now. */
export function notReady(): LedgerError {
  return new LedgerError(
    'STORE_UNAVAILABLE',
    'The read models are being built, and there are none that can answer meanwhile. Nothing is lost. `projections { build { lagEvents } }` says how far they are. Try again later.',
  );
}
