import { ArgsType, Field, Int } from 'type-graphql';
import { LedgerError } from '../../kernel/errors.ts';
import { DateTimeScalar } from '../../api/scalars-type.ts';
import { pageNodesDefault, pageNodesMax } from '../../lists/list-args-type.ts';
import { openWindowOf } from './statistics-args-type.ts';

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
export function readOpenWindow({ from, to, first }: OpenWindowArgs): ReturnType<typeof openWindowOf> {
  if (first > pageNodesMax) throw new LedgerError('PAGE_TOO_LARGE', `first must be at most ${pageNodesMax}.`);
  if (first < 1) throw new LedgerError('BAD_USER_INPUT', 'first must be at least 1.');
  return openWindowOf({ from, to });
}
