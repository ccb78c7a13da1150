import { randomUUID } from 'node:crypto';
import { readObject } from '../callbacks/json-object.ts';
import type { Clock } from '../kernel/clock.ts';
import { LedgerError } from '../kernel/errors.ts';
import { StoreOverloaded, StoreUnavailable } from '../log/event-store.ts';
import { appendOnlyEvent, readOnlyEvent, type CurrentLog } from '../log/only-event.ts';

/** How the log keeps what mutations with an idempotency key have answered. These names never change. */

/** The stream of one answer: it has one event at most. */
export function mutationAnswerStreamOf(operationId: string): string {
  return `operator-answers-${operationId}`;
}

const mutationAnsweredType = 'OperatorMutationAnswered';

/** What a mutation was asked, and what it answered, as JSON. */
interface MutationAnswer {
  readonly mutation: string;
  /** A digest: arguments can be long, and nobody needs to read them again. */
  readonly argumentsDigest: string;
  readonly answer: unknown;
}

/** The answers of mutations with an idempotency key, the same on every node of a log. */
export interface MutationAnswers {
  /** Resolves once later queries show what was answered, or a bounded time has passed. Null if nothing is kept. @throws LedgerError - STORE_UNAVAILABLE: the log can't be read now */
  find(operationId: string): Promise<MutationAnswer | null>;
  /**
   * Keeps an answer durably. Resolves with the one that is kept: another, if that came first; also if the log could not
   * keep it, because what it answers has happened.
   */
  keep(operationId: string, answer: MutationAnswer): Promise<MutationAnswer>;
}

/** Keeps answers in the log. Needs no closing. */
export function createMutationAnswers(
  log: CurrentLog,
  clock: Clock,
  /** Resolves once a position is projected, or a bounded time has passed. */
  readable: (position: bigint) => Promise<void>,
): MutationAnswers {
  return {
    async find(operationId) {
      const event = await whileReadable(() => readOnlyEvent(log, mutationAnswerStreamOf(operationId)));
      if (event === null) return null;
      await readable(event.position);
      return readMutationAnswer(event.data);
    },
    async keep(operationId, answer) {
      const metadata = Buffer.from(JSON.stringify({ at: new Date(clock()).toISOString() }));
      const data = Buffer.from(JSON.stringify(answer));
      const event = { eventId: randomUUID(), type: mutationAnsweredType, data, metadata };
      try {
        return readMutationAnswer((await appendOnlyEvent(log, mutationAnswerStreamOf(operationId), event)).data);
      } catch (error) {
        if (error instanceof StoreUnavailable || error instanceof StoreOverloaded) return answer;
        throw error;
      }
    },
  };
}

function readMutationAnswer(data: Uint8Array): MutationAnswer {
  const { mutation, argumentsDigest, answer } = readObject(data);
  if (answer === null) {
    throw new LedgerError(
      'BAD_USER_INPUT',
      'idempotencyKey was used before, and what was answered has been erased with personal data. Nothing was changed.',
    );
  }
  return { mutation: String(mutation), argumentsDigest: String(argumentsDigest), answer };
}

/** @throws LedgerError - STORE_UNAVAILABLE */
export async function whileReadable<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    const message = 'The log does not say now whether idempotencyKey was used before. Nothing was changed.';
    throw new LedgerError('STORE_UNAVAILABLE', message, {}, { cause: error });
  }
}
