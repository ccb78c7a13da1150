import { randomUUID } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import { LedgerError, type ErrorCode } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import { writeArrival, type Signature } from '../domain/arrival.ts';
import { interpret } from '../domain/callback.ts';
import { nameEvent, unreadableEventNaming } from '../domain/event-naming.ts';
import { parseJsonObject, type UnreadableReason } from '../domain/json-object.ts';
import { StoreOverloaded, StoreUnavailable } from '../event-store/errors.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { createRefusalLog, type RefusalLog } from './refusal-log.ts';
import { isAuthentic, judgeAuthenticity, type AuthenticitySettings } from './authenticity.ts';

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
   * Records one callback, and resolves once it is durable: only then may the transport answer 200. The writing side
   * decides nothing else; whether it is a redelivery, and of what, is for the readers.
   * @throws LedgerError - NOT_AUTHENTIC or BODY_UNREADABLE: nothing is stored, and sending it again changes nothing;
   *   STORE_OVERLOADED or STORE_UNAVAILABLE: nothing is stored, and it may be sent again
   */
  receive(incoming: IncomingCallback): Promise<void>;
}

/** What became of one callback, for those who count. */
export type ReceiptOutcome =
  | {
      readonly kind: 'ACCEPTED';
      readonly receivedAtMs: number;
      /** CSS's clock; null where the callback says nothing of it. */
      readonly occurredAtMs: number | null;
    }
  | { readonly kind: 'QUARANTINED'; readonly reason: 'UNREADABLE' };

export interface ReceiverOptions {
  readonly store: Pick<EventStore, 'append'>;
  readonly authenticity: AuthenticitySettings;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called once for each callback that was made durable. */
  readonly onOutcome?: (outcome: ReceiptOutcome) => void;
}

export function createReceiver({ store, authenticity, clock, logger, onOutcome }: ReceiverOptions): Receiver {
  const refusals = createRefusalLog(logger, clock);
  return {
    async receive({ body, token, remoteAddress }) {
      const receivedAtMs = clock();
      const parsed = parseJsonObject(body);
      const object = parsed.ok ? parsed.object : null;
      const signature = judgeAuthenticity(authenticity, { body: object, token }, receivedAtMs);
      if (!parsed.ok && signature !== 'TOKEN') {
        refusals.note('BODY_UNREADABLE', { reason: parsed.reason });
        throw new LedgerError('BODY_UNREADABLE', unreadableMessages[parsed.reason]);
      }
      if (!isAuthentic(signature)) {
        refusals.note(`NOT_AUTHENTIC ${signature}`, { signature });
        throw new LedgerError('NOT_AUTHENTIC', notAuthenticMessages[signature] ?? '');
      }
      const callback = parsed.ok ? interpret(parsed.object) : null;
      const { streamName, eventType } = callback === null ? unreadableEventNaming : nameEvent(callback);
      const event = {
        eventId: randomUUID(),
        type: eventType,
        data: body,
        metadata: writeArrival({ receivedAtMs, signature, remoteAddress }),
      };
      try {
        await store.append(streamName, [event], 'any');
      } catch (error) {
        throw refusalOf(error, refusals);
      }
      onOutcome?.(
        callback === null
          ? { kind: 'QUARANTINED', reason: 'UNREADABLE' }
          : { kind: 'ACCEPTED', receivedAtMs, occurredAtMs: callback.occurredAtMs },
      );
    },
  };
}

const unreadableMessages: Readonly<Record<UnreadableReason, string>> = {
  EMPTY: 'The body is empty; send the JSON object of the callback.',
  NOT_JSON: 'The body is not JSON; send the JSON object of the callback.',
  NOT_AN_OBJECT: 'The body is JSON, but no object; send the JSON object of the callback.',
  TOO_DEEP: 'The body nests deeper than any callback does; send the JSON object of the callback.',
};

const notAuthenticMessages: Partial<Record<Signature, string>> = {
  UNSIGNED: 'The callback has neither sign and t nor a listed token in its URL.',
  INVALID: 'The sign of the callback fits none of the callback keys of its domain.',
  EXPIRED: 'The sign of the callback is right, but its t is more than 900 seconds from the clock of this server.',
};

function refusalOf(error: unknown, refusals: RefusalLog): Error {
  const code: ErrorCode | null =
    error instanceof StoreOverloaded
      ? 'STORE_OVERLOADED'
      : error instanceof StoreUnavailable
        ? 'STORE_UNAVAILABLE'
        : null;
  if (code === null) return error as Error;
  refusals.note(code, { reason: (error as Error).message });
  return new LedgerError(code, 'The callback could not be made durable and was not stored; send it again.');
}
