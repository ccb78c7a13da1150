import { randomUUID } from 'node:crypto';
import { within } from '../kernel/delay.ts';
import { operatorFactsStream, writeFact, type FactRecorder } from './fact-events.ts';
import { StoreOverloaded, StoreUnavailable } from '../log/errors.ts';
import type { EventStore } from '../log/event-store.ts';

/** Milliseconds to wait until a fact can be read. After that it is acknowledged all the same, because it is durable. */
const readableWithinMs = 5_000;

/** Appends facts that operators state. Needs no closing. */
export function createFactRecorder(
  append: EventStore['append'],
  /** Resolves once a position is projected. */
  waitForPosition: (position: bigint) => Promise<void>,
): FactRecorder {
  return {
    async record(fact) {
      const eventId = randomUUID();
      try {
        const { position } = await append(operatorFactsStream, [{ eventId, ...writeFact(fact) }], 'any');
        // The projector may be stopped meanwhile: the fact is durable, and the next start projects it.
        await within(
          waitForPosition(position).catch(() => undefined),
          { ms: readableWithinMs, late: undefined },
        );
        return { ...fact, position, eventId };
      } catch (error) {
        if (error instanceof StoreUnavailable) return error.mayBeStored ? 'MAY_BE_STORED' : 'NOT_STORED';
        if (error instanceof StoreOverloaded) return 'NOT_STORED';
        throw error;
      }
    },
  };
}
