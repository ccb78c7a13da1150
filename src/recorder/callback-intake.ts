import { LedgerError } from '../kernel/errors.ts';
import { describeFault, type Logger } from '../kernel/logger.ts';
import type { IncomingCallback, Receiver } from './receiver.ts';

/** Takes callbacks and reports their outcome. Each is counted once, and logged by the process that stores it. */
export interface CallbackIntake {
  /** Resolves with null once the callback is durable, else with its refusal. Never rejects. */
  take(incoming: IncomingCallback, requestId: string): Promise<LedgerError | null>;
  /** Counts a callback that was refused before all of it had arrived. */
  noteRefused(refusal: LedgerError): void;
}

/** Called with the outcome of every callback. */
export interface CallbackObserver {
  stored(): void;
  refused(refusal: LedgerError): void;
}

/** Takes callbacks for a receiver in this process. */
export function createCallbackIntake(
  receiver: Pick<Receiver, 'receive'>,
  observer: CallbackObserver,
  logger: Pick<Logger, 'error'>,
): CallbackIntake {
  return {
    async take(incoming, requestId) {
      try {
        await receiver.receive(incoming);
        observer.stored();
        return null;
      } catch (error) {
        if (!(error instanceof LedgerError)) logger.error({ requestId, ...describeFault(error) }, 'a callback failed');
        const refusal = error instanceof LedgerError ? error : fault();
        observer.refused(refusal);
        return refusal;
      }
    },
    noteRefused: (refusal) => observer.refused(refusal),
  };
}

function fault(): LedgerError {
  return new LedgerError('INTERNAL', 'A fault of this server; the callback may not be stored. Send it again.');
}
