import { ArgsType, Field, Int } from 'type-graphql';
import { LedgerError } from '../../kernel/errors.ts';
import type { BroadcastOrder } from './broadcasts.ts';
import { reconnectWithinMs } from '../session-span.ts';
import type { TimeWindow } from '../statistics/statistics.ts';
import { DateTimeScalar } from '../../api/scalars-type.ts';
import { BroadcastFilter } from '../../lists/filters-type.ts';
import { listArgsOf, orderOf } from '../../lists/list-args-type.ts';
import { openWindowOf } from '../statistics/statistics-args-type.ts';

/** Seconds. A session that begins more than a day after the end is no reconnect. */
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
      'The beginning of the time range. Lists broadcasts with a session that began or pushed in the time range, each as a whole. Default: no limit.',
  })
  from?: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The end of the time range, exclusive. Default: now.',
  })
  to?: number | null;

  @Field(() => Int, {
    defaultValue: reconnectWithinMs / 1_000,
    description: `The longest gap within a broadcast: seconds from the end of a session to the beginning of the next one of its stream, 0 to ${gapSecondsMax}.`,
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
