import { ArgsType, Extensions, Field, ID, InputType } from 'type-graphql';
import { LedgerError } from '../kernel/errors.ts';
import { assertSameEvent, readLogCursor } from '../live/log-cursor.ts';
import type { PastMoment } from './sql/past-reader.ts';
import type { GraphqlContext } from '../api/context.ts';
import { CursorScalar, DateTimeScalar } from '../api/declare-type.ts';

/** Cost of a question about the past, in nodes: up to 2,000 callbacks are folded again. */
const pastCost = 1_000;

@Extensions({ oneOf: true })
@InputType({
  description: 'A moment in the past of the log. Counts what was recorded until then, as it is interpreted today.',
})
export class AsOf {
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Everything recorded until this time, by the clock of the log: `recordedAt` of callbacks.',
  })
  recordedAt?: number | null;

  @Field(() => CursorScalar, {
    nullable: true,
    description: 'Everything in the log up to this log cursor, such as `cursor` of a callback or `liveFrom` of a list.',
  })
  cursor?: string | null;
}

@ArgsType()
class AsOfArgs {
  @Field(() => AsOf, {
    nullable: true,
    description:
      'Answer with what was known at this moment of the log. Refolds at most 2,000 callbacks for it; more fail with OPERATION_TOO_COSTLY. Default: what is known now.',
  })
  asOf?: AsOf | null;
}

@ArgsType()
export class StreamSessionArgs extends AsOfArgs {
  @Field(() => ID, { description: 'The sequence, 18 to 19 digits, as a string.' })
  sequence!: string;

  @Field(() => ID, { nullable: true, description: 'The account, if several use the same sequence.' })
  appId?: string | null;
}

@ArgsType()
export class RelayTaskArgs extends AsOfArgs {
  @Field(() => ID, { description: 'The task: `task_id`.' })
  taskId!: string;

  @Field(() => ID, { nullable: true, description: 'The account, if several use the same task id.' })
  appId?: string | null;
}

/** Cost of one session or task, now or in the past. */
export function asOfCost({
  args,
  childComplexity,
}: {
  args: Record<string, unknown>;
  childComplexity: number;
}): number {
  return (args['asOf'] == null ? 1 : pastCost) + childComplexity;
}

/** @throws LedgerError - CURSOR_INVALID */
export function momentOf({ recordedAt, cursor }: AsOf, { readModel, ports: { log } }: GraphqlContext): PastMoment {
  const checkpoint = readModel.checkpoint() ?? 0n;
  if (cursor != null) {
    const read = readLogCursor(cursor, log);
    if (read.position > checkpoint) {
      throw new LedgerError('CURSOR_INVALID', 'The cursor is ahead of what this node has projected. Try again later.');
    }
    assertSameEvent(read, log);
    return { position: read.position, recordedAtMs: null };
  }
  const recordedAtMs = recordedAt ?? 0;
  const next = readModel.past.firstRecordedAfter(recordedAtMs);
  return { position: next === null ? checkpoint : next - 1n, recordedAtMs };
}

/** @throws LedgerError - BAD_USER_INPUT: the field is not answered as of the past */
export function assertPresent({ past }: { readonly past: unknown }, field: string): void {
  if (past !== undefined) throw new LedgerError('BAD_USER_INPUT', `${field} can not be asked for together with asOf.`);
}
