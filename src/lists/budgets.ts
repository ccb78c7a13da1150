import { setImmediate as turn } from 'node:timers/promises';
import { LedgerError } from '../kernel/errors.ts';
import { createSerial } from '../kernel/semaphore.ts';

/**
 * Rows that the lists of one operation may examine if no index yields exactly the rows of a page: enough for the page
 * of a single list, the rows before it, and its count. Counting ten entries of an index is as expensive as examining
 * one row, so 30 lists may be counted to the end. The thread does nothing else meanwhile.
 */
export const operationRowsMax = 30_000;

/** Entries that the lists inside sessions, relay tasks and runs may have in one operation; their cost assumes that they are rarely full. */
export const operationEntriesMax = 30_000;

/**
 * Bytes of bodies that one operation may read: 4,000 callbacks of 1 KB, or eight of the largest size that is accepted. Bodies
 * are parsed on the thread that serves everyone, and stay in memory until the answer is sent.
 */
export const operationBodyBytesMax = 4 * 1024 * 1024;

/** Reads the bodies of callbacks, which only the log has. A port, because read models may not import the event store. */
export interface CallbackBodies {
  /** Body of the event at this position, byte for byte; null if the log has none there. */
  bodyAt(position: bigint): Promise<Uint8Array | null>;
}

/** What one operation may read of bodies, and has read. */
export type BodyBudget = ReturnType<typeof createBodyBudget>;

/** The bodies that one operation may read: one after another, and `operationBodyBytesMax` bytes in total. */
export function createBodyBudget(bodies: CallbackBodies) {
  let bytesLeft = operationBodyBytesMax;
  // GraphQL asks for all bodies of a page at once; the bytes left are known only after the previous bodies were read.
  const oneAtATime = createSerial();

  async function readNow<Result>(position: bigint, use: (body: Uint8Array) => Result): Promise<Result | null> {
    assertBytesLeft();
    const body = await bodies.bodyAt(position);
    bytesLeft -= body?.byteLength ?? 0;
    assertBytesLeft();
    const result = body === null ? null : use(body);
    await turn();
    return result;
  }

  function assertBytesLeft(): void {
    if (bytesLeft >= 0) return;
    throw new LedgerError(
      'OPERATION_TOO_COSTLY',
      `The bodies of this answer have more than ${operationBodyBytesMax} bytes. Ask for smaller pages.`,
    );
  }

  return {
    /**
     * The result of `use` for the body at a position; null if the log has none there. Before the next body is read, other work
     * of the process gets a chance to run.
     * @throws LedgerError - OPERATION_TOO_COSTLY once the bytes are spent; then nothing more is read
     */
    read: <Result>(position: bigint, use: (body: Uint8Array) => Result) => oneAtATime(() => readNow(position, use)),
    /** Bytes that were read. */
    used: () => operationBodyBytesMax - bytesLeft,
  };
}
