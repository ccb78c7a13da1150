import { ArgsType, Field, Int } from 'type-graphql';
import { LedgerError } from '../../../kernel/errors.ts';
import type { BroadcastOrder } from '../../../read-models/analysis/broadcasts.ts';
import { reconnectWithinMs } from '../../../read-models/analysis/session-span.ts';
import type { TimeWindow } from '../../../read-models/analysis/statistics.ts';
import { DateTimeScalar } from '../../scalars.ts';
import { BroadcastFilter } from '../filters.ts';
import { listArgsOf, orderOf } from '../list-args.ts';
import { openWindowOf } from './statistics-args.ts';

/** Seconds; what begins later than a day after the end is no reconnect. */
export const gapSecondsMax = 86_400;

const BroadcastOrderInput = orderOf<BroadcastOrder>('Broadcast', 'broadcasts', {
  STARTED_AT: 'By `startedAt`.',
  DURATION: 'By `durationMs`.',
  RECONNECTS: 'By `reconnects`.',
  LONGEST_GAP: 'By `longestGapMs`.',
  AVAILABILITY: 'By `availability`.',
});

const BroadcastListArgs = listArgsOf<BroadcastOrder>(BroadcastFilter, BroadcastOrderInput, {
  listed: 'broadcasts',
  byDefault: 'STARTED_AT',
});

@ArgsType()
export class BroadcastArgs extends BroadcastListArgs {
  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'The beginning of the time: broadcasts of which a session began or pushed in it are listed, each whole. Default: since ever.',
  })
  from?: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The end of the time, which is no longer part of it. Default: now.',
  })
  to?: number | null;

  @Field(() => Int, {
    defaultValue: reconnectWithinMs / 1_000,
    description: `Seconds from the end of a session within which the next one of its stream continues the broadcast, 0 to ${gapSecondsMax}.`,
  })
  gapMaxSeconds!: number;
}

/** The time and the gap that were asked for, in milliseconds. @throws LedgerError - BAD_USER_INPUT */
export function broadcastTimesOf({ from, to, gapMaxSeconds }: BroadcastArgs): {
  readonly window: TimeWindow;
  readonly gapMsMax: number;
} {
  const window = openWindowOf({ from, to });
  if (gapMaxSeconds < 0 || gapMaxSeconds > gapSecondsMax) {
    throw new LedgerError('BAD_USER_INPUT', `gapMaxSeconds must be from 0 to ${gapSecondsMax}.`);
  }
  return { window, gapMsMax: gapMaxSeconds * 1_000 };
}
