import { ArgsType, Field, Int } from 'type-graphql';
import { silentAfterSecondsDefault, silentAfterSecondsMax } from '../../sessions/silence.ts';
import { LedgerError } from '../../kernel/errors.ts';
import type { MissingCallbackOrder } from './missing-callbacks.ts';
import type { TimeWindow } from '../statistics/statistics.ts';
import { DateTimeScalar } from '../../api/scalars-type.ts';
import { MissingCallbackFilter } from '../../lists/filters-type.ts';
import { listArgsOf, orderOf } from '../../lists/list-args-type.ts';
import { openWindowOf } from '../statistics/statistics-args-type.ts';

const MissingCallbackOrderInput = orderOf<MissingCallbackOrder>('MissingCallback', 'missing callbacks', {
  EXPECTED_AT: 'By `expectedTo`.',
});

const MissingCallbackListArgs = listArgsOf<MissingCallbackOrder>(MissingCallbackFilter, MissingCallbackOrderInput, {
  listed: 'missing callbacks',
  byDefault: 'EXPECTED_AT',
});

@ArgsType()
export class MissingCallbackArgs extends MissingCallbackListArgs {
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The beginning of the time range in which they should have come. Default: no limit.',
  })
  from?: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'The end of that time range. Default: now. Sessions and domains count as silent as of this moment, judged by what is recorded now.',
  })
  to?: number | null;

  @Field(() => Int, {
    defaultValue: silentAfterSecondsDefault,
    description: `Seconds without a callback after which a live session is LIVE_BUT_SILENT, 1 to ${silentAfterSecondsMax}.`,
  })
  silentAfterSeconds!: number;
}

/** The time that was asked for, and when a session is silent, in milliseconds. @throws LedgerError - BAD_USER_INPUT */
export function missingCallbackTimesOf({ silentAfterSeconds, ...times }: MissingCallbackArgs): {
  readonly window: TimeWindow;
  readonly silentAfterMs: number;
} {
  if (silentAfterSeconds < 1 || silentAfterSeconds > silentAfterSecondsMax) {
    throw new LedgerError('BAD_USER_INPUT', `silentAfterSeconds must be 1 to ${silentAfterSecondsMax}.`);
  }
  return { window: openWindowOf(times), silentAfterMs: silentAfterSeconds * 1_000 };
}
