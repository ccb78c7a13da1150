import { IsOptional, Max, Min } from 'class-validator';
import { Field, InputType, Int } from 'type-graphql';
import { silentAfterSecondsDefault, silentAfterSecondsMax } from './stream-session-view.ts';
import type { Clock } from '../kernel/clock.ts';
import { LedgerError } from '../kernel/errors.ts';
import { everything, type Condition } from '../lists/listing.ts';
import type { StreamSessionField } from './stream-session-fields.ts';
import { silentSince } from '../lists/conditions.ts';

const afterDescription = `Seconds without a callback after which a live session counts as silent, 1 to ${silentAfterSecondsMax}. Default: ${silentAfterSecondsDefault}, a day, because CSS sends nothing while a push goes on.`;

@InputType({
  description: 'Compares whether a session is silent: it is LIVE, and nothing was heard of it for a while.',
})
export class SilenceFilter {
  @Field(() => Boolean, { nullable: true, description: 'Whether it is silent.' })
  @IsOptional()
  eq?: boolean | null;

  @Field(() => Int, { nullable: true, description: afterDescription })
  @IsOptional()
  @Min(1)
  @Max(silentAfterSecondsMax)
  afterSeconds?: number | null;
}

/** Arguments of the field by the same name. */
export const silentAfterArg = {
  nullable: true,
  defaultValue: silentAfterSecondsDefault,
  description: afterDescription,
};

/** Whether a live session is silent; null means the same as an absent argument. @throws LedgerError - BAD_USER_INPUT */
export function isSilentSince(lastHeardAtMs: number, nowMs: number, after: number | null): boolean {
  const afterSeconds = after ?? silentAfterSecondsDefault;
  if (afterSeconds < 1 || afterSeconds > silentAfterSecondsMax) {
    throw new LedgerError('BAD_USER_INPUT', `afterSeconds must be 1 to ${silentAfterSecondsMax}.`);
  }
  return lastHeardAtMs < nowMs - afterSeconds * 1_000;
}

/**
 * The condition that silent sessions meet at this moment, or that the others meet.
 * @throws LedgerError - BAD_USER_INPUT if there is no moment: a subscription could not report when a session falls silent
 */
export function silenceCondition(
  { eq, afterSeconds }: SilenceFilter,
  clock: Clock | null,
): Condition<StreamSessionField> {
  if (eq == null) return everything;
  if (clock === null) {
    throw new LedgerError('BAD_USER_INPUT', 'isSilent filters the list streamSessions only: it changes by time alone.');
  }
  const isSilent = silentSince(clock() - (afterSeconds ?? silentAfterSecondsDefault) * 1_000);
  return eq ? isSilent : { not: isSilent };
}
