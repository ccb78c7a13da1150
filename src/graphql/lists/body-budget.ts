import { setImmediate as othersHadTheirTurn } from 'node:timers/promises';
import { LedgerError } from '../../kernel/errors.ts';
import type { CallbackBodies } from '../../read-models/read-model-reader.ts';

/**
 * Bytes of bodies that one operation may read: 4,000 callbacks of 1 KB, or eight of the largest that are taken. What is read
 * is parsed and told on the thread that serves everybody, and stays in memory until the answer is sent.
 */
export const operationBodyBytesMax = 4 * 1024 * 1024;

/** Bodies as one operation may read them: one after another, and so many bytes of them in all. */
export interface BodyBudget {
  /**
   * What `tell` makes of a body; null where there is none. The next body is not read before, and others have had their turn.
   * @throws LedgerError - OPERATION_TOO_COSTLY once the bytes are spent; then nothing more is read
   */
  read<Told>(position: bigint, tell: (body: Uint8Array) => Told): Promise<Told | null>;
}

export function createBodyBudget(bodies: CallbackBodies): BodyBudget {
  let bytesLeft = operationBodyBytesMax;
  /** Never rejects: who comes after a failed read reads all the same. */
  let before: Promise<unknown> = Promise.resolve();

  async function readNow<Told>(position: bigint, tell: (body: Uint8Array) => Told): Promise<Told | null> {
    assertLeft();
    const body = await bodies.bodyAt(position);
    bytesLeft -= body?.byteLength ?? 0;
    assertLeft();
    const told = body === null ? null : tell(body);
    await othersHadTheirTurn();
    return told;
  }

  function assertLeft(): void {
    if (bytesLeft >= 0) return;
    throw new LedgerError(
      'OPERATION_TOO_COSTLY',
      `The bodies of this answer have more than ${operationBodyBytesMax} bytes. Ask for smaller pages.`,
    );
  }

  return {
    read(position, tell) {
      // GraphQL asks for all bodies of a page at once: what is left is known only once those before have been read.
      const reading = before.then(() => readNow(position, tell));
      before = reading.catch(() => undefined);
      return reading;
    },
  };
}
