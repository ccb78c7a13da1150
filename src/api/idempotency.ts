import { hash } from 'node:crypto';
import { Arg } from 'type-graphql';
import { derivedUuid } from '../kernel/encoding.ts';
import { LedgerError } from '../kernel/errors.ts';
import type { GraphqlContext } from './context.ts';

/** Characters of a key: a UUID has 36, a digest in hexadecimal 64. */
export const idempotencyKeyLengthMax = 128;

/** A key as clients send it; null and undefined alike: none. */
export type IdempotencyKeyValue = string | null | undefined;

/** The argument `idempotencyKey` of a mutation. */
export const IdempotencyKey = () =>
  Arg('idempotencyKey', () => String, {
    nullable: true,
    description: `Makes it safe to send the mutation again: with a key of its own, such as a UUID, it is carried out once, and answers again what it answered first, on every node and for good. 1 to ${idempotencyKeyLengthMax} characters, of one token name and one mutation. With other arguments it is refused. One that failed may be sent again.`,
  });

/**
 * Identifies what a caller asks with a key; null without a key.
 * @throws LedgerError - BAD_USER_INPUT
 */
export function operationIdOf(
  { request: { author } }: GraphqlContext,
  mutation: string,
  key: IdempotencyKeyValue,
): string | null {
  if (key === null || key === undefined) return null;
  if (key.length === 0 || key.length > idempotencyKeyLengthMax) {
    throw new LedgerError('BAD_USER_INPUT', `idempotencyKey must have 1 to ${idempotencyKeyLengthMax} characters.`);
  }
  return derivedUuid(JSON.stringify([mutation, author.name, key]));
}

/** The refusal of a key that was used for something else. */
export function keyUsedOtherwise(): LedgerError {
  return new LedgerError(
    'BAD_USER_INPUT',
    'idempotencyKey was used before with other arguments. Nothing was changed. Send a new key for a new change.',
  );
}

/** A mutation and what it was asked, as JSON. */
interface KeyedMutation<Answer> {
  readonly mutation: string;
  readonly key: IdempotencyKeyValue;
  readonly given: unknown;
  /** `operationId` is the same whenever it is sent with this key. */
  readonly carryOut: (operationId: string | null) => Promise<Answer>;
  /** Whether it has come to an end: if not, it is carried out again when it is sent again. */
  readonly isFinal: (answer: Answer) => boolean;
}

/**
 * Carries out a mutation, or answers what it answered first. If a process ends between carrying it out and keeping the
 * answer, or if two send it at once, it is carried out twice: it must come to the same.
 * @throws LedgerError - BAD_USER_INPUT: the key was used with other arguments; STORE_UNAVAILABLE; and as `carryOut`
 */
export async function answerOnce<Answer>(context: GraphqlContext, asked: KeyedMutation<Answer>): Promise<Answer> {
  const { mutation, key, given, carryOut, isFinal } = asked;
  const operationId = operationIdOf(context, mutation, key);
  if (operationId === null) return carryOut(null);
  const { mutationAnswers } = context.ports;
  const argumentsDigest = hash('sha256', JSON.stringify(given));
  const first = await mutationAnswers.find(operationId);
  if (first !== null) {
    if (first.argumentsDigest !== argumentsDigest) throw keyUsedOtherwise();
    return first.answer as Answer;
  }
  const answer = await carryOut(operationId);
  if (!isFinal(answer)) return answer;
  const kept = await mutationAnswers.keep(operationId, { mutation, argumentsDigest, answer });
  return kept.argumentsDigest === argumentsDigest ? (kept.answer as Answer) : answer;
}
