import { randomUUID } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import { LedgerError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import { writeArrival } from '../domain/callback/arrival.ts';
import { nameEvent } from '../domain/callback/event-naming.ts';
import type { UnreadableReason } from '../domain/callback/json-object.ts';
import { unreadableSummaries } from '../domain/quarantine/quarantine-explanation.ts';
import type { QuarantineReason } from '../domain/quarantine/quarantine.ts';
import { StoreOverloaded, StoreUnavailable } from '../event-store/errors.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { AuthenticitySettings } from './authenticity.ts';
import { decide, type Decision } from './decision.ts';
import type { Quarantine } from '../quarantine/quarantine.ts';
import { quarantineFull } from './quarantine-full.ts';
import { createRejectionLog } from './rejection-log.ts';

/** One callback as a transport hands it over. */
export interface IncomingCallback {
  /** The body, byte for byte as it was sent. */
  readonly body: Uint8Array;
  /** Last segment of the URL, where there is one. */
  readonly token: string | null;
  readonly remoteAddress: string;
}

export interface Receiver {
  /**
   * Records one callback, or keeps it in quarantine where it does not prove itself, and resolves once it is durable: only
   * then may the transport answer 200. The writing side decides nothing else; whether it is a redelivery, and of what, is
   * for the readers.
   * @throws LedgerError - nothing is stored, unless the message says otherwise. BODY_UNREADABLE: sending it again changes
   *   nothing. NOT_AUTHENTIC: nothing proves it, and the quarantine's share is used up. QUARANTINE_FULL, STORE_OVERLOADED or
   *   STORE_UNAVAILABLE: it may be sent again
   */
  receive(incoming: IncomingCallback): Promise<void>;
  /** Logs what is not logged yet. */
  close(): void;
}

/** What became of one callback that is stored, for those who count. What is not is thrown, and counted where it is answered. */
export type ReceiptOutcome =
  | {
      readonly kind: 'ACCEPTED';
      readonly receivedAtMs: number;
      /** CSS's clock; null where the callback says nothing of it. */
      readonly occurredAtMs: number | null;
    }
  | { readonly kind: 'QUARANTINED'; readonly reason: QuarantineReason };

export interface ReceiverOptions {
  readonly store: Pick<EventStore, 'append'>;
  readonly quarantine: Pick<Quarantine, 'keep'>;
  readonly authenticity: AuthenticitySettings;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when a share of the quarantine is used up. */
  readonly onShareUsedUp?: () => void;
  /** Called once for each callback that is stored. */
  readonly onOutcome?: (outcome: ReceiptOutcome) => void;
}

export function createReceiver(options: ReceiverOptions): Receiver {
  const { store, quarantine, authenticity, clock, logger, onShareUsedUp, onOutcome } = options;
  const unrecorded = createRejectionLog(logger, clock);

  return {
    async receive(incoming) {
      const receivedAtMs = clock();
      const decision = decide(authenticity, incoming, receivedAtMs);
      try {
        if (decision.kind === 'REFUSE') throw bodyUnreadable(decision.unreadable);
        if (decision.kind === 'QUARANTINE') await keepApart(incoming, decision, receivedAtMs);
        else await record(incoming, decision, receivedAtMs);
      } catch (error) {
        const refusal = toRefusal(error);
        if (refusal === null) throw error;
        const { share, ...fields } = refusal.details;
        const kind = typeof share === 'string' ? `${refusal.code} ${share}` : refusal.code;
        unrecorded.note({ outcome: 'REFUSED', kind, fields });
        throw refusal;
      }
    },
    close: () => {
      unrecorded.close();
    },
  };

  async function record(
    { body, remoteAddress }: IncomingCallback,
    { callback, signature }: Extract<Decision, { kind: 'RECORD' }>,
    receivedAtMs: number,
  ): Promise<void> {
    const { streamName, eventType } = nameEvent(callback);
    const metadata = writeArrival({ receivedAtMs, signature, remoteAddress });
    const event = { eventId: randomUUID(), type: eventType, data: body, metadata };
    await store.append(streamName, [event], 'any');
    onOutcome?.({ kind: 'ACCEPTED', receivedAtMs, occurredAtMs: callback.occurredAtMs });
  }

  async function keepApart(
    { body, remoteAddress }: IncomingCallback,
    { reason, signature, diagnosis }: Extract<Decision, { kind: 'QUARANTINE' }>,
    receivedAtMs: number,
  ): Promise<void> {
    const isKept = await quarantine.keep({ reason, diagnosis, body, receivedAtMs, signature, remoteAddress });
    if (!isKept) {
      onShareUsedUp?.();
      throw quarantineFull(reason);
    }
    const { check, field } = diagnosis;
    unrecorded.note({ outcome: 'QUARANTINED', kind: `${reason} ${check}`, fields: { field } });
    onOutcome?.({ kind: 'QUARANTINED', reason });
  }
}

function bodyUnreadable(reason: UnreadableReason): LedgerError {
  const message = `${unreadableSummaries[reason]}; send the JSON object of the callback.`;
  return new LedgerError('BODY_UNREADABLE', message, { reason });
}

const notStoredMessage = 'The callback could not be made durable and was not stored; send it again.';
const mayBeStoredMessage = 'The callback was not made durable in time and may be stored or not; send it again.';

/** Null for what is no refusal but a fault. */
function toRefusal(error: unknown): LedgerError | null {
  if (error instanceof LedgerError) return error;
  const code =
    error instanceof StoreOverloaded
      ? 'STORE_OVERLOADED'
      : error instanceof StoreUnavailable
        ? 'STORE_UNAVAILABLE'
        : null;
  if (code === null) return null;
  const mayBeStored = error instanceof StoreUnavailable && error.mayBeStored;
  return new LedgerError(
    code,
    mayBeStored ? mayBeStoredMessage : notStoredMessage,
    { reason: (error as Error).message },
    { cause: error },
  );
}
