import { LedgerError } from '../kernel/errors.ts';
import type { CallbackBodies } from '../read-models/read-model-reader.ts';

/** Bytes of bodies that one operation may read: 8,000 callbacks as CSS sends them. Only far larger ones reach this. */
export const operationBodyBytesMax = 16 * 1024 * 1024;

/** Bodies as one operation may read them: so many bytes of them in all. */
export interface BodyBudget {
  /** @throws LedgerError - OPERATION_TOO_COSTLY once the bytes are spent */
  bodyAt(position: bigint): Promise<Uint8Array | null>;
}

export function createBodyBudget(bodies: CallbackBodies): BodyBudget {
  let bytesLeft = operationBodyBytesMax;
  return {
    async bodyAt(position) {
      // Asked before the read too: what was spent by others must not be read to be thrown away.
      assertLeft();
      const body = await bodies.bodyAt(position);
      bytesLeft -= body?.byteLength ?? 0;
      assertLeft();
      return body;
    },
  };

  function assertLeft(): void {
    if (bytesLeft >= 0) return;
    throw new LedgerError(
      'OPERATION_TOO_COSTLY',
      `The bodies of this answer have more than ${operationBodyBytesMax} bytes. Ask for smaller pages.`,
    );
  }
}
