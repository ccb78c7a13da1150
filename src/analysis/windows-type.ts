import { IsOptional, ValidateNested } from 'class-validator';
import { ArgsType, Field, Int, type ClassType } from 'type-graphql';
import { DateTimeScalar } from '../api/declare-type.ts';
import { LedgerError } from '../kernel/errors.ts';
import { pageNodesDefault, pageNodesMax, type ListFilter } from '../lists/list-args-type.ts';
import type { TimeWindow } from './statistics/statistics.ts';

/** A window, and which things in it are counted. */
export interface WindowArgs {
  readonly filter?: ListFilter | null;
  readonly from: number;
  readonly to: number;
}

/** Makes the arguments of a window. */
export function windowArgsOf(filterType: ClassType, counted: string): ClassType<WindowArgs> {
  @ArgsType()
  class WindowArgsInput implements WindowArgs {
    @Field(() => filterType, { nullable: true, description: `Which ${counted}. Default: all.` })
    @IsOptional()
    @ValidateNested()
    filter?: ListFilter | null;

    @Field(() => DateTimeScalar, { description: 'The beginning of the time range, inclusive.' })
    from!: number;

    @Field(() => DateTimeScalar, {
      description: 'The end of the time range, exclusive. Anything in the future is left out.',
    })
    to!: number;
  }
  return WindowArgsInput;
}

/** @throws LedgerError - BAD_USER_INPUT */
export function windowOf({ from: fromMs, to: toMs }: Pick<WindowArgs, 'from' | 'to'>): TimeWindow {
  if (fromMs >= toMs) throw new LedgerError('BAD_USER_INPUT', 'from must be earlier than to.');
  return { fromMs, toMs };
}

interface OpenWindow {
  readonly from?: number | null | undefined;
  readonly to?: number | null | undefined;
}

/** A window whose ends may be absent: from the beginning, until now. @throws LedgerError - BAD_USER_INPUT */
export function openWindowOf({ from, to }: OpenWindow): TimeWindow {
  // Milliseconds of the years 1970 to 9999: all times are within them.
  return windowOf({ from: from ?? 0, to: to ?? 253_402_300_800_000 });
}

/** The arguments of a plain list over a time that may be open at both ends: the time, and how many entries. */
@ArgsType()
export class OpenWindowArgs {
  @Field(() => DateTimeScalar, { nullable: true, description: 'The beginning of the time range. Default: no limit.' })
  from?: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'The end of the time range. Default: now.' })
  to?: number | null;

  @Field(() => Int, { defaultValue: pageNodesDefault, description: `How many at most, 1 to ${pageNodesMax}.` })
  first!: number;
}

/**
 * The time, its end exclusive.
 * @throws LedgerError - PAGE_TOO_LARGE, or BAD_USER_INPUT
 */
export function readOpenWindow({ from, to, first }: OpenWindowArgs): TimeWindow {
  if (first > pageNodesMax) throw new LedgerError('PAGE_TOO_LARGE', `first must be at most ${pageNodesMax}.`);
  if (first < 1) throw new LedgerError('BAD_USER_INPUT', 'first must be at least 1.');
  return openWindowOf({ from, to });
}
