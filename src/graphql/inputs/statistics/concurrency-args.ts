import { ArgsType, Field, Int } from 'type-graphql';
import { LedgerError } from '../../../kernel/errors.ts';
import type { ConcurrencyQuestion } from '../../../read-models/analysis/concurrency.ts';
import type { StreamSessionField } from '../../../read-models/listing.ts';
import { StreamSessionFilter, toCondition } from '../filters.ts';
import { windowArgsOf, windowOf } from './statistics-args.ts';

/** Points of one answer: 20 days by the quarter of an hour. More would keep the main thread for over 10 ms. */
export const pointsMax = 2_000;

@ArgsType()
export class ConcurrencyArgs extends windowArgsOf(StreamSessionFilter, 'sessions') {
  @Field(() => Int, {
    description: `Seconds from one point to the next, at least 1; at most ${pointsMax} points fit into the time.`,
  })
  stepSeconds!: number;
}

/** @throws LedgerError - BAD_USER_INPUT */
export function toConcurrencyQuestion(args: ConcurrencyArgs): ConcurrencyQuestion {
  const window = windowOf(args);
  const stepMs = args.stepSeconds * 1_000;
  if (stepMs < 1_000) throw new LedgerError('BAD_USER_INPUT', 'stepSeconds must be at least 1.');
  if (Math.ceil((window.toMs - window.fromMs) / stepMs) > pointsMax) {
    throw new LedgerError(
      'BAD_USER_INPUT',
      `The answer would have more than ${pointsMax} points. Ask for a longer step or for less time.`,
    );
  }
  return { kind: 'concurrency', condition: toCondition<StreamSessionField>(args.filter), window, stepMs };
}
